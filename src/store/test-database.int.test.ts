import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { createTestDatabase } from './test-database.ts'

test('each test has a migrated database of its own, and leaves none behind', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const client = new Client(one.owner)
  await client.connect()
  await client.query('create table mine (x int)')
  const migrated = await client.query('select from migration')
  assert.ok(migrated.rowCount !== null && migrated.rowCount > 0)
  const databases = 'select datname from pg_database where datname = any($1)'
  const both = await client.query(databases, [[one.name, other.name]])
  assert.equal(both.rowCount, 2)
  await client.end()

  const app = new Client(other.app)
  await app.connect()
  await assert.rejects(app.query('select * from mine'), /does not exist/)
  await app.end()
  await one.drop()
  const left = new Client(other.owner)
  await left.connect()
  assert.equal((await left.query(databases, [[one.name]])).rowCount, 0)
  await left.end()
  await other.drop()
})
