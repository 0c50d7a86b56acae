import assert from 'node:assert/strict'
import { test } from 'node:test'
import { companySources } from '../fixtures/company.ts'
import { simulateLoad, type LoadReceipt } from './load.ts'

const sources = companySources()
const receivedAt = Date.UTC(2026, 9, 1)

function check(receipt: LoadReceipt, ids: Set<string>): void {
  const source = sources.get(receipt.source)!
  let records = 0
  let events = 0
  let poison = 0
  for (const found of source.format.read(receipt.bytes, source.formatOptions)) {
    records++
    const result = source.map(found, receivedAt)
    if (result.kind === 'quarantined') poison++
    else {
      for (const event of result.events) ids.add(event.id)
      events += result.events.length
    }
  }
  assert.deepEqual(
    { records, events, poison },
    { records: receipt.records, events: receipt.events, poison: receipt.poison },
    receipt.source,
  )
}

for (const mix of ['mixed', 'json'] as const) {
  for (const poison of [0, 0.1]) {
    test(`${mix} load with ${poison * 100} % poison holds as many records and different events as it says`, () => {
      const ids = new Set<string>()
      const total = { events: 0, records: 0, poison: 0 }
      for (const receipt of simulateLoad({ seed: 3, events: 12_000, mix, poison, active: 700 })) {
        check(receipt, ids)
        total.events += receipt.events
        total.records += receipt.records
        total.poison += receipt.poison
      }
      assert.ok(total.events >= 12_000)
      assert.equal(ids.size, total.events)
      assert.ok(Math.abs(total.poison / total.records - poison) < 0.02)
    })
  }
}

test('mixed load is by events half JSON, a fifth CSV, the rest X12 and IDoc XML', () => {
  const shares = new Map<string, number>()
  let events = 0
  for (const receipt of simulateLoad({ seed: 1, events: 100_000, mix: 'mixed', active: 2000 })) {
    const format = sources.get(receipt.source)!.format.name
    shares.set(format, (shares.get(format) ?? 0) + receipt.events)
    events += receipt.events
  }
  const shareOf = (format: string) => (shares.get(format) ?? 0) / events
  assert.ok(Math.abs(shareOf('ndjson') - 0.5) < 0.02)
  assert.ok(Math.abs(shareOf('csv') - 0.2) < 0.02)
  assert.ok(Math.abs(shareOf('x12') - 0.15) < 0.02)
  assert.ok(Math.abs(shareOf('idoc-xml') - 0.15) < 0.02)
})

test('loads whose order ranges do not overlap tell different events', () => {
  const ids = new Set<string>()
  let events = 0
  for (const firstOrder of [0, 100_000]) {
    for (const receipt of simulateLoad({
      seed: 1,
      events: 3000,
      mix: 'json',
      active: 200,
      firstOrder,
    })) {
      check(receipt, ids)
      events += receipt.events
    }
  }
  assert.equal(ids.size, events)
})
