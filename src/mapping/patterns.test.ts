import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patternOf, wordsOf } from './patterns.ts'

test('words are the same whatever their case, accents and signs', () => {
  for (const text of [
    'Out for delivery!',
    'OUT_FOR_DELIVERY',
    'outForDelivery',
    ' out-for  délivery',
  ])
    assert.deepEqual(wordsOf(text), ['out', 'for', 'delivery'])
  assert.deepEqual(wordsOf('Größe øl Łódź'), ['grosse', 'ol', 'lodz'])
})

test('a pattern is words in their order, with anything where its stars are', () => {
  const matches = (pattern: string, text: string) => patternOf(pattern)(wordsOf(text))
  assert.ok(matches('* held * customs *', 'Shipment is held by the customs'))
  assert.ok(!matches('* held * customs *', 'customs: held'))
  assert.ok(matches('deliver* *', 'Delivered, front door') && matches('deliver* *', 'delivery'))
  assert.ok(!matches('* delivered *', 'undelivered') && matches('* *delivered', 'undelivered'))
  assert.ok(matches('*派送*', '快件正在派送中') && !matches('a', 'a b') && !matches('a b', 'a'))
})

test('a pattern of a text with words left out finds the text', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a-c]{1,3}$/), fc.boolean())), (pieces) => {
      const words = pieces.map(([word]) => word)
      const pattern = pieces.map(([word, out]) => (out ? '*' : word)).join(' ')
      assert.ok(patternOf(`${pattern} *`)(words), pattern)
    }),
  )
})
