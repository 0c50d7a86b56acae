import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { HubError } from '#model/error.ts'
import type { OrderView, TimelineRow } from '#model/view.ts'
import { parse } from 'csv-parse/sync'
import { boxed } from './box.ts'
import { csvLine } from './csv.ts'
import { describeFailure, failureOf } from './failure.ts'
import { orderText } from './order-text.ts'
import { progressBar } from './progress.ts'
import { readServerSentEvents } from './server-sent-events.ts'
import { plain, printable, shorten, table } from './terminal.ts'

test('a CSV line reads back as what was written, but for the apostrophe that disarms a formula', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        { minLength: 2 },
      ),
      (values) => {
        const [back = []] = parse(csvLine(values), { bom: false })
        assert.deepEqual(
          back.map((text, i) => (text === `'${values[i]}` ? values[i] : text)),
          values,
        )
        for (const text of back) assert.doesNotMatch(text, /^[=+\-@\t\r\n]/)
      },
    ),
  )
})

test('what a spreadsheet would run is shown as text; numbers of ours stay numbers', () => {
  for (const attack of ['=cmd|x', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\0=1', '＝1'])
    assert.match(csvLine([attack, 'x']), /^"?'/, JSON.stringify(attack))
  assert.equal(csvLine([-5, true, null, 'a,b']), '-5,true,,"a,b"\r\n')
})

test('foreign text cannot move the cursor', () => {
  assert.equal(printable('a\u001b[2Jb\r\nc\u202ed'), 'a·[2Jb··c·d')
})

test('tables, boxes, cuts and bars are as wide as they say', () => {
  assert.deepEqual(
    table([
      ['a', 'bb', 'c'],
      ['aaa', 'b', 'cc'],
    ]),
    ['a    bb  c', 'aaa  b   cc'],
  )
  const box = boxed(['one', '\u001b[1mthree\u001b[22m'])
  assert.deepEqual(
    box.map((line) => stripVTControlCharacters(line).length),
    [11, 11, 11, 11],
  )
  assert.equal(shorten('abcdef', 4), 'abc…')
  assert.match(progressBar(0.5), /^█{12}░{12} {2}50 %$/)
})

test('errors of ours are told with their hint, bugs with their stack, an interruption as such', () => {
  const ours = new HubError({ code: 'A_CODE', message: 'It broke', hint: 'Mend it.' })
  assert.equal(describeFailure(failureOf(ours)), 'A_CODE: It broke. Mend it.')
  assert.match(
    describeFailure(failureOf(new TypeError('oops'))),
    /^INTERNAL: TypeError: oops\n\s+at /,
  )
  assert.equal(failureOf(AbortSignal.abort().reason).exitCode, 130)
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  assert.equal(failureOf(full).hint, 'Make room on the disk.')
})

test('server-sent events are read however the network cuts them', async () => {
  const text = ': hello\r\n\r\nid: 7\nevent: orders\ndata: {"a":1}\n\ndata: x\ndata: y\n\n'
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size < 9; size++) {
    const cut = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const events = []
    for await (const event of readServerSentEvents(cut())) events.push(event)
    assert.deepEqual(events, [
      { event: 'orders', id: '7', data: '{"a":1}' },
      { event: 'message', id: '', data: 'x\ny' },
    ])
  }
})

const at = '2026-11-20T10:00:00.000Z'
const evidence = { event: '1234567890abcdef', source: 'sap', at }
const order: OrderView = {
  id: 'G-TEST',
  asOf: null,
  version: 1,
  sentence: 'Shipped on 20 November.',
  status: 'shipped',
  companies: ['servers'],
  regions: ['EMEA'],
  updatedAt: at,
  facts: {
    customer: {
      value: 'Evil\u001b[2J Inc',
      evidence,
      dispute: { rule: 'sap is trusted 90, crm 50', others: [{ value: 'Good', evidence }] },
    },
  },
  identifiers: [{ ns: 'servers', type: 'order', value: '4711', label: 'Order' }],
  links: [],
  promises: [{ kind: 'promised', at, part: '', evidence }],
  milestones: [],
  lines: [],
  shipments: [],
  holds: [{ kind: 'customs', part: 'shipment:8', open: true, placedAt: at, evidence }],
  disputes: [{ field: 'customer', part: '', chosen: 'Evil', others: ['Good'], rule: 'trust' }],
  flags: [
    { kind: 'unknown-word', text: 'sap says "XX", which no term explains', part: '', evidence },
  ],
}
const row = (source: string, more: Partial<TimelineRow>): TimelineRow => ({
  event: 'abcdef0123456789',
  at,
  sourceText: '',
  certainty: 'instant',
  recordedAt: at,
  source,
  company: 'servers',
  region: 'EMEA',
  milestone: 'shipped',
  classifier: 'ACT',
  part: '',
  ...more,
})

test('an order is told with identifiers, promises, holds, disputes, evidence and a lane per system', () => {
  const timeline = [
    row('sap', { milestone: 'ordered' }),
    row('fedex', { milestone: 'shipped', words: 'PU', late: true }),
    row('sap', { classifier: 'PLN', milestone: 'delivered' }),
  ]
  const text = orderText(order, timeline, { paint: plain, width: 120 }).join('\n')
  for (const part of [
    'G-TEST  shipped',
    'Shipped on 20 November.',
    '4711',
    'promised  2026-11-20',
    'customs',
    'others say Good',
    'which no term explains',
    'sap 12345678',
  ])
    assert.ok(text.includes(part), part)
  assert.ok(!text.includes('\u001b'))
  assert.match(text, /● {4}ordered/)
  assert.match(text, /│ ● {2}shipped .* abcdef01 {2}order {2}"PU" {2}\[late\]/)
  assert.match(text, /○ {4}delivered planned/)
})
