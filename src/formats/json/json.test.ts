import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cloudevents } from '../cloudevents/cloudevents.ts'
import { ndjson } from '../ndjson/ndjson.ts'
import type { Format } from '#model/format.ts'
import { json } from './json.ts'

function outcomes(format: Format, text: string | Buffer, options: unknown = {}): unknown[] {
  return Array.from(format.read(Buffer.from(text as string), format.options(options)), (one) =>
    one.ok ? one.tree : one.fault.code,
  )
}

const value = fc
  .jsonValue({ maxDepth: 4 })
  .filter((tree) => !/__proto__|\\u0000/.test(JSON.stringify(tree)))

test('an array is split into its elements, each parsed as JSON.parse does, with its exact bytes', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(undefined, 1),
      (trees, indent) => {
        const bytes = Buffer.from(JSON.stringify(trees, null, indent))
        const found = Array.from(json.read(bytes, {}))
        assert.deepEqual(
          found.map((one) => one.ok && one.tree),
          JSON.parse(bytes.toString()),
        )
        for (const one of found)
          assert.deepEqual(JSON.parse(bytes.toString('utf8', one.from, one.to)), one.ok && one.tree)
      },
    ),
  )
})

test('lines are records, and a broken one costs itself only', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (trees, feed, mark) => {
        const text = (mark ? '\ufeff' : '') + trees.map((tree) => JSON.stringify(tree)).join(feed)
        assert.deepEqual(outcomes(ndjson, text), JSON.parse(JSON.stringify(trees)))
        assert.deepEqual(
          outcomes(ndjson, `${text}\n{"a":\n${text.replace('\ufeff', '')}`),
          [...trees, 'syntax', ...trees].map((tree) => JSON.parse(JSON.stringify(tree)) as unknown),
        )
      },
    ),
  )
  const found = Array.from(ndjson.read(Buffer.from('{}\n{"a":}\n'), {}))
  assert.ok(!found[1]!.ok && found[1]!.fault.path === 'line 2')
  assert.equal(ndjson.cut!(Buffer.from('{}\n{}\n{"a'), {}), 6)
})

test('a records path leads to the array inside of the document, through arrays too', () => {
  const document = '{"meta":{"n":2},"output":{"results":[{"a":1},{"a":2}]}}'
  assert.deepEqual(outcomes(json, document, { records: 'output.results' }), [{ a: 1 }, { a: 2 }])
  assert.deepEqual(
    outcomes(json, '{"groups":[{"events":[1,2]},{"events":[3]}]}', { records: 'groups.events' }),
    [1, 2, 3],
  )
  assert.deepEqual(outcomes(json, '{"output":{"result":{"a":1}}}', { records: 'output.result' }), [
    { a: 1 },
  ])
  assert.deepEqual(outcomes(json, '{"errors":[]}', { records: 'output.results' }), ['empty'])
  assert.deepEqual(
    outcomes(json, '{"output":{"results":[{"a":1},{"a"}]}}', { records: 'output.results' }),
    [{ a: 1 }, 'syntax'],
  )
  assert.throws(() => json.options({ records: 'a..b' }), /dotted path/)
})

test('what is no JSON is refused with its reason', () => {
  const broken: Record<string, unknown[]> = {
    '[1,2': [1, 2, 'truncated'],
    '{"a":1': ['truncated'],
    '[1,]': [1, 'syntax'],
    '{"a":1}}': [{ a: 1 }, 'syntax'],
    nope: ['syntax'],
    '[]': ['empty'],
    ' ': ['empty'],
    '{"a":1} {"a":2}': [{ a: 1 }, { a: 2 }],
    '{"__proto__":{"x":1}}': ['hostile'],
    [String.raw`{"_\u005fproto__":1}`]: ['hostile'],
    [String.raw`{"a":"\u0000"}`]: ['encoding'],
  }
  for (const [text, expected] of Object.entries(broken))
    assert.deepEqual(outcomes(json, text), expected, text)
  assert.deepEqual(outcomes(json, Buffer.from('{"a":"ß"}', 'latin1')), ['encoding'])
  assert.deepEqual(outcomes(json, Buffer.from('\ufeff{"a":"ß"}', 'utf16le')), ['encoding'])
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

test('nothing of a broken document is quoted in the reason: it may be personal', () => {
  const found = Array.from(json.read(Buffer.from('{"name":"Erika Mustermann" x}'), {}))
  assert.ok(!found[0]!.ok && !found[0]!.fault.detail.includes('Erika'), JSON.stringify(found[0]))
})

test('CloudEvents: single, batch, lines, base64 data; others are refused', () => {
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't', data: { a: 1 } }
  assert.deepEqual(outcomes(cloudevents, JSON.stringify(event, null, 2)), [event])
  assert.deepEqual(outcomes(cloudevents, JSON.stringify([event, event])), [event, event])
  assert.deepEqual(
    outcomes(cloudevents, `${JSON.stringify(event)}\n{"broken\n${JSON.stringify(event)}\n`),
    [event, 'syntax', event],
  )
  const packed = {
    ...event,
    data: undefined,
    data_base64: Buffer.from('{"a":1}').toString('base64'),
  }
  assert.deepEqual((outcomes(cloudevents, JSON.stringify(packed))[0] as typeof event).data, {
    a: 1,
  })
  assert.deepEqual(outcomes(cloudevents, '{"id":"1"}'), ['unsupported'])
  assert.deepEqual(outcomes(cloudevents, '{"specversion":"1.0","id":"","source":"s","type":"t"}'), [
    'bad-value',
  ])
})
