/** What PostgreSQL itself says about who sees which rows; every table, view and function is looked at. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { appRole } from '#store/roles.ts'
import { createTestDatabase, type TestDatabase } from '#store/test-database.ts'

/** Numbers of the schema itself; no tenant's rows, and the program may not write it. */
const withoutTenants = ['migration']
/** The one function that sees past row security; it answers only to the hash of a secret. */
const definers = ['authenticate']

let database: TestDatabase
let owner: pg.Client
let app: pg.Client

before(async () => {
  database = await createTestDatabase()
  owner = new pg.Client(database.owner)
  app = new pg.Client(database.app)
  await Promise.all([owner.connect(), app.connect()])
})
after(async () => {
  await Promise.all([owner.end(), app.end()])
  await database.drop()
})

const list = async (sql: string): Promise<string[]> =>
  (await owner.query<{ name: string }>(sql)).rows.map(({ name }) => name).toSorted()

const tables = `pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`

/** Tables that break a rule of row-level security. */
const unguarded = () =>
  list(`
  select c.relname as name from ${tables}
    and not (c.relrowsecurity and c.relforcerowsecurity
      and exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polqual is not null and p.polwithcheck is not null))`)

test('row-level security is enabled and forced on every table, with a policy for reading and writing', async () => {
  assert.deepEqual(await unguarded(), withoutTenants)
  assert.ok((await list(`select c.relname as name from ${tables}`)).length >= 18)
})

test('a table without forced security, and one without a policy, are noticed', async () => {
  await owner.query(
    'create table planted_open (tenant_key int); alter table planted_open enable row level security',
  )
  await owner.query(
    'create table planted_bare (tenant_key int); alter table planted_bare enable row level security; alter table planted_bare force row level security',
  )
  assert.deepEqual(
    await unguarded(),
    [...withoutTenants, 'planted_bare', 'planted_open'].toSorted(),
  )
  await owner.query('drop table planted_open, planted_bare')
})

test('every policy asks for the tenant of the transaction, but for the one by which keys are checked', async () => {
  const { rows } = await owner.query<{
    name: string
    policy: string
    qual: string
    check: string | null
    roles: string
  }>(`
    select c.relname as name, p.polname as policy, pg_get_expr(p.polqual, p.polrelid) as qual,
      pg_get_expr(p.polwithcheck, p.polrelid) as check, p.polroles::regrole[]::text as roles
    from pg_policy p join pg_class c on c.oid = p.polrelid`)
  for (const { name, policy, qual, check, roles } of rows) {
    if (policy === 'keys_for_authenticate') {
      assert.equal(name, 'api_key')
      assert.ok(!roles.includes(appRole))
      continue
    }
    assert.match(qual, /tenant_key = \( SELECT current_tenant\(\)/, `${name}.${policy}`)
    assert.equal(check, qual, `${name}.${policy}`)
  }
})

test('the role of the program owns nothing, is no superuser, and passes no row security', async () => {
  const { rows } = await owner.query(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = $1`,
    [appRole],
  )
  assert.deepEqual(rows, [
    {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
    },
  ])
  assert.deepEqual(
    await list(`select c.relname as name from pg_class c where c.relowner = '${appRole}'::regrole`),
    [],
  )
  assert.deepEqual(
    await list(`select p.proname as name from pg_proc p where p.proowner = '${appRole}'::regrole`),
    [],
  )
  assert.deepEqual(
    await list(
      `select r.rolname as name from pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = '${appRole}'::regrole`,
    ),
    [],
  )
  await assert.rejects(app.query('create table mine (x int)'), /permission denied/)
  await assert.rejects(app.query('alter table receipt disable row level security'), /must be owner/)
})

test('no view, and no function but the reviewed one, runs with the rights of its owner', async () => {
  assert.deepEqual(
    await list(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('v', 'm') and not coalesce('security_invoker=true' = any (c.reloptions), false)`),
    [],
  )
  assert.deepEqual(
    await list(`
    select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.prosecdef`),
    definers,
  )
})

test('unique keys of tables with tenants begin with the tenant, or are made by the hub: no key tells of another tenant', async () => {
  const { rows } = await owner.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text order by k.n) as columns
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace s on s.oid = c.relnamespace
      cross join lateral unnest(i.indkey::int[]) with ordinality as k(attnum, n)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
    where s.nspname = 'public' and i.indisunique group by c.relname, i.indexrelid`)
  // Drawn from sequences, or the hash of a random secret: nobody outside can choose them.
  const made = [
    'receipt_key',
    'order_key',
    'quarantine_key',
    'scope_key',
    'mapping_key',
    'secret_sha256',
  ]
  const telling = rows.filter(
    ({ name, columns }) =>
      !withoutTenants.includes(name) &&
      name !== 'tenant' &&
      columns[0] !== 'tenant_key' &&
      !made.includes(columns[0]!),
  )
  assert.deepEqual(telling, [])
})

test('without a tenant, and with a scope that is none, a transaction sees no row of any table', async () => {
  await owner.query(
    `insert into tenant values (7, 'seven'); insert into scope (tenant_key, company, region) values (7, 'a', 'x')`,
  )
  const names = await list(`select c.relname as name from ${tables} and c.relname <> 'migration'`)
  for (const settings of [
    '',
    `set local orderhub.tenant = '8'; set local orderhub.scopes = '*'`,
    `set local orderhub.tenant = ''`,
  ]) {
    await app.query(`begin; ${settings}`)
    for (const name of names) {
      assert.equal(
        (await app.query(`select 1 from ${name}`)).rowCount,
        0,
        `${name} with "${settings}"`,
      )
    }
    await assert.rejects(
      app.query(`insert into scope (tenant_key, company, region) values (7, 'b', 'x')`),
      /row-level security|null value/,
    )
    await app.query('rollback')
  }
  await app.query(`begin; set local orderhub.tenant = '7'; set local orderhub.scopes = '{}'`)
  assert.equal((await app.query('select 1 from scope')).rowCount, 0)
  await app.query('rollback')
  await assert.rejects(app.query('delete from migration'), /permission denied/)
})

test('the settings of a transaction end with it', async () => {
  await app.query(`begin; set local orderhub.tenant = '7'; set local orderhub.scopes = '*'`)
  assert.equal((await app.query('select 1 from scope')).rowCount, 1)
  await app.query('commit')
  assert.equal((await app.query('select 1 from scope')).rowCount, 0)
})
