import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '#store/test-database.ts'
import { playOnDatabase } from '../support/histories/database.ts'
import { historyOf } from '../support/histories/history.ts'
import { truthOf } from '../support/histories/oracle.ts'
import { playOf } from '../support/histories/play.ts'

/** The first few histories, and some with rulings, guards, approvals and many identifiers in one record. */
const seeds = [1, 2, 3, 21, 179, 329, 451]

test('histories with rulings and guards give the same orders through the whole hub', async () => {
  await using database = await createTestDatabase()
  for (const seed of seeds) {
    const history = historyOf(seed)
    const hash = await playOnDatabase(playOf(history, 0), database, seed)
    assert.equal(hash, truthOf(history).hash, `seed ${seed}`)
  }
})
