import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceHead, readHead } from '#store/chain.ts'
import { createPool, withAccess } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { writeStatements } from '#store/write-rows.ts'

const access = { tenant: 1, scopes: '*' } as const

test('an order written from a version that is not the newest is not written', async () => {
  await using database = await createTestDatabase()
  const pool = createPool(database.app, 2)
  const { orders } = writeStatements()
  const write = (version: number): Promise<number> =>
    withAccess(pool, access, (client) => {
      const c = orders.columns
      c.order_key.int8(7)
      c.scope_keys.text('{1}')
      c.version.int4(version)
      c.changed_seq.int8(version)
      c.golden_id.uuid('0'.repeat(32))
      c.status.text('ordered')
      c.label.text('7')
      c.updated_at.time(0)
      c.state.text('{}')
      return orders.run(client)
    })
  try {
    assert.deepEqual([await write(1), await write(2)], [1, 1])
    for (const stale of [2, 4]) await assert.rejects(write(stale), { code: 'OH001' })
    assert.equal(await write(3), 1)
  } finally {
    await pool.end()
  }
})

test('only who knows the head of the chain extends it', async () => {
  await using database = await createTestDatabase()
  const pool = createPool(database.app, 2)
  const extend = (seq: number, previous: Buffer): Promise<void> =>
    withAccess(pool, access, (client) => {
      const about = {
        committedAt: 0,
        receipts: 0,
        events: 0,
        eventsDigest: 0n,
      }
      return advanceHead(client, { seq, previous, hash: Buffer.alloc(32, seq), ...about })
    })
  try {
    const head = await withAccess(pool, access, readHead)
    const overtaken = { code: 'OH001' }
    await assert.rejects(extend(1, Buffer.alloc(32, 9)), overtaken)
    await extend(1, head.hash)
    await assert.rejects(extend(2, head.hash), overtaken)
    await extend(2, Buffer.alloc(32, 1))
  } finally {
    await pool.end()
  }
})
