import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Format } from '#model/format.ts'
import { writeEdifact, type SegmentParts } from './edifact/write.ts'
import { formatNamed } from './registry.ts'
import { writeInterchange } from './x12/write.ts'

/** Structure-aware: whole documents of every kind, taken apart at their segments and put together wrongly. */
const x12Whole = ['850', '855', '856', '810', '214', '940', '997', '271']
  .map((code, index) =>
    writeInterchange({
      sender: 'ACME',
      receiver: 'NORDWIND',
      control: index + 1,
      date: '261103',
      time: '0815',
      version: '00501',
      group: 'PO',
      release: '005010',
      sets: [
        { code, segments: x12Segments(code) },
        { code, segments: [['REF', 'PO', 'A>B']] },
      ],
    }),
  )
  .join('')

function x12Segments(code: string): string[][] {
  if (code === '856')
    return [
      ['BSN', '00', 'S', '20261103', '0815'],
      ['HL', '1', '', 'S'],
      ['TD1', 'CTN', '3'],
      ['HL', '2', '1', 'O'],
      ['PRF', 'PO-1'],
      ['HL', '3', '2', 'I'],
      ['SN1', '', '4', 'EA'],
    ]
  return [
    ['BEG', '00', 'SA', 'PO-1', '', '20261103'],
    ['N1', 'ST', 'Müller'],
    ['N3', 'Street'],
    ['PO1', '1', '4', 'EA'],
    ['LX', '1'],
    ['AT7', 'D1', 'NS', '', '', '20261103', '0815', 'ET'],
    ['AK2', '850', '0001'],
    ['AK5', 'A'],
    ['DTM', '002', '20261103'],
  ]
}

const edifactSegments: SegmentParts[] = [
  ['BGM', '220', 'PO-1', '9'],
  ['DTM', ['137', '20261103', '102']],
  ['NAD', 'BY', ['401', '', '9'], '', "Müller's + Sohn?"],
  ['CPS', '1'],
  ['LIN', '1', '', ['400', 'EN']],
  ['QTY', ['21', '1,5']],
  ['CNI', '1', 'C'],
  ['STS', '1', '21'],
  ['UNS', 'S'],
  ['MOA', ['79', '24,50']],
]

const edifactWhole = ['ORDERS', 'DESADV', 'INVOIC', 'IFTSTA', 'CUSCAR', 'CONTRL', 'PAORES']
  .map((type, index) =>
    writeEdifact({
      syntax: 'UNOC',
      version: '4',
      sender: ['ACME', '14'],
      receiver: ['NORDWIND', '14'],
      date: '20261103',
      time: '0815',
      control: `I${index}`,
      advice: index % 2 === 0,
      messages: [
        { type, directory: ['D', '96A', 'UN'], control: '1', segments: edifactSegments },
        {
          type,
          directory: ['D', '96A', 'UN'],
          control: '2',
          segments: edifactSegments.slice(0, 2),
        },
      ],
    }),
  )
  .join('')

const tradacomsWhole =
  "STX=ANA:1+1:A+2:B+261103:081500+1++ORDHDR'MHD=1+ORDHDR:9'TYP=0430'MTR=3'MHD=2+ORDERS:9'CLO=1:2'ORD=7::261103'OLD=1+5++:8+1+2'DNB=1+1+3'OTR=1'MTR=7'END=2'"

const hostile = [
  '',
  'ISA',
  'GS',
  'ST*850',
  'SE',
  'IEA',
  'UNA',
  'UNB+',
  'UNH+1',
  'UNT',
  'UNZ',
  'STX=',
  'MHD=',
  'END=',
  '\0',
  '\r\n',
  'é',
  '\ufeff',
  '\u001d',
  '?',
  "'",
  '~',
  '*',
  '+',
  ':',
  '>',
  '^',
  'HL*9*9*S',
  '9'.repeat(300),
]

const change = fc.record({
  at: fc.nat(400),
  to: fc.nat(400),
  how: fc.constantFrom('drop', 'double', 'swap', 'number', 'insert', 'join', 'cut', 'shorten'),
  text: fc.constantFrom(...hostile),
})
type Change = { at: number; to: number; how: string; text: string }

/** One change of a list of segments; `join` loses a terminator, `number` a count or reference. */
function changed(segments: readonly string[], { at, to, how, text }: Change): string[] {
  const list = [...segments]
  const from = at % Math.max(1, list.length)
  const other = to % Math.max(1, list.length)
  const here = list[from] ?? ''
  if (how === 'drop') list.splice(from, 1 + (to % 3))
  else if (how === 'double') list.splice(from, 0, ...list.slice(from, from + 1 + (to % 20)))
  else if (how === 'swap') [list[from], list[other]] = [list[other] ?? '', here]
  else if (how === 'number') list[from] = here.replace(/\d+/, text)
  else if (how === 'insert')
    list[from] = here.slice(0, to % (here.length + 1)) + text + here.slice(to % (here.length + 1))
  else if (how === 'join') list[from] = here.slice(0, -1)
  else if (how === 'cut') list.length = from
  else list[from] = here.slice(0, to % (here.length + 1))
  return list
}

const kinds: readonly (readonly [name: string, whole: string, terminator: string, runs: number])[] =
  [
    ['x12', x12Whole, '~', 5_000],
    ['edifact', edifactWhole, "'", 5_000],
    ['tradacoms', tradacomsWhole, "'", 5_000],
  ]

function judge(format: Format, bytes: Buffer): void {
  const options = format.options({})
  const start = performance.now()
  const found = Array.from(format.read(bytes, options))
  const ms = performance.now() - start
  assert.ok(ms < 1_000, `${ms} ms`)
  assert.ok(found.length > 0 || bytes.length === 0)
  let last = 0
  for (const { from, to } of found) {
    assert.ok(from >= last && to >= from && to <= bytes.length, `${from} to ${to} behind ${last}`)
    last = to
  }
  const cut = format.cut!(bytes, options)
  assert.ok(cut >= 0 && cut <= bytes.length)
}

for (const [name, whole, terminator, runs] of kinds) {
  test(`${name} documents put together wrongly are read in bounds, and nothing throws`, () => {
    const format = formatNamed(name)!
    const segments = whole.split(terminator).map((one) => one + terminator)
    assert.ok(Array.from(format.read(Buffer.from(whole), {})).length > 1)
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        judge(format, Buffer.from(changes.reduce(changed, segments).join('')))
      }),
      { numRuns: runs },
    )
  })
}

test('input made to take long is read in less than a second', () => {
  const megabytes = 1024 * 1024
  const isa = x12Whole.slice(0, 107)
  const una = "UNA:+.? 'UNB+UNOC:3+A+B+261103:0815+1'"
  const many: readonly (readonly [name: string, piece: string, head?: string])[] = [
    ['x12', 'ISA*'],
    ['x12', 'ISA*00*          *00*'],
    ['x12', '\nISA*00*', isa],
    ['x12', 'GS*PO~', isa],
    ['x12', 'ST*850*1~', isa],
    ['x12', 'GS*PO*A*B*20261103*0815*1*X*004010~ST*850*1~SE*2*1~', isa],
    ['x12', 'HL*1**S~', `${isa}GS*PO~ST*856*1~`],
    ['x12', '*', `${isa}GS*PO~ST*856*1~REF`],
    ['x12', 'A', `${isa}GS*PO~ST*856*1~REF*`],
    ['x12', ' \r\n', isa],
    ['edifact', "UNA:+.? 'UNB+"],
    ['edifact', 'UNB+UNOC:3'],
    ['edifact', "UNH+1+ORDERS:D:96A:UN'", una],
    ['edifact', "UNT+1+1'", una],
    ['edifact', "UNG+'", una],
    ['edifact', "XYZ'", una],
    ['edifact', '?', `${una}UNH+1+ORDERS'FTX+`],
    ['edifact', ':', `${una}UNH+1+ORDERS'FTX+`],
    ['edifact', '+', `${una}UNH+1+ORDERS'FTX+`],
    ['edifact', '\n', `${una}UNH+1+ORDERS'FTX+a`],
    ['edifact', '\nA', `${una}UNH+1+ORDERS'FTX+a`],
    ['edifact', "LIN+1'", `${una}UNH+1+ORDERS'`],
    ['edifact', "UNS+D'", `${una}UNH+1+ORDERS'`],
    ['tradacoms', 'STX='],
    ['tradacoms', "MHD=1'"],
    ['tradacoms', "'END=", 'STX=ANA:1+A'],
  ]
  for (const [name, piece, head = ''] of many) {
    const bytes = Buffer.from(head + piece.repeat(Math.ceil(megabytes / piece.length)))
    const start = performance.now()
    const format = formatNamed(name)!
    const found = Array.from(format.read(bytes, format.options({})))
    format.cut!(bytes, {})
    const ms = performance.now() - start
    assert.ok(found.length > 0 && ms < 1_000, `${name} ${piece}: ${Math.round(ms)} ms`)
  }
})
