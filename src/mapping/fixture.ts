import type { Format } from '#model/format.ts'
import type { Found, Mapped } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { compileSource } from './compile.ts'
import { describeError } from './errors.ts'

/** Words for tests of this room: a format without bytes, a small source, and what comes of a record. */
export function formatNamed(name: string): Format | undefined {
  if (name !== 'json' && name !== 'debezium') return undefined
  const options = (raw: unknown): never => {
    const keys = Object.keys(raw as object)
    if (keys.some((key) => key !== 'records')) throw new Error(`unknown option ${keys.join()}`)
    return raw as never
  }
  return {
    name,
    options,
    cut: null,
    read: (bytes) => [found(JSON.parse(bytes.toString()))],
    sniff: () => 0,
  }
}

export const receivedAt = Date.UTC(2026, 5, 1)

export function found(tree: unknown): Found {
  return { ok: true, from: 3, to: 9, tree }
}

export const head = `source: test-source
company: acme
region: EMEA
zone: Europe/Berlin
transport: { kind: direct }
format: { name: json }
`

const body = `identifiers:
  - { type: order, value: rec.order }
  - { type: purchase-order, ns: "'customer'", value: rec.po }
  - { type: serial, value: rec.serials }
ignore:
  - { when: rec.kind == 'ping', because: heartbeat }
events:
  - name: status
    when: rec.kind == 'status'
    term: rec.status
    time: { value: rec.at, format: [iso, yyyyMMdd] }
    sequence: rec.seq
    reason: rec.reason
    place: { city: rec.city }
    facts: { customer: rec.customer, value: num(rec.value) }
    lines: { each: rec.lines, key: it.no, facts: { quantity: it.qty, sku: it.sku } }
  - name: parcel
    each: rec.parcels
    when: it.id != 'skip'
    milestone: packed
    time: { value: it.at, format: iso, zone: it.zone }
    part: { kind: package, key: it.id }
    also: [{ type: package, value: it.id }]
`

export const terms = `word,milestone,substatus,classifier,hold,action,label
shipped,shipped,,,,,Sent
"held, customs",customs-held,in customs,,customs,placed,
eta,delivered,,EST,,,
`

export function sourceOf(changes: (yaml: string) => string = (yaml) => yaml): Source {
  const compiled = compileSource(
    { 'source.yaml': changes(head + body), 'terms.csv': terms },
    formatNamed,
  )
  if (!compiled.ok) throw new Error(compiled.errors.map(describeError).join('\n'))
  return compiled.source
}

export function map(tree: unknown, source: Source = sourceOf()): Mapped {
  return source.map(found(tree), receivedAt)
}

export const status = {
  kind: 'status',
  order: 'so-1',
  po: ' po  7 ',
  serials: ['a1', 'b2'],
  status: 'Shipped',
  at: '2026-03-01T10:00:00',
  seq: 4,
  city: 'Köln',
  reason: 'none',
  customer: ' Acme ',
  value: '12,50',
  lines: [
    { no: 10, qty: 2, sku: 'X' },
    { no: 9, qty: 1 },
  ],
}
