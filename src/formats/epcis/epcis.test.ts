import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { checkDigit, glnOf, thingOf, transactionOf } from './epc.ts'
import { epcis } from './epcis.ts'
import { bareWord, bizSteps, dispositions } from './vocabulary.ts'

const event = {
  type: 'ObjectEvent',
  action: 'OBSERVE',
  eventTime: '2026-04-01T18:30:00+02:00',
  eventTimeZoneOffset: '+02:00',
  epcList: ['urn:epc:id:sscc:4012345.3000000001', 'urn:epc:id:sgtin:4012345.077889.SN-1'],
  bizStep: 'shipping',
  disposition: 'in_transit',
  readPoint: { id: 'urn:epc:id:sgln:4012345.00011.D4' },
  bizTransactionList: [
    { type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:5412345000013:PO-8113' },
  ],
}

const document = (events: readonly unknown[]) => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-04-02T09:00:00Z',
  epcisBody: { eventList: events },
})

const xml = `<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"
 creationDate="2026-04-02T09:00:00Z"><EPCISBody><EventList><ObjectEvent><eventTime>2026-04-01T18:30:00+02:00</eventTime>
<eventTimeZoneOffset>+02:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sscc:4012345.3000000001</epc>
<epc>urn:epc:id:sgtin:4012345.077889.SN-1</epc></epcList><action>OBSERVE</action>
<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep><disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
<readPoint><id>urn:epc:id:sgln:4012345.00011.D4</id></readPoint><bizTransactionList>
<bizTransaction type="urn:epcglobal:cbv:btt:po">urn:epcglobal:cbv:bt:5412345000013:PO-8113</bizTransaction>
</bizTransactionList></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>`

const read = (text: string | Buffer): Found[] => Array.from(epcis.read(Buffer.from(text), {}))
const trees = (text: string) =>
  read(text).map((one) => {
    assert.ok(one.ok, one.ok ? '' : one.fault.detail)
    const { event: _event, ...rest } = one.tree as Record<string, unknown>
    return rest
  })

test('an event says the same in XML 1.2 and in JSON-LD 2.0, alone, in lines, in a document and in the results of a query', () => {
  const [first] = trees(JSON.stringify(document([event])))
  const results = { queryResults: { queryName: 'q', resultsBody: { eventList: [event] } } }
  const query = { ...document([]), type: 'EPCISQueryDocument', epcisBody: results }
  assert.deepEqual(trees(xml), [first])
  assert.deepEqual(trees(JSON.stringify(event)), [first])
  assert.deepEqual(trees(`${JSON.stringify(event)}\n${JSON.stringify(event)}\n`), [first, first])
  assert.deepEqual(trees(JSON.stringify(query)), [first])
  assert.deepEqual(first?.['about'], [
    {
      packages: ['340123450000000017'],
      serials: [],
      shipments: [],
      containers: [],
      part: '340123450000000017',
      contents: 'urn:epc:id:sscc:4012345.3000000001',
    },
    {
      packages: [],
      serials: ['(01)04012345778892(21)SN-1'],
      shipments: [],
      containers: [],
      part: null,
      contents: 'urn:epc:id:sgtin:4012345.077889.SN-1',
    },
  ])
  assert.deepEqual(first?.['transactions'], { po: [{ ns: 'gln:5412345000013', value: 'PO-8113' }] })
  assert.deepEqual(first?.['place'], { code: '4012345000115' })
})

test('every event of a document is found with its exact bytes, however the document is written', () => {
  const names = fc.string({ minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.array(names, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, 1, 3),
      (ids, indent) => {
        const events = ids.map((id) => ({
          ...event,
          eventID: `urn:uuid:${id}`,
          'x:eventList': [id],
        }))
        const { epcisBody, ...head } = document(events)
        const bytes = Buffer.from(
          JSON.stringify({ epcisBody, 'x:other': '{"eventList":[', ...head }, null, indent),
        )
        const found = read(bytes)
        assert.deepEqual(
          found.map(({ from, to }) => JSON.parse(bytes.toString('utf8', from, to)) as unknown),
          events,
        )
      },
    ),
  )
})

test('what the standard requires is missed with its name, and only that event waits', () => {
  const broken: [string, Record<string, unknown>][] = [
    ['type', { ...event, type: 'ObjectEvents' }],
    ['eventTime', { ...event, eventTime: '01.04.2026' }],
    ['eventTime', { ...event, eventTime: undefined }],
    ['eventTimeZoneOffset', { ...event, eventTimeZoneOffset: '+15:00' }],
    ['action', { ...event, action: 'CREATE' }],
    ['action', { ...event, action: undefined }],
    ['epcList', { ...event, epcList: [] }],
    ['epcList[0]', { ...event, epcList: ['4711'] }],
    ['bizStep', { ...event, bizStep: 'sending' }],
    ['disposition', { ...event, disposition: 'gone' }],
    [
      'bizTransactionList[0].type',
      { ...event, bizTransactionList: [{ type: 'order', bizTransaction: 'a:b' }] },
    ],
    ['colour', { ...event, colour: 'red' }],
    ['ilmd.lot', { ...event, ilmd: { lot: '1' } }],
    [
      'parentID',
      {
        ...event,
        type: 'AggregationEvent',
        action: 'ADD',
        epcList: undefined,
        childEPCs: event.epcList,
      },
    ],
    ['bizTransactionList', { ...event, type: 'TransactionEvent', bizTransactionList: undefined }],
    [
      'quantityList[0].quantity',
      { ...event, quantityList: [{ epcClass: 'urn:epc:class:lgtin:1.2.3', quantity: '1' }] },
    ],
  ]
  for (const [path, one] of broken) {
    const [good, bad] = read(JSON.stringify(document([event, one])))
    assert.ok(good?.ok)
    assert.ok(bad !== undefined && !bad.ok, path)
    assert.equal(bad.fault.path, `$.epcisBody.eventList[1].${path}`)
  }
})

test('a document is taken apart only when it is one', () => {
  const code = (value: unknown) => {
    const [found] = read(JSON.stringify(value))
    return found?.ok === false ? `${found.fault.code} ${found.fault.path ?? ''}` : 'ok'
  }
  const whole = document([event])
  assert.equal(code({ ...whole, '@context': undefined }), 'envelope $.@context')
  assert.equal(code({ ...whole, schemaVersion: undefined }), 'envelope $.schemaVersion')
  assert.equal(code({ ...whole, creationDate: 'today' }), 'envelope $.creationDate')
  assert.equal(code({ ...whole, epcisBody: {} }), 'envelope $.epcisBody')
  assert.equal(code({ hello: 'world' }), 'unsupported ')
  assert.equal(code({ GE_eventTime: '2026-04-01T00:00:00Z' }), 'ok')
  assert.equal(code({ GE_eventTime: 'x' }), 'bad-value $.GE_eventTime')
  assert.equal(
    code({ eventType: ['ObjectEvent'], EQ_bizStep: ['shipping'], colour: 1 }),
    'bad-value $.colour',
  )
})

test('keys of GS1 read the same from EPC URIs and Digital Links', () => {
  const pairs = [
    [
      'urn:epc:id:sgtin:4012345.077889.A1',
      'https://id.gs1.org/01/04012345778892/21/A1',
      '(01)04012345778892(21)A1',
    ],
    [
      'urn:epc:class:lgtin:4012345.077889.L9',
      'https://x.example/a/01/04012345778892/10/L9',
      '(01)04012345778892(10)L9',
    ],
    [
      'urn:epc:id:sscc:4012345.3000000001',
      'https://id.gs1.org/00/340123450000000017?a=1',
      '340123450000000017',
    ],
    [
      'urn:epc:id:grai:4012345.55555.98',
      'https://id.gs1.org/8003/0401234555555498',
      '(8003)0401234555555498',
    ],
    ['urn:epc:id:giai:4012345.A%2Fb', 'https://id.gs1.org/8004/4012345A%2Fb', '(8004)4012345A/b'],
    [
      'urn:epc:id:gsin:4012345.999987654',
      'https://id.gs1.org/402/40123459999876541',
      '(402)40123459999876541',
    ],
    [
      'urn:epc:idpat:sgtin:4012345.077889.*',
      'https://id.gs1.org/01/04012345778892',
      '(01)04012345778892',
    ],
  ]
  for (const [urn, link, value] of pairs) {
    assert.equal(thingOf(urn!).value, value)
    assert.deepEqual({ ...thingOf(link!), uri: '' }, { ...thingOf(urn!), uri: '' })
  }
  assert.equal(glnOf('urn:epc:id:sgln:4012345.00011.D4'), '4012345000115')
  assert.equal(glnOf('https://id.gs1.org/414/4012345000115/254/1'), '4012345000115')
  assert.deepEqual(transactionOf('po', 'https://shop.example/orders/po/77'), {
    type: 'po',
    ns: 'shop.example',
    value: '77',
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (n) => {
      const digits = String(n) + checkDigit(String(n))
      let sum = 0
      for (const [i, digit] of digits.split('').toReversed().entries())
        sum += Number(digit) * (i % 2 === 0 ? 1 : 3)
      assert.equal(sum % 10, 0)
    }),
  )
})

test('standard words are the same in all their spellings, and words of others stay whole', () => {
  for (const step of bizSteps)
    for (const prefix of [
      '',
      'urn:epcglobal:cbv:bizstep:',
      'https://ref.gs1.org/cbv/BizStep-',
      'cbv:BizStep-',
    ])
      assert.equal(bareWord(prefix + step, 'bizstep'), step)
  assert.ok(dispositions.has('in_transit'))
  assert.equal(
    bareWord('https://example.org/bizstep/packing', 'bizstep'),
    'https://example.org/bizstep/packing',
  )
})

/** Puts a foreign value in place of one somewhere in a tree, or takes it away. */
function mutated(tree: unknown, path: readonly number[], value: unknown): unknown {
  if (typeof tree !== 'object' || tree === null || path.length === 0) return value
  const keys = Object.keys(tree)
  if (keys.length === 0) return value
  const key = keys[path[0]! % keys.length]!
  const inner = mutated((tree as Record<string, unknown>)[key], path.slice(1), value)
  if (Array.isArray(tree)) return tree.with(Number(key), inner)
  return { ...tree, [key]: inner }
}

test('documents that are wrong in any place are read or refused, never a crash', () => {
  const values = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      [],
      {},
      0,
      true,
      'urn:epc:id:sgtin:1',
      'urn:epc:id:sscc:..',
      'https://x/01/%',
      [[]],
      ['a:b', null],
    ),
    fc.jsonValue({ maxDepth: 2 }),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 8 }), values, (path, value) => {
      const text = JSON.stringify(
        mutated(
          document([
            event,
            {
              ...event,
              type: 'AggregationEvent',
              parentID: 'a:b',
              childEPCs: event.epcList,
              epcList: undefined,
            },
          ]),
          path,
          value,
        ),
      )
      if (text === undefined || text.includes('__proto__')) return
      assert.ok(read(text).length > 0)
    }),
    { numRuns: 3_000 },
  )
  const tags = [...xml.matchAll(/<[^>]+>|[^<>]+/g)].map(([tag]) => tag)
  fc.assert(
    fc.property(
      fc.nat(tags.length - 1),
      fc.nat(tags.length - 1),
      fc.constantFrom('cut', 'double', 'swap'),
      (a, b, how) => {
        const changed = [...tags]
        if (how === 'cut') changed.splice(a, 1)
        else if (how === 'double') changed.splice(a, 0, tags[b]!)
        else [changed[a], changed[b]] = [tags[b]!, tags[a]!]
        assert.ok(read(changed.join('')).length > 0)
      },
    ),
    { numRuns: 2_000 },
  )
})
