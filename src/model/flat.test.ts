import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flat } from './flat.ts'

test('a flat text is the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(20), (text, from) => {
      assert.equal(flat(text.slice(from)), text.slice(from))
    }),
  )
})
