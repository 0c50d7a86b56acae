import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstChapter, nextState } from './demo-state.ts'

const minuteMs = 60_000
const now = Date.UTC(2026, 10, 22)

test('a start that was cut off loads the same history again', () => {
  const state = firstChapter(7, 300, now)
  assert.deepEqual(nextState(state, now + 1000 * minuteMs), state)
})

test('a short pause is made up for, a long one begins a new chapter of other orders', () => {
  const loaded = { ...firstChapter(7, 300, now), loaded: true, sentTo: now + 5 * minuteMs }
  assert.deepEqual(nextState(loaded, now + 20 * minuteMs), loaded)
  const later = nextState(loaded, now + 26 * minuteMs)
  assert.equal(later.chapter, 1)
  assert.equal(later.loaded, false)
  assert.equal(later.now, now + 26 * minuteMs)
  assert.ok(later.orders < 300)
})
