import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { HubEvent } from '#model/event.ts'
import type { Classifier } from '#model/milestone.ts'
import { map, sourceOf, status } from './fixture.ts'

/** The small source with a statement that is told at `rec.told`. */
function telling(classifier: Classifier, rule = 'value: rec.told, format: [iso, yyyyMMddHHmm]') {
  return sourceOf(
    (yaml) => `${yaml}  - name: promise
    when: rec.kind == 'promise'
    milestone: delivered
    classifier: ${classifier}
    time: { value: rec.at, format: iso }
    told: { ${rule} }
`,
  )
}

const promise = { kind: 'promise', order: 'so-1', at: '2026-03-20', told: '2026-03-01T10:00' }
const ahead = ['PLN', 'EST', 'REQ'] as const

function eventOf(tree: unknown, source = telling('PLN')): HubEvent {
  const mapped = map(tree, source)
  if (mapped.kind === 'quarantined') throw new Error(`${mapped.fault.code}: ${mapped.fault.detail}`)
  return mapped.events[0]!
}

function fault(tree: unknown, source = telling('PLN')): string {
  const mapped = map(tree, source)
  if (mapped.kind === 'events') return 'accepted'
  return `${mapped.fault.code} at ${mapped.fault.path ?? 'nowhere'}: ${mapped.fault.detail}`
}

test('a planned, estimated or requested date says when it was told, in the zone of the source', () => {
  for (const classifier of ahead)
    assert.equal(eventOf(promise, telling(classifier)).told, Date.UTC(2026, 2, 1, 9))
  const zoned = telling('EST', 'value: rec.told, format: iso, zone: rec.zone')
  assert.equal(eventOf({ ...promise, zone: 'ET' }, zoned).told, Date.UTC(2026, 2, 1, 15))
})

test('the same date told again at another time is another statement; told at the same time it is one', () => {
  const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 4, 1) })
  const at = (ms: number) => eventOf({ ...promise, told: new Date(ms).toISOString() }).id
  fc.assert(
    fc.property(instant, instant, (a, b) => assert.equal(at(a) === at(b), a === b)),
    { numRuns: 50 },
  )
  assert.equal(eventOf({ ...promise, told: '202603011000' }).id, eventOf(promise).id)
})

test('an actual event is told when it happens: its told is let be, whatever it is', () => {
  const actual = telling('ACT')
  const untold = eventOf({ ...promise, told: null }, actual)
  for (const told of [promise.told, 'nonsense', { a: 1 }])
    assert.deepEqual(eventOf({ ...promise, told }, actual), untold)
  assert.equal('told' in untold, false)
})

test('a record that does not say when it was told gives an event without it', () => {
  for (const told of [null, undefined, '']) {
    const event = eventOf({ ...promise, told })
    assert.equal('told' in event, false)
    assert.notEqual(event.id, eventOf(promise).id)
  }
})

test('a told that cannot be read or cannot be true is a fault', () => {
  assert.equal(
    fault({ ...promise, told: 'last week' }),
    "bad-time at events[2].told.value: promise: 'last week' does not follow the time format iso or yyyyMMddHHmm",
  )
  assert.match(fault({ ...promise, told: {} }), /^bad-time at events\[2\]\.told\.value/)
  assert.match(fault({ ...promise, told: '1970-01-01' }), /^implausible-time at events\[2\]\.told/)
  assert.match(
    fault(
      { ...promise, zone: 'Mars' },
      telling('PLN', 'value: rec.told, format: iso, zone: rec.zone'),
    ),
    /^bad-time at events\[2\]\.told\.zone/,
  )
})

test('a told beside let counts for every event that is not actual, also by its term; an event may have its own', () => {
  const source = sourceOf(
    (yaml) => `${yaml}told: { value: rec.told, format: iso }
`,
  )
  const told = '2026-02-01T00:00Z'
  assert.equal(eventOf({ ...status, status: 'eta', told }, source).told, Date.UTC(2026, 1, 1))
  assert.equal('told' in eventOf({ ...status, told }, source), false)
  const own = sourceOf(
    (yaml) =>
      `${yaml.replace('    sequence:', '    told: { value: rec.since, format: iso }\n    sequence:')}told: { value: rec.told, format: iso }
`,
  )
  const since = '2026-02-02T00:00Z'
  assert.equal(eventOf({ ...status, status: 'eta', told, since }, own).told, Date.UTC(2026, 1, 2))
})
