import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { createPool, withAccess, type Access } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'

const everything: Access = { tenant: 1, scopes: '*' }

test('security by row is forced on every table that holds a tenant, even for the owner of the tables', async () => {
  await using database = await createTestDatabase()
  const client = new Client(database.owner)
  await client.connect()
  const { rows } = await client.query<{ relname: string }>(
    `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
  )
  await client.end()
  assert.deepEqual(
    rows.map((row) => row.relname),
    ['migration'],
  )
})

test('what a transaction may see ends with it, whoever gets the connection next', async () => {
  await using database = await createTestDatabase()
  const pool = createPool(database.app, 1)
  try {
    await withAccess(pool, everything, (client) =>
      client.query(`insert into tenant values (1, 'one')`),
    )
    const before = await withAccess(pool, everything, (client) =>
      client.query('select * from tenant'),
    )
    assert.equal(before.rowCount, 1)
    const { rows } = await pool.query<{ tenant: string | null; scopes: string | null }>(
      `select nullif(current_setting('orderhub.tenant', true), '') as tenant, nullif(current_setting('orderhub.scopes', true), '') as scopes`,
    )
    assert.deepEqual(rows, [{ tenant: null, scopes: null }])
    assert.equal((await pool.query('select * from tenant')).rowCount, 0)
  } finally {
    await pool.end()
  }
})

test('one tenant sees no row of another', async () => {
  await using database = await createTestDatabase()
  const pool = createPool(database.app, 2)
  try {
    await withAccess(pool, everything, (client) =>
      client.query(`insert into tenant values (1, 'one')`),
    )
    const other = await withAccess(pool, { tenant: 2, scopes: '*' }, (client) =>
      client.query('select * from tenant'),
    )
    assert.equal(other.rowCount, 0)
    await assert.rejects(
      withAccess(pool, { tenant: 2, scopes: '*' }, (client) =>
        client.query(`insert into tenant values (3, 'three')`),
      ),
      /row-level security/,
    )
  } finally {
    await pool.end()
  }
})
