import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { catalogFolder } from '#flow/catalog-files.ts'
import { formatNamed } from '#formats/registry.ts'
import { checkSource, sampleReceivedAt } from '#mapping/check.ts'
import { draft, type DraftHead } from './draft.ts'
import { draftFolder } from './folder.ts'
import { propose, type Proposal } from './propose.ts'
import { guessTime } from './time-guess.ts'
import { vocabularyOf } from './vocabulary.ts'

const terminologies = ['order-phrases', 'carrier-words'].map((source) => ({
  source,
  terms: readFileSync(join(catalogFolder, 'terms', `${source}.csv`), 'utf8'),
}))
const vocabulary = vocabularyOf(terminologies)
const head: DraftHead = {
  source: 'new-source',
  title: 'New source',
  company: 'forge',
  region: 'EMEA',
  zone: 'Europe/Berlin',
  pattern: null,
  terms: [],
}

function proposed(text: string | Buffer, name = 'sample.txt'): Proposal {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const result = propose([{ name, bytes }], vocabulary)
  assert.ok(result.ok, result.ok ? '' : result.why)
  return result.proposal
}

function roles(proposal: Proposal): Record<string, string> {
  return Object.fromEntries(
    proposal.fields.flatMap(({ field, role }) => (role === null ? [] : [[field.path, role]])),
  )
}

/** Writes the draft with its samples, checks it as `config check` does, and gives what it tells. */
function eventsOf(text: string, name = 'sample.txt'): string[] {
  const samples = [{ name, bytes: Buffer.from(text) }]
  const written = draft(proposed(text, name), head)
  assert.deepEqual(written.errors, [], written.files['source.yaml'] ?? '')
  const result = checkSource(draftFolder(written, samples, sampleReceivedAt), formatNamed)
  assert.equal(result.ok, true)
  const source = written.source!
  return [...source.format.read(samples[0]!.bytes, source.formatOptions)].flatMap((found) => {
    const mapped = source.map(found, sampleReceivedAt)
    if (mapped.kind === 'quarantined') return [mapped.fault.code]
    return mapped.events.map(
      ({ milestone, classifier, identifiers, time }) =>
        `${milestone} ${classifier} ${identifiers.map(({ type, value }) => `${type} ${value}`).join(', ')} ${new Date(time.at).toISOString().slice(0, 16)}`,
    )
  })
}

test('days and months are told apart by all values, and what stays open is said', () => {
  assert.equal(guessTime(['03/04/2026', '25/04/2026'])?.format, 'dd/MM/yyyy')
  assert.equal(guessTime(['03/04/2026', '04/25/2026'])?.format, 'MM/dd/yyyy')
  const rising = ['01/02/2026', '01/03/2026', '01/04/2026', '01/05/2026', '01/06/2026']
  assert.deepEqual([guessTime(rising)?.format, guessTime(rising)?.undecided], ['MM/dd/yyyy', null])
  const open = guessTime(['03/04/2026', '05/06/2026'])
  assert.deepEqual([open?.format, open?.undecided], ['dd/MM/yyyy', 'MM/dd/yyyy'])
  assert.equal(guessTime(['2026-03-01T10:00:00Z', '0000-00-00'])?.kind, 'instant')
  assert.equal(guessTime(['20260301', '20260302'])?.format, 'iso')
  assert.equal(guessTime([1772359200000, 1774000800000])?.format, 'epoch-ms')
  assert.equal(guessTime(['4711001', '4711002']), null)
  assert.equal(guessTime(['12.50', '3.99']), null)
})

test('names are understood in the languages of Europe', () => {
  const written = {
    'id:order':
      'orderNumber order_id Auftragsnummer Bestellnr numero_commande NumeroPedido ordernummer ORDER-NO',
    'id:purchase-order': 'customerPO po_number Kundenbestellnummer PurchaseOrderNumber',
    'id:tracking': 'trackingNumber tracking_no Sendungsnummer numero_suivi awb',
    'id:delivery': 'deliveryNote Lieferscheinnummer delivery_no despatch_note',
    'fact:customer': 'customerName Kundenname nom_client',
    'line:quantity': 'quantity Menge qte cantidad',
    'date:delivered:REQ': 'requestedDeliveryDate Wunschtermin required_date',
    'date:delivered:EST': 'estimatedDelivery expected_delivery_date voraussichtlicheLieferung',
    'date:shipped:ACT': 'shippedDate Versanddatum date_expedition shipped_at',
  }
  const values: Record<string, readonly string[]> = {
    id: ['A-70011', 'A-70012', 'A-70013'],
    fact: ['Kim AG', 'Lee AG', 'Ada AG'],
    line: ['4', '12', '1'],
    date: ['2026-03-01', '2026-03-14', '2026-03-20'],
  }
  for (const [role, names] of Object.entries(written)) {
    for (const name of names.split(' ')) {
      const rows = values[role.split(':')[0]!]!
      const text = `${name};other\n${rows.map((value, row) => `${value};x${row}`).join('\n')}\n`
      assert.equal(roles(proposed(text, 'export.csv'))[name], role, name)
    }
  }
})

test('numbers say what they are, whatever their column is called', () => {
  const text =
    'a,b,c\n1Z5R89390357567127,340123450000000017,MSKU0000004\n1Z12345E6605272234,340123450000000024,MSKU0000010\n'
  const found = roles(proposed(text))
  assert.equal(found['a'], 'id:tracking')
  assert.equal(found['b'], 'id:package')
})

test('a table, lines of two kinds, fixed columns, JSON and XML become definitions that pass their check', () => {
  assert.deepEqual(
    eventsOf(
      'Order;Status;Changed\n7;shipped;2026-03-01 10:00\n8;in Klärung;2026-03-02 11:00\n',
      'a.csv',
    ),
    ['shipped ACT order 7 2026-03-01T09:00', 'unknown ACT order 8 2026-03-02T10:00'],
  )
  assert.deepEqual(
    eventsOf(
      'H,M1,20260301,081500\nD,M1,RR123456785DE,Posted\nD,M1,RR123456794DE,Posted\nH,M2,20260302,091500\nD,M2,RR123456803DE,Posted\n',
      'shipments.csv',
    ).map((told) => told.replace(/.*(tracking \w+).* /, '$1 ')),
    ['RR123456785DE', 'RR123456794DE', 'RR123456803DE'].map(
      (number, row) => `tracking ${number} ${row < 2 ? '2026-03-01T07:15' : '2026-03-02T08:15'}`,
    ),
  )
  assert.deepEqual(
    eventsOf(
      'ORDER   STATUS     CHANGED\n4711001 shipped    20260301\n4711002 cancelled  20260302\n4711003 delivered  20260303\n',
      'orders.txt',
    ),
    [
      'shipped ACT order 4711001 2026-03-01T12:00',
      'cancelled ACT order 4711002 2026-03-02T12:00',
      'delivered ACT order 4711003 2026-03-03T12:00',
    ],
  )
  const shipment = { trackingNumber: '1Z5R89390357567127', events: [] as unknown[] }
  shipment.events.push({ code: 'X1', description: 'Delivered', at: '2026-03-04T10:00:00Z' })
  shipment.events.push({ code: 'X2', description: 'Out for delivery', at: '2026-03-04T06:00:00Z' })
  assert.deepEqual(eventsOf(JSON.stringify({ shipments: [shipment] }), 'track.json'), [
    'delivered ACT tracking 1Z5R89390357567127 2026-03-04T10:00',
    'out-for-delivery ACT tracking 1Z5R89390357567127 2026-03-04T06:00',
  ])
  assert.deepEqual(
    eventsOf(
      '<orders><order><orderNo>7</orderNo><status>shipped</status><changedAt>2026-03-01T10:00:00Z</changedAt></order><order><orderNo>8</orderNo><status>cancelled</status><changedAt>2026-03-02T10:00:00Z</changedAt></order></orders>',
      'orders.xml',
    ),
    ['shipped ACT order 7 2026-03-01T10:00', 'cancelled ACT order 8 2026-03-02T10:00'],
  )
})

test('files without orders or times are told to be so, not guessed', () => {
  const plan = (text: string): readonly string[] => proposed(text).plan.blocked
  assert.equal(plan('customerId,companyName,phone\nA1,Kim AG,0301\nA2,Lee AG,0302\n').length, 2)
  assert.match(plan('orderId,sku,quantity\n7,KH-1,4\n8,KH-2,1\n')[0]!, /when something happened/)
  assert.deepEqual(propose([{ name: 'x', bytes: Buffer.alloc(0) }], vocabulary).ok, false)
  assert.deepEqual(propose([], vocabulary).ok, false)
})

const name = fc.oneof(
  fc.constantFrom(
    'order id',
    "l'ordre",
    'Größe',
    'in',
    'a"b',
    'x.y',
    '@id',
    '#text',
    '5',
    'status',
    'date',
    'qty',
    'it',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
)
const value = fc.oneof(
  fc.constantFrom('shipped', '2026-03-01', '10:15', '12,50', '1Z5R89390357567127', 'EUR', '7'),
  fc.string({ maxLength: 20 }),
)
const record = fc.dictionary(
  name,
  fc.oneof(
    value,
    fc.integer(),
    fc.array(fc.dictionary(name, value, { maxKeys: 5 }), { maxLength: 3 }),
    fc.dictionary(
      name,
      fc.oneof(value, fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { maxLength: 3 })),
      { maxKeys: 4 },
    ),
  ),
  { maxKeys: 8 },
)

test('whatever records are called, the proposal compiles or says why there is none', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
      const bytes = Buffer.from(records.map((one) => JSON.stringify(one)).join('\n'))
      const result = propose([{ name: 'records.ndjson', bytes }], vocabulary)
      if (!result.ok || result.proposal.plan.blocked.length > 0) return
      const { errors, files } = draft(result.proposal, head)
      assert.deepEqual(errors, [], files['source.yaml'] ?? '')
    }),
    { numRuns: 300 },
  )
})

test('no bytes make the proposer throw or linger', () => {
  const seeds = [
    'Order;Status;Changed\n7;shipped;01/02/2026\n8;open;02/02/2026\n',
    'H,1,20260301\nD,1,x\nH,2,20260302\n',
    '{"a":[{"order":"7","status":"shipped","at":"2026-03-01T10:00:00Z"}]}',
    '<o><r><order>7</order></r><r><order>8</order></r></o>',
    '000017Mueller    20260301EUR\n000018Meier      20260302USD\n',
  ]
  const damage = fc.array(
    fc.record({ at: fc.nat(120), bytes: fc.uint8Array({ maxLength: 5 }), cut: fc.nat(20) }),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...seeds), damage, (seed, changes) => {
      let bytes = Buffer.from(seed)
      for (const { at, bytes: foreign, cut } of changes) {
        const from = Math.min(at, bytes.length)
        bytes = Buffer.concat([bytes.subarray(0, from), foreign, bytes.subarray(from + cut)])
      }
      const started = performance.now()
      const result = propose([{ name: 'seed', bytes }], vocabulary)
      if (result.ok) draft(result.proposal, head)
      assert.ok(performance.now() - started < 1_000)
    }),
    { numRuns: 400 },
  )
  const started = performance.now()
  for (const bytes of [
    Buffer.from(`a,b\n${','.repeat(1_000_000)}\n`),
    Buffer.from('['.repeat(100_000)),
    Buffer.from(`{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`),
    Buffer.from(`order,status\n${'7,shipped\n'.repeat(300_000)}`),
  ])
    propose([{ name: 'hostile', bytes }], vocabulary)
  assert.ok(performance.now() - started < 10_000)
})
