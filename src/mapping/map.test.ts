import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { HubEvent } from '#model/event.ts'
import { found, map, receivedAt, sourceOf, status } from './fixture.ts'

const source = sourceOf()

function events(tree: unknown, from = source): readonly HubEvent[] {
  const mapped = map(tree, from)
  if (mapped.kind === 'quarantined') throw new Error(`${mapped.fault.code}: ${mapped.fault.detail}`)
  return mapped.events
}

function only(tree: unknown, from = source): HubEvent {
  const all = events(tree, from)
  assert.equal(all.length, 1)
  return all[0]!
}

function fault(tree: unknown): string {
  const mapped = map(tree, source)
  if (mapped.kind === 'events') return 'accepted'
  return `${mapped.fault.code} at ${mapped.fault.path ?? 'nowhere'}: ${mapped.fault.detail}`
}

test('a record becomes an event in the words of the hub', () => {
  const { id, ...event } = only(status)
  assert.match(id, /^[0-9a-f]{32}$/)
  assert.deepEqual(event, {
    source: 'test-source',
    company: 'acme',
    region: 'EMEA',
    milestone: 'shipped',
    classifier: 'ACT',
    time: {
      at: Date.UTC(2026, 2, 1, 9),
      text: '2026-03-01T10:00:00',
      certainty: 'zoned',
      zone: 'Europe/Berlin',
    },
    sequence: 4,
    identifiers: [
      { ns: 'acme', type: 'order', value: 'SO-1' },
      { ns: 'customer', type: 'purchase-order', value: 'PO 7' },
      { ns: 'acme', type: 'serial', value: 'A1' },
      { ns: 'acme', type: 'serial', value: 'B2' },
    ],
    part: { kind: 'order' },
    words: 'Shipped',
    reason: 'none',
    place: { city: 'Köln' },
    facts: { customer: 'Acme', value: 12.5 },
    lines: { 9: { quantity: 1 }, 10: { quantity: 2, sku: 'X' } },
  })
})

test('terms give milestone, classifier, substatus and hold; a word no term knows stays visible', () => {
  const held = only({ ...status, status: ' HELD,  customs ' })
  assert.deepEqual(
    [held.milestone, held.substatus, held.hold],
    ['customs-held', 'in customs', { kind: 'customs', action: 'placed' }],
  )
  assert.equal(only({ ...status, status: 'ETA' }).classifier, 'EST')
  const unknown = only({ ...status, status: 'Lost in Space' })
  assert.deepEqual([unknown.milestone, unknown.words], ['unknown', 'Lost in Space'])
  assert.deepEqual(
    [only({ ...status, status: null }).milestone, only({ ...status, status: null }).words],
    ['unknown', ''],
  )
})

test('each gives an event an element, with the zone that the element names', () => {
  const parcels = [
    { id: 'p1', at: '2026-03-01T10:00', zone: 'America/New_York' },
    { id: 'skip' },
    { id: 'p2', at: '2026-03-01T10:00Z' },
  ]
  const all = events({ order: 'x', parcels })
  assert.deepEqual(
    all.map((one) => [one.part, one.time.at, one.time.certainty]),
    [
      [{ kind: 'package', key: 'P1' }, Date.UTC(2026, 2, 1, 15), 'zoned'],
      [{ kind: 'package', key: 'P2' }, Date.UTC(2026, 2, 1, 10), 'instant'],
    ],
  )
})

test('ignored records are accepted without events', () => {
  assert.deepEqual(map({ kind: 'ping' }, source), { kind: 'events', from: 3, to: 9, events: [] })
})

test('faults say what is wrong and where', () => {
  assert.equal(
    fault({ kind: 'other' }),
    'no-match at nowhere: no event of the mapping matches the record',
  )
  assert.equal(
    fault({ ...status, order: null, po: '', serials: [] }),
    'no-identifier at events[0].identifiers: status: none of the identifiers has a value: rec.order, rec.po, rec.serials',
  )
  assert.equal(
    fault({ ...status, at: '01.03.2026' }),
    "bad-time at events[0].time.value: status: '01.03.2026' does not follow the time format iso or yyyyMMdd",
  )
  assert.equal(
    fault({ ...status, at: null }),
    'bad-time at events[0].time.value: status: null is no time; expected the time format iso or yyyyMMdd',
  )
  assert.match(
    fault({ ...status, at: '1970-01-01' }),
    /^implausible-time at events\[0\]\.time\.value/,
  )
  assert.match(fault({ ...status, at: '2099-01-01' }), /^implausible-time/)
  assert.equal(
    fault({ ...status, customer: { a: 1 } }),
    'bad-value at events[0].facts.customer: status: a map is no fact: a text, a number, true or false',
  )
  assert.match(
    fault({ ...status, order: 'x'.repeat(129) }),
    /^bad-value at events\[0\]\.identifiers\.order: status: the identifier has 129 characters/,
  )
  assert.match(
    fault({ ...status, serials: Array.from({ length: 40 }, (_, i) => `s${i}`) }),
    /^too-many/,
  )
  assert.match(
    fault({ ...status, lines: [{ no: 1 }, { no: '1' }] }),
    /^bad-value at events\[0\]\.lines\.key: status: two lines have the key 1/,
  )
  assert.match(
    fault({ order: 'x', parcels: Array.from({ length: 10_001 }, () => ({})) }),
    /^too-many/,
  )
  assert.match(
    fault({ order: 'x', parcels: [{ id: 'a', at: '2026-03-01' }, { at: '2026-03-01' }] }),
    /^bad-value at events\[1\]\.part\.key: parcel: the package has no key \(element 2\)/,
  )
  assert.match(
    fault({ ...status, kind: 'status', seq: 'x' }),
    /^bad-value at events\[0\]\.sequence/,
  )
})

test('an expression that cannot answer is a fault with the expression and what was expected', () => {
  const broken = sourceOf((yaml) => yaml.replace('city: rec.city', 'city: "\'a\' + rec.n"'))
  const mapped = map({ ...status, n: 1 }, broken)
  assert.ok(mapped.kind === 'quarantined')
  assert.deepEqual(mapped.fault, {
    code: 'expression',
    path: 'events[0]',
    detail:
      "status: cannot add text 'a' and number 1 in 'a' + rec.n; expected two numbers, two texts or two lists; text(x) makes a text, num(x) a number",
  })
})

test('a record is taken whole or not at all', () => {
  const mixed = {
    ...status,
    parcels: [
      { id: 'p1', at: '2026-03-01' },
      { id: 'p2', at: 'never' },
    ],
  }
  assert.match(fault(mixed), /^bad-time/)
})

test('a span that could not be read stays what it was', () => {
  const fault = { code: 'syntax', detail: 'no JSON' } as const
  assert.deepEqual(source.map({ ok: false, from: 1, to: 2, fault }, receivedAt), {
    kind: 'quarantined',
    from: 1,
    to: 2,
    fault,
  })
})

test('null and the tombstone of a change stream tell nothing; elsewhere tombstone is a field like others', () => {
  const nothing = { kind: 'events', from: 3, to: 9, events: [] }
  const changes = sourceOf((yaml) => yaml.replace('name: json', 'name: debezium'))
  assert.deepEqual(map(null), nothing)
  assert.deepEqual(map(null, changes), nothing)
  assert.deepEqual(map({ tombstone: true, op: null, row: null }, changes), nothing)
  assert.match(fault({ tombstone: true, op: null, row: null }), /^no-match/)
})

test('a number that is too large to be exact is no identifier', () => {
  const lost = JSON.parse('{ "order": 90071992547409931 }') as { order: number }
  for (const order of [lost.order, -lost.order, 2 ** 53, 1e21]) {
    assert.equal(
      fault({ ...status, order }),
      'bad-value at events[0].identifiers.order: status: the identifier is a number beyond 9007199254740991, which loses digits on the way: send it as text, in quotes',
    )
  }
  assert.match(
    fault({ ...status, lines: [{ no: lost.order }] }),
    /^bad-value at events\[0\]\.lines\.key/,
  )
  assert.equal(
    only({ ...status, order: 9007199254740991 }).identifiers[0]?.value,
    '9007199254740991',
  )
})

test('a default time and else: note make a note of what no event matches', () => {
  const noting = sourceOf((yaml) => `${yaml}else: note\ntime: { value: rec.at, format: iso }\n`)
  const note = only({ order: 'x', at: '2026-03-01T10:00Z' }, noting)
  assert.deepEqual([note.milestone, note.identifiers[0]?.value], ['note', 'X'])
})

/** The same tree with the keys of every map in another order. */
function shuffled(tree: unknown, order: (a: string, b: string) => number): unknown {
  if (Array.isArray(tree)) return tree.map((one) => shuffled(one, order))
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(
    Object.keys(tree)
      .toSorted(order)
      .map((key) => [key, shuffled((tree as Record<string, unknown>)[key], order)]),
  )
}

const word = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => /^[!-~]+$/.test(text))
const tree = fc.record({
  kind: fc.constant('status'),
  order: word,
  po: fc.option(word),
  serials: fc.array(word, { maxLength: 3 }),
  status: fc.constantFrom('shipped', 'eta', 'other', 'held, customs'),
  at: fc.constantFrom('2026-03-01T10:00:00', '2026-03-02'),
  seq: fc.integer({ min: 0, max: 9 }),
  reason: word,
  city: word,
  customer: fc.option(word),
  value: fc.integer({ min: 0, max: 99 }),
  lines: fc.uniqueArray(
    fc.record({ no: fc.integer({ min: 1, max: 99 }), qty: fc.integer(), sku: word }),
    { selector: (line) => line.no, maxLength: 4 },
  ),
})

test('the id does not depend on the order of keys, of lines, or on what was mapped before', () => {
  fc.assert(
    fc.property(tree, tree, (one, other) => {
      const { id } = only(one)
      map(other, source)
      assert.equal(only(shuffled(one, (a, b) => (a < b ? 1 : -1))).id, id)
      assert.equal(only({ ...one, lines: one.lines.toReversed() }).id, id)
      assert.equal(only(one, sourceOf()).id, id)
    }),
    { numRuns: 50 },
  )
})

test('free text does not make another fact', () => {
  fc.assert(
    fc.property(tree, word, word, (one, city, reason) => {
      assert.equal(only({ ...one, city, reason }).id, only(one).id)
    }),
    { numRuns: 50 },
  )
  assert.equal(only({ ...status, status: ' SHIPPED ' }).id, only(status).id)
  assert.equal(only({ ...status, at: '2026-03-01 10:00' }).id, only(status).id)
  assert.notEqual(only({ ...status, status: 'odd' }).id, only({ ...status, status: 'odder' }).id)
})

test('another source, and any other content, makes another id', () => {
  const other = sourceOf((yaml) => yaml.replace('test-source', 'test-source-2'))
  assert.notEqual(only(status, other).id, only(status).id)
  const changes: object[] = [
    { order: 'so-2' },
    { po: null },
    { serials: ['a1'] },
    { status: 'eta' },
    { at: '2026-03-01T10:00:01' },
    { seq: 5 },
    { customer: 'Other' },
    { value: 13 },
    { lines: [] },
    { lines: [{ no: 10, qty: 3, sku: 'X' }] },
  ]
  const ids = new Set(
    [status, ...changes.map((change) => ({ ...status, ...change }))].map((one) => only(one).id),
  )
  assert.equal(ids.size, changes.length + 1)
})

test('two records have one id only when their events say the same', () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const meaning = ({
        id: _id,
        place: _place,
        reason: _reason,
        words,
        time,
        ...rest
      }: HubEvent) =>
        JSON.stringify([
          time.at,
          time.certainty,
          shuffled(rest, (x, y) => (x < y ? -1 : 1)),
          rest.milestone === 'unknown' ? words : '',
        ])
      const [one, two] = [only(a), only(b)]
      assert.equal(one.id === two.id, meaning(one) === meaning(two))
    }),
    { numRuns: 300 },
  )
})

test('no record makes the mapping throw, and identifiers are always normal', () => {
  const anything = fc.anything({ withNullPrototype: true, maxDepth: 3 })
  fc.assert(
    fc.property(
      fc.oneof(
        anything,
        fc.record({
          kind: fc.constant('status'),
          order: anything,
          at: anything,
          status: anything,
          lines: anything,
          parcels: anything,
        }),
      ),
      (any) => {
        const mapped = source.map(found(any), receivedAt)
        if (mapped.kind === 'quarantined') assert.notEqual(mapped.fault.detail, '')
        else {
          for (const { value } of mapped.events.flatMap((one) => one.identifiers)) {
            assert.equal(value, value.trim().toUpperCase())
            assert.ok(value.length > 0)
          }
        }
      },
    ),
    { numRuns: 500 },
  )
})
