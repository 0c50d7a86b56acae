import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '#store/test-database.ts'
import { playOnDatabase } from '../support/histories/database.ts'
import { historyOf } from '../support/histories/history.ts'
import { truthOf } from '../support/histories/oracle.ts'
import { playOf, type Step } from '../support/histories/play.ts'
import { random } from '#simulator/random.ts'
import { eventOf } from '../support/histories/told-event.ts'

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

test('a claim restored brings along what hangs on it, from an order the ruling does not name', async () => {
  await using database = await createTestDatabase()
  const dice = random(1)
  const order = { ns: 'servers', type: 'order', value: 'A' } as const
  const delivery = { ns: 'servers', type: 'delivery', value: 'H' } as const
  const tracking = { ns: 'fedex', type: 'tracking', value: 'Z' } as const
  const told = eventOf([order, delivery, tracking], dice)
  const other = eventOf([tracking], dice)
  const { source } = told
  const [a, h, z] = ['order:servers:A', 'delivery:servers:H', 'tracking:fedex:Z'] as const
  const rulings = [
    { kind: 'void', claim: { source, a, b: h } },
    { kind: 'void', claim: { source, a, b: z } },
    { kind: 'restore', claim: { source, a, b: h } },
  ] as const
  const steps: Step[] = [
    { kind: 'batch', events: [told, other] },
    ...rulings.map((ruling): Step => ({ kind: 'ruling', ruling })),
  ]
  const truth = truthOf({
    seed: 0,
    events: [told, other],
    rulings,
    approves: false,
    traits: new Set(),
  })
  assert.equal(truth.orders.length, 1)
  assert.equal(await playOnDatabase(steps, database, 1), truth.hash)
})
