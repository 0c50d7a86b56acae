import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { odata } from './odata.ts'

type Fields = Record<string, unknown>

const read = (value: unknown): Found[] =>
  Array.from(odata.read(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), {}))
const trees = (value: unknown): Fields[] =>
  read(value).map((one) => {
    assert.ok(one.ok, one.ok ? '' : one.fault.detail)
    return one.tree as Fields
  })

const metadata = { uri: "https://h/S/A_SalesOrder('7')", type: 'S.A_SalesOrderType', etag: 'W/"1"' }
const properties = { SalesOrder: '7', Total: '1.50', Blocked: false, Note: null }

test('an entity is the same alone, in collections of both versions and in an Atom feed', () => {
  const want = properties
  const plain = (value: unknown) =>
    trees(value).map(({ odata: about, ...rest }) => {
      assert.equal((about as Fields)['set'], 'A_SalesOrder')
      return rest
    })
  const two = { __metadata: metadata, ...properties }
  assert.deepEqual(plain({ d: two }), [want])
  assert.deepEqual(plain({ d: [two, two] }), [want, want])
  assert.deepEqual(plain({ d: { __count: '1', results: [two] } }), [want])
  const context = 'https://h/S/$metadata#A_SalesOrder'
  assert.deepEqual(plain({ '@odata.context': context, '@odata.count': 1, value: [properties] }), [
    want,
  ])
  assert.deepEqual(plain({ '@context': `${context}(SalesOrder,Total)/$entity`, ...properties }), [
    want,
  ])
  assert.deepEqual(
    plain(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://docs.oasis-open.org/odata/ns/metadata" xmlns:d="x"><entry>
      <id>${metadata.uri}</id><category term="S.A_SalesOrderType"/><content><m:properties><d:SalesOrder>7</d:SalesOrder>
      <d:Total m:type="Edm.Decimal">1.50</d:Total><d:Blocked m:type="Edm.Boolean">false</d:Blocked><d:Note m:null="true"/>
      </m:properties></content></entry></feed>`),
    [want],
  )
})

test('dates of version 2 are days, local times or instants, as their type says', () => {
  const date = (text: string) => trees({ d: { __metadata: metadata, at: text } })[0]!['at']
  assert.equal(date('/Date(1772323200000)/'), '2026-03-01')
  assert.equal(date('/Date(1772443800000)/'), '2026-03-02T09:30:00.000')
  assert.equal(date('/Date(1772443800000+0000)/'), '2026-03-02T09:30:00.000Z')
  assert.equal(date('/Date(-1)/'), '1969-12-31T23:59:59.999')
  assert.equal(date('PT9H5M'), '09:05:00')
  assert.equal(date('/Date(99999999999999999)/'), '/Date(99999999999999999)/')
})

test('what was expanded is nested, what was not is absent, annotations are gone', () => {
  const [found] = trees({
    '@odata.context': 'https://h/api/$metadata#salesorders',
    value: [
      {
        '@odata.etag': 'W/"1"',
        statecode: 1,
        'statecode@OData.Community.Display.V1.FormattedValue': 'Submitted',
        'customerid@odata.navigationLink': 'x',
        lines: { results: [{ __metadata: metadata, n: 1, more: { __deferred: { uri: 'x' } } }] },
      },
    ],
  })
  assert.deepEqual(found, {
    odata: {
      version: 4,
      set: 'salesorders',
      type: '',
      id: '',
      etag: 'W/"1"',
      deleted: false,
      formatted: { statecode: 'Submitted' },
    },
    statecode: 1,
    lines: [{ n: 1 }],
  })
})

test('a removed entity of a delta is marked, a page without entities tells nothing, an error says what it says', () => {
  const context = 'https://h/$metadata#Orders/$delta'
  const removed = { '@removed': { reason: 'deleted' }, '@id': "Orders('1')" }
  const [first] = trees({ '@odata.context': context, value: [removed] })
  assert.deepEqual(first, {
    odata: { version: 4, set: 'Orders', type: '', id: "Orders('1')", etag: '', deleted: true },
  })
  assert.deepEqual(trees({ d: { results: [] } }), [null])
  assert.deepEqual(trees({ '@odata.context': context, value: [] }), [null])
  const [error] = read({ error: { code: 'X/1', message: { value: 'Not found' } } })
  assert.deepEqual(error?.ok === false && error.fault, {
    code: 'source-error',
    detail: 'The OData service reports X/1: Not found.',
  })
  assert.equal(read({ hello: 1 })[0]?.ok, false)
})

test('entities are found with their exact bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, 2),
      (values, indent) => {
        const results = values.map((value, i) => ({ __metadata: metadata, i, value }))
        const text = JSON.stringify({ d: { 'results ': 1, results, __next: ']' } }, null, indent)
        if (/__proto__|\\u0000/.test(text)) return
        const bytes = Buffer.from(text)
        assert.deepEqual(
          read(text).map(({ from, to }) => JSON.parse(bytes.toString('utf8', from, to)) as unknown),
          JSON.parse(JSON.stringify(results)),
        )
      },
    ),
  )
})

test('payloads that are wrong in any place are read or refused, never a crash', () => {
  const keys = [
    'd',
    'results',
    'value',
    '__metadata',
    'uri',
    'type',
    '@odata.context',
    '@removed',
    'error',
    'message',
    'a',
  ]
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, '', 'a', 1, true, '/Date(1)/', 'x#y/$entity', [], {}),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, (tree) =>
      assert.ok(read(tree).length > 0 || (Array.isArray(tree) && tree.length === 0)),
    ),
    { numRuns: 3_000 },
  )
  const tags = [
    '<feed>',
    '</feed>',
    '<entry>',
    '</entry>',
    '<id>',
    '</id>',
    '<content>',
    '</content>',
    '<m:properties>',
    '</m:properties>',
    '<d:A m:type="Edm.DateTime">',
    '</d:A>',
    '<link title="t">',
    '</link>',
    '<m:inline>',
    '</m:inline>',
    'x',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...tags), { maxLength: 14 }), (all) =>
      assert.ok(read(`<feed>${all.join('')}</feed>`).length > 0),
    ),
    { numRuns: 2_000 },
  )
})
