import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { limits } from '#model/limits.ts'
import { crash, crashSource } from '../fixtures/crash.ts'
import { type Mariadb, startMariadb } from '../fixtures/mariadb.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { lacking } from '../fixtures/servers.ts'
import { startMysqlCdc } from './mysql-cdc.ts'

const skip = lacking('mariadbd')
let mariadb: Mariadb
before(async () => {
  if (skip === false) mariadb = await startMariadb()
})
after(() => mariadb?.[Symbol.asyncDispose]())

type Change = {
  op: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  source: Record<string, unknown>
}
const secrets = { PASSWORD: 'secret' }
const changesOf = (host: MemoryHost): Change[] =>
  host
    .text()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Change)
const idsOf = (host: MemoryHost, op: string) =>
  changesOf(host)
    .filter((change) => change.op === op)
    .map(({ after, before }) => (after ?? before)!['id'])
const run = (sql: string) => mariadb.admin.query(sql)
let servers = 100
const optionsOf = (table: string, more: object = {}) => ({
  ...mariadb.options,
  tables: [table],
  serverId: ++servers,
  watchSeconds: 0.1,
  ...more,
})
const createTable = (name: string) =>
  run(`create table ${name} (id int primary key, state varchar(20), note text)`)

test(
  'rows that stand there come first, then every change in its order, with what it was before',
  { skip },
  async () => {
    await createTable('orders')
    await createTable('others')
    await run(`insert into orders values (1, 'NEW', null), (2, 'NEW', 'x')`)
    const host = createMemoryHost({ format: 'debezium', secrets })
    await using running = startMysqlCdc(host, optionsOf('orders'))
    await host.until(() => running.health().state === 'idle')
    await run(`update orders set state = 'SHP' where id = 2`)
    await run(`insert into others values (7, 'NEW', null)`)
    await run('delete from orders where id = 1')
    await run(`insert into orders values (3, 'NEW', null)`)
    await host.until(() => changesOf(host).length === 5)
    assert.deepEqual(
      changesOf(host).map(({ op, before, after }) => [op, before?.['state'], after?.['state']]),
      [
        ['r', undefined, 'NEW'],
        ['r', undefined, 'NEW'],
        ['u', 'NEW', 'SHP'],
        ['d', 'NEW', undefined],
        ['c', undefined, 'NEW'],
      ],
    )
    const { source } = changesOf(host)[2]!
    assert.deepEqual(
      [source['connector'], source['db'], source['table']],
      ['mariadb', 'shop', 'orders'],
    )
    const found = [...host.source.format.read(Buffer.from(host.text()), {})]
    assert.ok(found.every(({ ok }) => ok))
  },
)

test(
  'values are the same in a snapshot and in the stream, and lose nothing',
  { skip },
  async () => {
    await run(`create table kinds (id bigint primary key, n decimal(20,4), f double, b bool, t datetime(6),
    z timestamp, d date, h time, y varbinary(10), w text, e enum('a','b'))`)
    const row = (id: string) =>
      `set time_zone = '+02:00'; insert into kinds values (${id}, 123456789012345.1000, 0.1, true, '2026-03-01 10:00:00.123456',
      '2026-03-01 10:00:00', '2026-03-01', '10:00:00', x'ff00', 'ä\\n"', 'b')`
    await run(row('9007199254740993'))
    const host = createMemoryHost({ format: 'debezium', secrets })
    await using running = startMysqlCdc(host, optionsOf('kinds'))
    await host.until(() => running.health().state === 'idle')
    await run(row('9007199254740995'))
    await host.until(() => changesOf(host).length === 2)
    const [read, created] = changesOf(host).map(({ after }) => after!)
    assert.deepEqual(created, {
      id: '9007199254740995',
      n: '123456789012345.1000',
      f: 0.1,
      b: 1,
      t: '2026-03-01 10:00:00.123456',
      z: '2026-03-01 08:00:00',
      d: '2026-03-01',
      h: '10:00:00',
      y: '/wA=',
      w: 'ä\n"',
      e: 'b',
    })
    assert.deepEqual({ ...read, id: '' }, { ...created, id: '' })
  },
)

test(
  'changes made while the hub is away come when it is back, without the rows before them',
  { skip },
  async () => {
    await createTable('away')
    await run(`insert into away values (1, 'NEW', null)`)
    const host = createMemoryHost({ format: 'debezium', secrets })
    {
      await using _running = startMysqlCdc(host, optionsOf('away'))
      await host.until(() => changesOf(host).length === 1)
      await run(`insert into away values (2, 'NEW', null)`)
      await host.until(() => changesOf(host).length === 2)
    }
    await run(`insert into away values (3, 'NEW', null)`)
    await run('flush binary logs')
    await run(`insert into away values (4, 'NEW', null)`)
    await using running = startMysqlCdc(host, optionsOf('away'))
    await host.until(() => changesOf(host).length === 4)
    assert.deepEqual([idsOf(host, 'r'), idsOf(host, 'c')], [[1], [2, 3, 4]])
    assert.equal(running.health().alarm, null)
  },
)

test(
  'a slow database holds the server back, and a long transaction is taken in parts',
  { skip },
  async () => {
    await createTable('long_one')
    const host = createMemoryHost({ format: 'debezium', secrets })
    await using running = startMysqlCdc(host, optionsOf('long_one'))
    await host.until(() => running.health().state === 'idle')
    const gate = Promise.withResolvers<void>()
    host.beforeTake = () => gate.promise
    const rows = Math.ceil((3 * limits.receiptBytesAim) / 500)
    await run(`insert into long_one select seq, 'NEW', repeat('x', 400) from seq_1_to_${rows}`)
    await host.until(() => (running.health().lag?.value ?? 0) > limits.receiptBytesAim)
    gate.resolve()
    await host.until(() => changesOf(host).length === rows)
    assert.ok(host.taken.length > 2)
    await host.until(() => running.health().lag?.value === 0)
  },
)

test(
  'a log that the server has thrown away is noticed, told, and every row is read again',
  { skip },
  async () => {
    await createTable('purged')
    await run(`insert into purged values (1, 'NEW', null)`)
    const host = createMemoryHost({ format: 'debezium', secrets })
    {
      await using running = startMysqlCdc(host, optionsOf('purged'))
      await host.until(() => running.health().state === 'idle')
    }
    await run(`insert into purged values (2, 'NEW', null)`)
    await run('flush binary logs')
    const [logs] = (await run('show binary logs')) as unknown as [{ Log_name: string }[]]
    await run(`insert into purged values (3, 'NEW', null)`)
    await run(`purge binary logs to '${logs.at(-1)!.Log_name}'`)
    await using running = startMysqlCdc(host, optionsOf('purged'))
    await host.until(() => idsOf(host, 'r').includes(2) && idsOf(host, 'r').includes(3))
    assert.match(running.health().alarm!.message, /has not kept its log/)
    await host.until(() => running.health().state === 'idle')
    await run(`insert into purged values (4, 'NEW', null)`)
    await host.until(() => idsOf(host, 'c').includes(4))
  },
)

test('a connection that breaks is made again, and nothing is missing', { skip }, async () => {
  await createTable('broken')
  const host = createMemoryHost({ format: 'debezium', secrets })
  await using running = startMysqlCdc(host, optionsOf('broken'))
  await host.until(() => running.health().state === 'idle')
  for (let n = 1; n <= 3; n++) {
    const [dumps] = (await run(
      `select id from information_schema.processlist where command = 'Binlog Dump'`,
    )) as unknown as [{ id: number }[]]
    for (const { id } of dumps) await run(`kill ${id}`)
    await run(`insert into broken values (${n}, 'NEW', null)`)
    await host.until(() => idsOf(host, 'c').includes(n))
  }
  assert.deepEqual([idsOf(host, 'r'), idsOf(host, 'c')], [[], [1, 2, 3]])
})

test('a log that does not hold whole rows is refused with what to set', { skip }, async () => {
  await createTable('minimal')
  await run('set global binlog_row_image = MINIMAL')
  const host = createMemoryHost({ format: 'debezium', secrets })
  {
    await using running = startMysqlCdc(host, optionsOf('minimal'))
    await host.until(() => running.health().state === 'failing')
    assert.match(running.health().error!.message, /binlog_row_image = MINIMAL, not FULL/)
  }
  await run('set global binlog_row_image = FULL')
})

test(
  'a follower killed between reading and committing loses nothing and doubles nothing',
  { skip },
  async () => {
    await run(
      'create table crashed (id int auto_increment primary key, `order` varchar(20), at varchar(30))',
    )
    const options = optionsOf('crashed')
    const found = await crash({
      beginInPeace: true,
      files: crashSource({ kind: 'mysql-cdc', ...options }, '{ name: debezium }', 'rec.row'),
      env: secrets,
      feed: async (orders) => {
        for (const order of orders)
          await run(
            `insert into crashed (\`order\`, at) values ('${order}', '2026-03-01T10:00:00Z')`,
          )
      },
    })
    assert.deepEqual(found, { lost: [], doubled: 0, duplicates: 0, problems: [], kills: 3 })
  },
)
