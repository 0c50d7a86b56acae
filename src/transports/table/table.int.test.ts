import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { createTestDatabase, type TestDatabase } from '#store/test-database.ts'
import { crash, crashSource } from '../fixtures/crash.ts'
import { type Mariadb, startMariadb } from '../fixtures/mariadb.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { lacking } from '../fixtures/servers.ts'
import { tableOptions } from './options.ts'
import { startTable } from './table.ts'

/** A database of another system: how to reach it, and how to write into it. */
type Other = {
  readonly options: Readonly<Record<string, unknown>>
  readonly run: (sql: string) => Promise<unknown>
  readonly skip: string | false
}

let database: TestDatabase
let client: pg.Client
let mariadb: Mariadb | undefined
const noMariadb = lacking('mariadbd')

before(async () => {
  database = await createTestDatabase()
  client = new pg.Client(database.owner)
  await client.connect()
  if (noMariadb === false) mariadb = await startMariadb()
})
after(async () => {
  await client.end()
  await database.drop()
  await mariadb?.[Symbol.asyncDispose]()
})

const secrets = { PASSWORD: 'secret' }
const others: Readonly<Record<string, () => Other>> = {
  postgres: () => {
    const { host, port, user, database: name } = database.owner
    const options = { engine: 'postgres', host, port, user, database: name }
    return { options, run: (sql) => client.query(sql), skip: false }
  },
  mysql: () => ({
    options: { engine: 'mysql', ...mariadb?.options },
    run: (sql) => mariadb!.admin.query(sql),
    skip: noMariadb,
  }),
}
const idsOf = (host: MemoryHost) =>
  [...host.text().matchAll(/"id":"?(\d+)/g)].map(([, id]) => Number(id))
const usual = { order: ['changed', 'id'], settleSeconds: 0, everySeconds: 0.05, rowsAtOnce: 3 }
const createTable = (name: string) =>
  `create table ${name} (id bigint primary key, state varchar(20), changed timestamp(6) not null)`
const insert = (name: string, id: number, changed: string, state = 'NEW') =>
  `insert into ${name} values (${id}, '${state}', '${changed}')`

for (const [engine, other] of Object.entries(others)) {
  const skip = engine === 'mysql' ? noMariadb : false

  test(
    `${engine}: rows come in the order of their change, also those of one instant, and goes on after a restart`,
    { skip },
    async () => {
      const { options, run } = other()
      await run(createTable('a'))
      const same = '2026-03-01 10:00:00.123456'
      for (const id of [5, 3, 4, 1, 2]) await run(insert('a', id, same))
      await run(insert('a', 9, '2026-03-01 09:00:00'))
      const host = createMemoryHost({ secrets })
      {
        await using running = startTable(host, { ...options, ...usual, table: 'a' })
        await host.until(() => idsOf(host).length === 6)
        await host.until(() => running.health().state === 'idle')
        assert.deepEqual(running.health().lag, { value: 0, unit: 'rows' })
      }
      assert.deepEqual(idsOf(host), [9, 1, 2, 3, 4, 5])
      await run(insert('a', 6, same))
      await run(`update a set state = 'SHP', changed = '2026-03-01 11:00:00' where id = 1`)
      await using _running = startTable(host, { ...options, ...usual, table: 'a' })
      await host.until(() => idsOf(host).length === 8)
      assert.deepEqual(idsOf(host), [9, 1, 2, 3, 4, 5, 6, 1])
      const line = JSON.parse(host.text().trim().split('\n').at(-1)!) as Record<string, unknown>
      assert.equal(line['state'], 'SHP')
      assert.match(String(line['changed']), /^2026-03-01[T ]11:00:00/)
    },
  )

  test(
    `${engine}: rows that are too young wait, by the clock of the database`,
    { skip },
    async () => {
      const { options, run } = other()
      await run(createTable('young'))
      await run(insert('young', 1, '2026-03-01 10:00:00'))
      await run(
        `insert into young values (2, 'NEW', now(6) ${engine === 'mysql' ? '' : "at time zone 'UTC'"})`.replace(
          'now(6) at',
          'now() at',
        ),
      )
      const host = createMemoryHost({ secrets })
      await using running = startTable(host, {
        ...options,
        ...usual,
        settleSeconds: 1,
        table: 'young',
      })
      await host.until(() => idsOf(host).length === 1 && running.health().state === 'idle')
      await host.until(() => idsOf(host).length === 2)
    },
  )

  test(
    `${engine}: numbers that are committed out of their order are found by an overlap`,
    { skip },
    async () => {
      const { options, run } = other()
      await run('create table numbers (id bigint primary key)')
      await run('insert into numbers values (9007199254740993), (9007199254740995)')
      const host = createMemoryHost({ secrets })
      const read = { ...options, ...usual, order: ['id'], overlap: 10, rowsAtOnce: 50 }
      await using _running = startTable(host, { ...read, table: 'numbers' })
      const has = (id: string) => host.text().includes(id)
      await host.until(() => has('9007199254740995'))
      await run('insert into numbers values (9007199254740994)')
      await host.until(() => has('9007199254740994'))
      assert.ok(host.taken.length <= 2, 'what is the same is not taken again')
    },
  )

  test(`${engine}: a query joins, and can change nothing`, { skip }, async () => {
    const { options, run } = other()
    await run('create table heads (id bigint primary key, customer varchar(20))')
    await run('create table items (id bigint primary key, head bigint)')
    await run(`insert into heads values (1, 'ACME')`)
    await run('insert into items values (1, 1)')
    const host = createMemoryHost({ secrets })
    const query = 'select i.id, h.customer from items i join heads h on h.id = i.head'
    {
      await using _running = startTable(host, { ...options, ...usual, order: ['id'], query })
      await host.until(() => idsOf(host).length === 1)
    }
    assert.deepEqual(JSON.parse(host.text()), { id: 1, customer: 'ACME' })
    assert.throws(
      () => tableOptions({ ...options, ...usual, query: 'delete from items' }),
      /one select/,
    )
    assert.throws(
      () => tableOptions({ ...options, ...usual, query: 'select 1; delete' }),
      /one select/,
    )
    assert.throws(() => tableOptions({ ...options, ...usual, table: 'a"; drop table b' }), /table/)
  })

  test(
    `${engine}: a reader killed between reading and committing loses nothing and doubles nothing`,
    { skip },
    async () => {
      const { options, run } = other()
      await run(
        `create table crashed (id serial primary key, ${engine === 'mysql' ? '`order`' : '"order"'} varchar(20), at varchar(30))`,
      )
      const found = await crash({
        files: crashSource({
          kind: 'table',
          ...options,
          ...usual,
          order: ['id'],
          rowsAtOnce: 1,
          table: 'crashed',
        }),
        env: secrets,
        feed: async (orders) => {
          for (const order of orders)
            await run(
              `insert into crashed (${engine === 'mysql' ? '`order`' : '"order"'}, at) values ('${order}', '2026-03-01T10:00:00Z')`,
            )
        },
      })
      assert.deepEqual(found, { lost: [], doubled: 0, duplicates: 0, problems: [], kills: 3 })
    },
  )
}
