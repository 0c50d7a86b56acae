import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '#model/limits.ts'
import { crash, crashSource } from '../fixtures/crash.ts'
import { startFedHub } from '../fixtures/hub.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { type OtherPostgres, startOtherPostgres } from '../fixtures/postgres.ts'
import { lsnNumber } from './lsn.ts'
import { startPostgresCdc } from './postgres-cdc.ts'

let other: OtherPostgres
before(async () => {
  other = await startOtherPostgres()
})
after(() => other[Symbol.asyncDispose]())

type Change = {
  op: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  source: Record<string, unknown>
}
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
const optionsOf = (table: string, more: object = {}) => ({
  ...other.options,
  tables: [`public.${table}`],
  slot: table,
  publication: table,
  watchSeconds: 0.1,
  ...more,
})
const createTable = (name: string) =>
  other.run(`create table ${name} (id int primary key, state text, note text)`)
const slots = async (name: string) => {
  const { rows } = await other.run(
    `select slot_name, active, confirmed_flush_lsn::text as at from pg_replication_slots where slot_name = '${name}'`,
  )
  return rows
}

test('rows that stand there come first, then every change in its order, with what it was before', async () => {
  await createTable('orders')
  await other.run('alter table orders replica identity full')
  await other.run(`insert into orders values (1, 'NEW', null), (2, 'NEW', 'x')`)
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('orders'))
  await host.until(() => running.health().state === 'idle')
  await other.run(`update orders set state = 'SHP' where id = 2`)
  await other.run('delete from orders where id = 1')
  await other.run(`insert into orders values (3, 'NEW', null)`)
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
    [source['connector'], source['db'], source['schema'], source['table']],
    ['postgresql', 'shop', 'public', 'orders'],
  )
  const found = [...host.source.format.read(Buffer.from(host.text()), {})]
  assert.ok(found.every(({ ok }) => ok))
})

test('values are the same in a snapshot and in the stream, and lose nothing', async () => {
  await other.run(`create table kinds (id bigint primary key, n numeric(20,4), f float8, b bool, t timestamp(6),
    z timestamptz, d date, j jsonb, u uuid, y bytea, a int[], w text)`)
  const row = (id: string) =>
    `insert into kinds values (${id}, 123456789012345.1000, 0.1, true, '2026-03-01 10:00:00.123456',
      '2026-03-01 10:00:00+02', '2026-03-01', '{"a": [1]}', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '\\xff00', '{1,2}', E'ä\\n"')`
  await other.run(row('9007199254740993'))
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('kinds'))
  await host.until(() => running.health().state === 'idle')
  await other.run(row('9007199254740995'))
  await host.until(() => changesOf(host).length === 2)
  const [read, created] = changesOf(host).map(({ after }) => after!)
  assert.deepEqual({ ...read, id: '' }, { ...created, id: '' })
  assert.deepEqual(created, {
    id: '9007199254740995',
    n: '123456789012345.1000',
    f: 0.1,
    b: true,
    t: '2026-03-01T10:00:00.123456',
    z: '2026-03-01T08:00:00Z',
    d: '2026-03-01',
    j: { a: [1] },
    u: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    y: '/wA=',
    a: '{1,2}',
    w: 'ä\n"',
  })
})

test('changes made while the hub is away come when it is back, without the rows before them', async () => {
  await createTable('away')
  await other.run(`insert into away values (1, 'NEW', null)`)
  const host = createMemoryHost({ format: 'debezium' })
  {
    await using _running = startPostgresCdc(host, optionsOf('away'))
    await host.until(() => changesOf(host).length === 1)
    await other.run(`insert into away values (2, 'NEW', null)`)
    await host.until(() => changesOf(host).length === 2)
  }
  await other.run(`insert into away values (3, 'NEW', null)`)
  await using running = startPostgresCdc(host, optionsOf('away'))
  await host.until(() => changesOf(host).length === 3)
  assert.deepEqual([idsOf(host, 'r'), idsOf(host, 'c')], [[1], [2, 3]])
  assert.equal(running.health().alarm, null)
})

test('nothing is confirmed that was not committed, and a long transaction is taken in parts', async () => {
  await createTable('long')
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('long'))
  await host.until(() => running.health().state === 'idle')
  const gate = Promise.withResolvers<void>()
  host.beforeTake = () => gate.promise
  const [{ at: before } = {}] = await slots('long')
  const rows = Math.ceil((3 * limits.receiptBytesAim) / 500)
  await other.run(
    `insert into long select n, 'NEW', repeat('x', 400) from generate_series(1, ${rows}) n`,
  )
  await host.until(() => (running.health().lag?.value ?? 0) > limits.receiptBytesAim)
  assert.equal((await slots('long'))[0]!['at'], before)
  gate.resolve()
  await host.until(() => changesOf(host).length === rows)
  assert.ok(host.taken.length > 2)
  assert.deepEqual(
    host.taken.map(({ position }) => position !== undefined),
    host.taken.map((_, n) => n === host.taken.length - 1),
  )
  await host.until(() => running.health().lag!.value < limits.receiptBytesAim)
})

test('where the log holds nothing of our tables, the slot moves on and lets the server throw it away', async () => {
  await createTable('quiet')
  await createTable('loud')
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('quiet'))
  await host.until(() => running.health().state === 'idle')
  await other.run(
    `insert into loud select n, 'x', repeat('x', 500) from generate_series(1, 4000) n`,
  )
  const [{ at } = {}] = (await other.run('select pg_current_wal_lsn()::text as at')).rows
  await host.until(() => (host.positions.get('slot/quiet')?.value ?? 0) >= lsnNumber(String(at)))
  await host.until(() => running.health().lag!.value < 100_000)
  assert.equal(host.taken.length, 0)
})

/** Ends whoever follows and removes the slot before he is back. */
async function loseSlot(slot: string): Promise<void> {
  const lose = `select pg_terminate_backend(active_pid, 5000), pg_drop_replication_slot(slot_name)
    from pg_replication_slots where slot_name = '${slot}'`
  while ((await other.run(lose).catch(() => null)) === null);
}

test('a slot that is gone is noticed within its watch, told, and every row is read again', async () => {
  await createTable('gone')
  await other.run(`insert into gone values (1, 'NEW', null), (2, 'NEW', null)`)
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('gone'))
  await host.until(() => running.health().state === 'idle')
  await loseSlot('gone')
  await other.run(`update gone set state = 'SHP' where id = 2`)
  await host.until(() => running.health().alarm !== null)
  assert.match(running.health().alarm!.message, /the slot gone is gone/)
  await host.until(() => idsOf(host, 'r').length === 4 && running.health().state === 'idle')
  await other.run(`insert into gone values (3, 'NEW', null)`)
  await host.until(() => idsOf(host, 'c').includes(3))
  assert.equal((await slots('gone'))[0]!['active'], true)
})

test('after a lost slot the orders are the same as those of a hub that lost nothing', async () => {
  await other.run('create table told ("order" text primary key, state text, at text)')
  const hubOf = (slot: string) =>
    startFedHub(
      crashSource(
        { kind: 'postgres-cdc', ...optionsOf('told'), slot },
        '{ name: debezium }',
        'rec.row',
      ),
    )
  await using steady = await hubOf('told_steady')
  await using unlucky = await hubOf('told_unlucky')
  const write = (from: number, at: string) =>
    other.run(`insert into told select 'T-' || n, 'NEW', '${at}' from generate_series(${from}, ${from + 19}) n
      on conflict ("order") do update set at = excluded.at`)
  await write(1, '2026-03-01T10:00:00Z')
  const bothHave = async (events: number) => {
    while ((await steady.events()) < events || (await unlucky.events()) < events) await sleep(20)
  }
  await bothHave(20)
  await loseSlot('told_unlucky')
  await write(21, '2026-03-02T10:00:00Z')
  await bothHave(40)
  await write(1, '2026-03-03T10:00:00Z')
  await bothHave(60)
  assert.match(unlucky.running.health().alarm!.message, /gone/)
  assert.equal(steady.running.health().alarm, null)
  assert.equal(await unlucky.hash(), await steady.hash())
})

test('a slot that the server gave up, and one that somebody made anew, are lost slots', async () => {
  await createTable('lost')
  await other.run(`insert into lost values (1, 'NEW', null)`)
  const host = createMemoryHost({ format: 'debezium' })
  {
    await using running = startPostgresCdc(host, optionsOf('lost'))
    await host.until(() => running.health().state === 'idle')
  }
  await other.run(`select pg_drop_replication_slot('lost')`)
  await other.run(`insert into lost values (2, 'NEW', null)`)
  await other.run(`select pg_create_logical_replication_slot('lost', 'pgoutput')`)
  {
    await using running = startPostgresCdc(host, optionsOf('lost'))
    await host.until(() => idsOf(host, 'r').includes(2))
    assert.match(running.health().alarm!.message, /made anew/)
    await host.until(() => running.health().state === 'idle')
  }
  // More log than the server may keep for a slot nobody reads.
  await other.run(`insert into lost values (3, 'NEW', null)`)
  for (let n = 0; n < 12; n++) {
    await other.run(
      `create table fill as select repeat(md5(n::text), 200) from generate_series(1, 2000) n`,
    )
    await other.run('drop table fill')
    await other.run('select pg_switch_wal()')
  }
  await other.run('checkpoint')
  await using running = startPostgresCdc(host, optionsOf('lost'))
  await host.until(() => idsOf(host, 'r').includes(3))
  assert.match(running.health().alarm!.message, /gave up the log/)
})

test('a connection that breaks is made again, and nothing is missing', async () => {
  await createTable('broken')
  const host = createMemoryHost({ format: 'debezium' })
  await using running = startPostgresCdc(host, optionsOf('broken'))
  await host.until(() => running.health().state === 'idle')
  for (let n = 1; n <= 3; n++) {
    await other.run(`select pg_terminate_backend(pid) from pg_stat_replication`)
    await other.run(`insert into broken values (${n}, 'NEW', null)`)
    await host.until(() => idsOf(host, 'c').includes(n))
  }
  assert.deepEqual(idsOf(host, 'c'), [1, 2, 3])
  assert.deepEqual([idsOf(host, 'r'), running.health().alarm], [[], null])
})

test('a table that is not published, and a slot of another kind, are told with what to do', async () => {
  await createTable('secret')
  await createTable('open')
  await other.run('create publication half for table open')
  const host = createMemoryHost({ format: 'debezium' })
  const tables = ['public.open', 'public.secret']
  {
    await using running = startPostgresCdc(host, optionsOf('open', { publication: 'half', tables }))
    await host.until(() => running.health().state === 'failing')
    assert.match(running.health().error!.message, /does not hold public\.secret/)
  }
})

for (const beginInPeace of [true, false]) {
  const when = beginInPeace ? 'between reading and confirming' : 'while it reads the rows'
  test(`a follower killed ${when} loses nothing and doubles nothing`, async () => {
    const table = `crashed_${beginInPeace}`
    await other.run(`create table ${table} (id serial primary key, "order" text, at text)`)
    const insert = `insert into ${table} ("order", at) values`
    const { duplicates, kills, ...found } = await crash({
      beginInPeace,
      ...(!beginInPeace && { traps: [{ at: 'after-commit', nth: 1 }] }),
      files: crashSource(
        { kind: 'postgres-cdc', ...optionsOf(table) },
        '{ name: debezium }',
        'rec.row',
      ),
      feed: async (orders) => {
        for (const order of orders)
          await other.run(`${insert} ('${order}', '2026-03-01T10:00:00Z')`)
      },
    })
    assert.deepEqual(found, { lost: [], doubled: 0, problems: [] })
    if (beginInPeace) assert.deepEqual([duplicates, kills], [0, 3])
  })
}
