import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { breachesOf } from './breach.ts'
import { compareContracts } from './compare.ts'
import { contractOf, shownPath } from './contract.ts'
import { contractLanguages, exportContract } from './export.ts'
import { avroOf } from './exports/avro.ts'
import { schemaAt, type JsonSchema } from './exports/json-schema.ts'
import { needsOf } from './needs.ts'
import { addProfiles, createProfiler, kindOf, type Profile } from './profile.ts'

function profileOf(records: readonly unknown[]): Profile {
  const profiler = createProfiler()
  for (const record of records) profiler.add(record)
  return profiler.profile()
}

function contractFrom(records: readonly unknown[]) {
  return contractOf(profileOf(records))
}

const anyRecord = fc.object({
  key: fc.constantFrom('a', 'b', 'a/b', '~', '[]', 'x y'),
  maxDepth: 3,
  values: [fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null)],
})

test('a contract takes every record it was made of, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 30 }), (records) => {
      const schema = schemaAt(contractFrom(records), '')
      for (const record of records) assert.equal(takes(schema, record), true)
    }),
  )
})

test('profiles add up: two halves of the records make the contract of the whole', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), fc.array(anyRecord), (some, others) => {
      const halves = addProfiles(profileOf(some), profileOf(others))
      assert.deepEqual(contractOf(halves), contractFrom([...some, ...others]))
    }),
  )
})

test('a contract is compatible with itself, and what is backward one way is forward the other', () => {
  const records = fc.array(anyRecord, { minLength: 1 })
  fc.assert(
    fc.property(records, records, (some, others) => {
      const [a, b] = [contractFrom(some), contractFrom(others)]
      assert.deepEqual(compareContracts(a, a), { compatibility: 'full', changes: [] })
      const there = compareContracts(a, b).changes
      const back = compareContracts(b, a).changes
      assert.equal(
        there.every((change) => change.backward),
        back.every((change) => change.forward),
      )
    }),
  )
})

const order = { order: 'A1', state: 'NEW', at: '2026-03-01T10:00:00Z', lines: [{ sku: 'x', n: 1 }] }
const many = Array.from({ length: 40 }, (_, i) => ({ ...order, order: `A${i}` }))

test('words, times, presence and types are seen', () => {
  const { fields } = contractFrom([...many, { ...order, note: null, lines: [{ n: 1.5 }] }])
  assert.deepEqual(fields['/state'], { types: ['string'], required: true, values: ['NEW'] })
  assert.deepEqual(fields['/at'], { types: ['string'], required: true, format: 'date-time' })
  assert.deepEqual(fields['/note'], { types: ['null'], required: false })
  assert.deepEqual(fields['/lines/[]/n'], { types: ['number'], required: true })
  assert.equal(fields['/lines/[]/sku']!.required, false)
  assert.equal(shownPath('/lines/[]/sku'), 'rec.lines[].sku')
})

test('a new optional field harms nobody, one that is gone harms those who read it', () => {
  const now = contractFrom([...many.map((one) => ({ ...one, gift: true })), order])
  assert.equal(compareContracts(contractFrom(many), now).compatibility, 'full')
  const gone = contractFrom(many.map(({ state: _state, ...rest }) => rest))
  const { compatibility, changes } = compareContracts(contractFrom(many), gone)
  assert.equal(compatibility, 'backward')
  assert.deepEqual(
    changes.map((change) => [change.path, change.kind]),
    [['/state', 'removed-required']],
  )
})

const definition = {
  let: { head: 'rec.head[0]', order: 'stripZeros(head.number)' },
  identifiers: [{ type: 'order', value: 'order' }],
  time: { value: 'rec.at' },
  events: [
    {
      each: 'rec.lines',
      term: 'it.state',
      time: { value: "join([rec.day, rec['the hour']], '')" },
    },
  ],
}

test('what a mapping needs is found through its names and elements', () => {
  assert.deepEqual(
    needsOf(definition).map(({ path, use }) => `${path} ${use}`),
    [
      '/head/[]/number identifier',
      '/at time',
      '/lines/[]/state status',
      '/day time',
      '/the hour time',
    ],
  )
})

test('a needed field that is gone or becomes an object breaks the contract, another field does not', () => {
  const needs = needsOf({ identifiers: [{ value: 'rec.order' }], time: { value: 'rec.at' } })
  const contract = contractFrom(many)
  assert.deepEqual(breachesOf(order, needs, contract), [])
  const { order: _order, ...rest } = order
  assert.deepEqual(
    breachesOf(rest, needs, contract).map(({ path, kind }) => [path, kind]),
    [['/order', 'gone']],
  )
  assert.deepEqual(
    breachesOf({ ...order, at: { day: 1 } }, needs, contract).map(({ kind }) => kind),
    ['type-changed'],
  )
  assert.deepEqual(breachesOf({ ...order, order: 17, state: null }, needs, contract), [])
  assert.deepEqual(breachesOf(rest, needs, contractFrom(many.slice(0, 5))), [])
})

test('every language writes the contract, and Avro’s names are names', () => {
  const about = {
    contract: contractFrom([...many, { 'ship to': { 'ship-to': 1 }, 'ship-to': 'x' }]),
    version: 2,
    source: 'web-shop',
    title: 'Web shop',
    company: 'acme',
    region: 'EMEA',
    format: 'ndjson',
    transport: 'http',
    createdAt: '2026-03-01T10:00:00.000Z',
  }
  for (const language of contractLanguages) {
    const text = JSON.stringify(exportContract(language, about))
    assert.match(text, /web[-_]shop/, language)
  }
  const names = [...JSON.stringify(avroOf(about)).matchAll(/"name":"([^"]*)"/g)].map(
    ([, name]) => name!,
  )
  for (const name of names) assert.match(name, /^[A-Za-z_]\w*$/)
})

/** As much of JSON Schema as a contract uses. */
function takes(schema: JsonSchema, value: unknown): boolean {
  const types = [schema['type'] ?? []].flat() as string[]
  const kind = kindOf(value)
  const fits = types.includes(kind) || (kind === 'integer' && types.includes('number'))
  if (!fits) return false
  const words = schema['enum'] as unknown[] | undefined
  if (words?.includes(value) === false) return false
  if (kind === 'array')
    return (value as unknown[])
      .slice(0, 20)
      .every((one) => takes(schema['items'] as JsonSchema, one))
  if (kind !== 'object') return true
  const properties = schema['properties'] as Record<string, JsonSchema>
  const required = (schema['required'] ?? []) as string[]
  return (
    required.every((name) => Object.hasOwn(value as object, name)) &&
    Object.entries(value as object).every(([name, one]) => takes(properties[name]!, one))
  )
}
