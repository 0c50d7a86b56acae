import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyOf } from '../support/histories/history.ts'
import { differenceOf, shrink, tell } from '../support/histories/shrink.ts'

test('a history gives the same orders in whatever way it reaches the hub', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const history = historyOf(seed)
    const found = differenceOf(history, 0) ?? differenceOf(history, 1)
    assert.equal(found && tell(shrink(found)), null)
  }
})

/** Histories that once told two truths. */
const fixtures: readonly [seed: number, way: number, about: string][] = [
  [460, 1, 'a note names a shipment and says nothing else of it'],
  [451, 0, 'one record names more POs than its order may have'],
  [179, 0, 'two identifiers near their fan-out name each other'],
]

for (const [seed, way, about] of fixtures) {
  test(`told in any order: ${about}`, () => {
    const found = differenceOf(historyOf(seed), way)
    assert.equal(found && tell(shrink(found)), null)
  })
}
