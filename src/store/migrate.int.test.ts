import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Client, type PoolConfig } from 'pg'
import { type Migrated, migrate } from './migrate.ts'
import { appRole } from './roles.ts'
import { startTestServer } from './test-database.ts'

const world = mkdtempSync(join(tmpdir(), 'orderhub-migrate-'))
const server = await startTestServer(() => undefined)
after(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(world, { recursive: true, force: true })
})

let worlds = 0

async function query(owner: PoolConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(owner)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

/** An empty database and a folder with these migrations. */
async function given(files: Record<string, string>) {
  const name = `empty_${++worlds}`
  await query(server.owner, `create database ${name}`)
  const owner = { ...server.owner, database: name }
  const folder = mkdtempSync(join(world, 'migrations-'))
  const write = (more: Record<string, string>) => {
    for (const [file, sql] of Object.entries(more)) writeFileSync(join(folder, file), sql)
  }
  write(files)
  return { owner, folder, write, migrate: (): Promise<Migrated> => migrate(owner, { folder }) }
}

test('migrations run in order, once, and the next start runs only the new ones', async () => {
  const database = await given({
    '0001-tables.sql': 'create table a (x int); create table b (x int)',
    '0002-rows.sql': 'insert into a values (1)',
  })
  assert.deepEqual(await database.migrate(), { applied: [1, 2], version: 2 })
  assert.deepEqual(await database.migrate(), { applied: [], version: 2 })
  database.write({ '0003-more.sql': 'insert into a values (2)' })
  assert.deepEqual(await database.migrate(), { applied: [3], version: 3 })
  assert.deepEqual(await query(database.owner, 'select x from a order by x'), [{ x: 1 }, { x: 2 }])
})

test('a failing migration leaves nothing of itself and names its line', async () => {
  const database = await given({ '0001-broken.sql': 'create table a (x int);\ncreate tabel b ();' })
  await assert.rejects(database.migrate(), {
    code: 'MIGRATION_FAILED',
    message: /at line 2.*tabel/,
  })
  assert.deepEqual(await query(database.owner, `select to_regclass('a') as a`), [{ a: null }])
  database.write({ '0001-broken.sql': 'create table a (x int)' })
  assert.deepEqual(await database.migrate(), { applied: [1], version: 1 })
})

test('a migration that was changed after it ran is refused', async () => {
  const database = await given({ '0001-a.sql': 'create table a (x int)' })
  await database.migrate()
  database.write({ '0001-a.sql': 'create table a (x bigint)' })
  await assert.rejects(database.migrate(), { code: 'MIGRATION_CHANGED', message: /0001-a\.sql/ })
})

test('a gap in the numbers and a database newer than the program are refused', async () => {
  const gap = await given({ '0001-a.sql': 'select 1', '0003-c.sql': 'select 1' })
  await assert.rejects(gap.migrate(), { code: 'MIGRATION_MISSING', message: /0003-c\.sql/ })
  const newer = await given({ '0001-a.sql': 'select 1' })
  await newer.migrate()
  await query(newer.owner, `insert into migration values (2, '0002-b.sql', 'x')`)
  await assert.rejects(newer.migrate(), { code: 'DATABASE_NEWER' })
})

test('two hubs that migrate at the same moment migrate once', async () => {
  const database = await given({ '0001-a.sql': 'select pg_sleep(0.2); create table a (x int)' })
  const results = await Promise.all([database.migrate(), database.migrate()])
  assert.deepEqual(
    results.flatMap(({ applied }) => applied),
    [1],
  )
})

test('a migration does not queue behind a long transaction for ever', async () => {
  const database = await given({ '0001-a.sql': 'create table a (x int)' })
  await database.migrate()
  database.write({ '0002-b.sql': 'alter table a add y int' })
  const reader = new Client(database.owner)
  await reader.connect()
  await reader.query('begin; select * from a')
  const impatient = migrate(database.owner, { lockTimeoutMs: 50, folder: database.folder })
  await assert.rejects(impatient, { code: 'MIGRATION_FAILED', message: /lock timeout/ })
  await reader.end()
})

test('the program connects as a role that owns nothing and cannot bypass row-level security', async () => {
  const database = await given({ '0001-a.sql': 'create table a (x int)' })
  await database.migrate()
  const [role] = await query(
    database.owner,
    `select rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
       (select count(*)::int from pg_class where relowner = r.oid) as owned
     from pg_roles r where rolname = '${appRole}'`,
  )
  assert.deepEqual(role, {
    rolcanlogin: true,
    rolsuper: false,
    rolbypassrls: false,
    rolcreatedb: false,
    rolcreaterole: false,
    owned: 0,
  })
})
