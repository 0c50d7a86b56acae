import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demo } from './demo.ts'
import { companySources } from './fixtures/company.ts'
import { noFaults } from './story/teller.ts'

const now = Date.UTC(2026, 10, 22, 15)
const sources = companySources()

test('history ends at now and the live stream goes on from there, a few messages a second', () => {
  const { history, live } = demo({ seed: 1, now, orders: 100 })
  let before = 0
  for (const message of history()) {
    assert.ok(message.at <= now)
    before++
  }
  assert.ok(before > 1500)
  const minutes = 5
  let after = 0
  for (const message of live()) {
    assert.ok(message.at > now)
    if (message.at > now + minutes * 60_000) break
    after++
  }
  assert.ok(after / (minutes * 60) > 0.4 && after / (minutes * 60) < 6)
})

test('the live stream can be had without the history', () => {
  for (const message of demo({ seed: 1, now, orders: 20 }).live()) {
    assert.ok(message.at > now)
    break
  }
})

test('nothing that happened lies ahead of the message that tells it', () => {
  const { live } = demo({ seed: 2, now, orders: 40, faults: noFaults })
  for (const message of live()) {
    if (message.at > now + 600_000) break
    const source = sources.get(message.source)!
    for (const found of source.format.read(message.bytes, source.formatOptions)) {
      const result = source.map(found, message.at)
      assert.equal(result.kind, 'events')
      if (result.kind !== 'events') continue
      for (const event of result.events) {
        if (event.classifier === 'ACT')
          assert.ok(event.time.at <= message.at, `${event.source} ${event.milestone}`)
      }
    }
  }
})

test('orders of the history move on in the live stream', () => {
  const { history, live } = demo({ seed: 3, now, orders: 60 })
  const known = new Set<string>()
  const moved = new Set<string>()
  const trackings = (text: string) => text.matchAll(/"trackingNumber":"(\d+)"/g)
  for (const message of history())
    for (const [, number] of trackings(message.bytes.toString())) known.add(number!)
  for (const message of live()) {
    if (message.at > now + 300_000) break
    for (const [, number] of trackings(message.bytes.toString()))
      if (known.has(number!)) moved.add(number!)
  }
  assert.ok(moved.size > 5)
})
