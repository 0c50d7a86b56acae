import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { edifact } from './edifact.ts'
import { momentOf } from './moments.ts'
import { usualSigns, writeEdifact, type InterchangeParts, type SegmentParts } from './write.ts'

type Any = Record<string, any> // eslint-disable-line

const envelope: Omit<InterchangeParts, 'messages'> = {
  syntax: 'UNOC',
  version: '3',
  sender: ['ACME', '14'],
  receiver: ['NORDWIND', '14'],
  date: '261103',
  time: '0815',
  control: 'I7',
}

function read(text: string | Buffer, options = {}): Found[] {
  return Array.from(edifact.read(Buffer.from(text as string), edifact.options(options)))
}

function message(type: string, segments: readonly SegmentParts[]): InterchangeParts {
  const directory = ['D', '96A', 'UN'] as const
  return { ...envelope, messages: [{ type, directory, control: '1', segments }] }
}

function one(type: string, segments: readonly SegmentParts[]): Any {
  const found = read(writeEdifact(message(type, segments)))
  assert.equal(found.length, 1)
  assert.ok(found[0]!.ok, JSON.stringify(found[0]))
  return found[0]!.tree as Any
}

function faults(text: string | Buffer, options = {}): string[] {
  return read(text, options).map((found) => (found.ok ? 'ok' : found.fault.code))
}

const order: SegmentParts[] = [
  ['BGM', '220', 'PO-1', '9'],
  ['DTM', ['137', '20261103', '102']],
  ['RFF', ['CT', 'K-1']],
  ['NAD', 'BY', ['4012345000008', '', '9'], '', "Müller's + Sohn?"],
  ['LOC', '7', 'X'],
  ['CTA', 'PD', ['', 'Ada']],
  ['COM', ['040:1', 'TE']],
  ['NAD', 'SU', ['4012345000009', '', '9']],
  ['CUX', ['2', 'EUR', '9']],
  ['LIN', '1', '', ['4000862141404', 'EN']],
  ['QTY', ['21', '1,5', 'PCE']],
  ['DTM', ['2', '202611091000', '203']],
  ['PRI', ['AAA', '9.80']],
  ['RFF', ['ON', 'PO-1', '10']],
  ['LIN', '2', '', ['4000862141411', 'EN']],
  ['QTY', ['21', '3']],
  ['UNS', 'S'],
  ['MOA', ['79', '24,50']],
  ['CNT', ['2', '2']],
]

test('an order becomes a tree with parties, contacts and lines nested; the first component has the short name', () => {
  const tree = one('ORDERS', order)
  assert.equal(tree.message, 'ORDERS')
  assert.equal(tree.directory, 'D96A')
  assert.deepEqual(tree.interchange, {
    syntax: 'UNOC',
    version: '3',
    sender: 'ACME',
    senderQualifier: '14',
    receiver: 'NORDWIND',
    receiverQualifier: '14',
    date: '261103',
    time: '0815',
    control: 'I7',
    reference: '',
    test: false,
    at: '2026-11-03T08:15:00',
  })
  assert.deepEqual(tree.DTM[0], {
    DTM01: '137',
    DTM0102: '20261103',
    DTM0103: '102',
    at: '2026-11-03',
  })
  assert.equal(tree.NAD[0].NAD04, "Müller's + Sohn?")
  assert.equal(tree.NAD[0].LOC[0].LOC02, 'X')
  assert.equal(tree.NAD[0].CTA[0].COM[0].COM01, '040:1')
  assert.equal(tree.NAD[1].NAD02, '4012345000009')
  assert.equal(tree.LIN[0].LIN03, '4000862141404')
  assert.equal(tree.LIN[0].LIN0302, 'EN')
  assert.equal(tree.LIN[0].QTY[0].QTY0102, '1.5', 'a decimal comma is a point')
  assert.equal(tree.LIN[0].DTM[0].at, '2026-11-09T10:00:00')
  assert.equal(tree.LIN[0].RFF[0].RFF0103, '10')
  assert.equal(tree.LIN[1].RFF, undefined)
  assert.equal(tree.MOA[0].MOA0102, '24.50')
})

test('a despatch advice nests packages and lines in its levels, a status report its details in each status', () => {
  const asn = one('DESADV', [
    ['BGM', '351', 'D-1', '9'],
    ['CPS', '1'],
    ['PAC', '1', '', '201'],
    ['PCI', '33E'],
    ['GIN', 'BJ', '340123450000000017'],
    ['LIN', '1', '', ['400', 'EN']],
    ['QTY', ['12', '3']],
    ['CPS', '2', '1'],
  ])
  assert.equal(asn.CPS[0].PAC[0].PCI[0].GIN[0].GIN02, '340123450000000017')
  assert.equal(asn.CPS[0].LIN[0].QTY[0].QTY0102, '3')
  assert.equal(asn.CPS[1].CPS02, '1')
  const status = one('IFTSTA', [
    ['BGM', '23', 'S-1', '9'],
    ['RFF', ['BN', 'B1']],
    ['CNI', '1', 'C1'],
    ['STS', '1', '21'],
    ['RFF', ['AAS', 'T1']],
    ['DTM', ['78', '202611091000', '203']],
    ['LOC', '5', ['DEHAM', '139', '6', 'Hamburg']],
    ['STS', '1', '31'],
    ['DTM', ['78', '202611101000', '203']],
  ])
  assert.equal(status.RFF[0].RFF0102, 'B1')
  assert.equal(status.CNI[0].STS[0].RFF[0].RFF0102, 'T1')
  assert.equal(status.CNI[0].STS[0].LOC[0].LOC0204, 'Hamburg')
  assert.equal(status.CNI[0].STS[1].DTM[0].at, '2026-11-10T10:00:00')
})

test('counts and control numbers that do not match are told with their segment', () => {
  const good = writeEdifact(message('ORDERS', order))
  const grouped = good
    .replace('UNH+', "UNG+ORDERS+A+B+261103:0815+9+UN+D:96A'\nUNH+")
    .replace('UNZ+1', "UNE+1+9'\nUNZ+1")
  assert.deepEqual(faults(good), ['ok'])
  assert.deepEqual(faults(grouped), ['ok'])
  assert.deepEqual(faults(good.replace('UNT+21', 'UNT+20')), ['control-total'])
  assert.deepEqual(faults(good.replace(/UNT\+21\+1/, 'UNT+21+2')), ['control-total'])
  assert.deepEqual(faults(good.replace('UNZ+1', 'UNZ+2')), ['ok', 'control-total'])
  assert.deepEqual(faults(good.replace('UNZ+1+I7', 'UNZ+1+I8')), ['ok', 'control-total'])
  assert.deepEqual(faults(grouped.replace('UNE+1+9', 'UNE+2+9')), ['ok', 'control-total'])
  assert.deepEqual(faults(grouped.replace(/UNE\+1\+9'/, '')), ['ok', 'truncated'])
  assert.deepEqual(faults(good.replace(/UNZ.*/s, '')), ['ok', 'truncated'])
  assert.deepEqual(faults(good.replace(/UNT.*/s, '')), ['truncated'])
  assert.deepEqual(faults(good.replace(/UNT[^']*'/, '')), ['truncated'])
  const fault = read(good.replace('UNT+21', 'UNT+20'))[0]!
  assert.ok(!fault.ok)
  assert.equal(fault.fault.detail, 'UNT says 20, the message has 21 segments.')
  assert.equal(fault.fault.path, 'message ORDERS 1, segment 21 (UNT)')
})

test('messages without an interchange are read, and it is told once that UNB is missing, unless that is meant', () => {
  const bare = writeEdifact(message('ORDERS', order)).replace(/UN[BZ][^']*'\n/g, '')
  assert.deepEqual(faults(bare + bare), ['envelope', 'ok', 'ok'])
  assert.deepEqual(faults(`UNA:+.? '\n${bare}`), ['envelope', 'ok'])
  assert.deepEqual(faults(bare + bare, { envelope: 'optional' }), ['ok', 'ok'])
  assert.throws(() => edifact.options({ envelope: 'no' }), /expected one of expected, optional/)
})

test('what every message of a type needs, and what its values must be', () => {
  const refused = (segments: readonly SegmentParts[]): string => {
    const [found] = read(writeEdifact(message('INVOIC', segments)))
    return found!.ok ? 'ok' : `${found!.fault.code}: ${found!.fault.detail}`
  }
  const bgm: SegmentParts = ['BGM', '380', 'I-1']
  assert.equal(refused([bgm]), 'ok')
  assert.match(refused([['DTM', ['137', '20261103', '102']]]), /^syntax: The INVOIC has no BGM/)
  assert.match(refused([bgm, ['QTY', ['47', '1020A']]]), /^bad-value: QTY says '1020A'/)
  assert.match(refused([bgm, ['UNS', 'S'], ['UNS', 'S']]), /^syntax: UNS\+S stands twice/)
  assert.equal(refused([bgm, ['MOA', ['8']], ['MEA', 'PD', '', ['KGM', 'many']]]), 'ok')
})

test('UNB without its parts, a package of objects and what stands between interchanges are told, reading goes on', () => {
  const good = writeEdifact(message('ORDERS', order))
  assert.deepEqual(faults(good.replace('ACME:14', '')), ['envelope', 'ok'])
  assert.deepEqual(faults(`what is this?\n${good}`), ['envelope', 'ok'])
  assert.deepEqual(faults(good + good), ['ok', 'ok'])
  assert.deepEqual(faults(`${good.replace(/UNZ.*/s, '')}UNA:+.? '\n${good}`), [
    'ok',
    'truncated',
    'ok',
  ])
  assert.deepEqual(faults(good.replace('UNH+', "UNO+1+2'\nUNH+")), ['unsupported', 'ok'])
  assert.deepEqual(faults(good.replace('UNZ', "XYZ+1'\nUNZ")), ['ok', 'envelope'])
  assert.deepEqual(faults('UNB*UNOC:3*A*B'), ['envelope'])
  assert.deepEqual(faults("UNA::.? 'UNB:"), ['envelope'])
  assert.deepEqual(faults(`${good}\x1a`), ['ok'])
})

test('a file wrapped at 80 columns, one with CR LF, and one that ends segments with their line all read alike', () => {
  const text = writeEdifact(message('ORDERS', order))
  const flat = text.replaceAll('\n', '')
  const variants = [
    text,
    flat,
    text.replaceAll('\n', '\r\n'),
    flat.replaceAll(/.{80}/g, '$&\r\n'),
    text.replaceAll("'\n", '\n').replaceAll("?'", "'"),
    text.replaceAll('\n', '\n\t  '),
    writeEdifact({ ...message('ORDERS', order), advice: true }),
    writeEdifact(
      { ...message('ORDERS', order), advice: true },
      { ...usualSigns, component: '=', element: '*', terminator: '~', release: '\\' },
    ),
  ]
  const trees = variants.map((variant) => {
    const found = read(variant)
    assert.equal(found.length, 1, variant)
    assert.ok(found[0]!.ok, JSON.stringify(found[0]))
    return found[0]!.tree
  })
  for (const tree of trees) assert.deepEqual(tree, trees[0])
  const broken = one('ORDERS', [
    ['BGM', '220', 'P'],
    ['FTX', 'AAI', '', '', 'first line\nsecond line'],
  ])
  assert.equal(broken.FTX[0].FTX04, 'first line second line')
})

test('characters are read in the set that UNB names, and in UTF-8 where they are that', () => {
  const text = (syntax: string): string =>
    writeEdifact({
      ...message('ORDERS', [
        ['BGM', '220', 'P'],
        ['FTX', 'AAI', '', '', '*'],
      ]),
      syntax,
    })
  const name = (syntax: string, bytes: readonly number[]): string => {
    const [before = '', behind = ''] = text(syntax).split('*')
    const found = read(
      Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)]),
    )
    assert.ok(found[0]!.ok)
    return (found[0]!.tree as Any).FTX[0].FTX04
  }
  assert.equal(name('UNOC', [0xdf]), 'ß')
  assert.equal(name('UNOC', [0xc3, 0x9f]), 'ß')
  assert.equal(name('UNOD', [0xb1]), 'ą')
  assert.equal(name('UNOE', [0xd0]), 'а')
  assert.equal(name('UNOF', [0xe1]), 'α')
  assert.equal(name('UNOW', [0xe2, 0x82, 0xac]), '€')
  assert.deepEqual(faults(Buffer.from(text('UNOC'), 'utf16le')), ['encoding'])
})

test('a repeated element has its further repetitions beside it; before version 4 an asterisk is text', () => {
  const segments: SegmentParts[] = [
    ['BGM', '220', 'P'],
    ['ATT', '2', 'A*B'],
  ]
  const parts = message('ORDERS', segments)
  const later = read(writeEdifact({ ...parts, version: '4' }))[0]!
  assert.ok(later.ok)
  assert.deepEqual((later.tree as Any).ATT[0], {
    ATT01: '2',
    ATT02: 'A',
    repeats: [{ ATT02: 'B' }],
  })
  assert.deepEqual(one('ORDERS', segments).ATT[0], { ATT01: '2', ATT02: 'A*B' })
})

test('moments in the formats of code list 2379', () => {
  const at = (value: string, format: string): string => {
    const moment = momentOf(value, format)
    return moment === null ? '-' : [moment.at, moment.until].filter(Boolean).join(' to ')
  }
  assert.equal(at('20261103', '102'), '2026-11-03')
  assert.equal(at('261103', '101'), '2026-11-03')
  assert.equal(at('2611030815', '201'), '2026-11-03T08:15:00')
  assert.equal(at('261103081530', '202'), '2026-11-03T08:15:30')
  assert.equal(at('202611030815', '203'), '2026-11-03T08:15:00')
  assert.equal(at('202611030815+01', '303'), '2026-11-03T08:15:00+01:00')
  assert.equal(at('202611030815CET', '303'), '2026-11-03T08:15:00+01:00')
  assert.equal(at('202611030815+0130', '205'), '2026-11-03T08:15:00+01:30')
  assert.equal(at('031126', '2'), '2026-11-03')
  assert.equal(at('20261103-20261105', '718'), '2026-11-03 to 2026-11-05')
  assert.equal(at('202645', '616'), '2026-11-02 to 2026-11-08')
  assert.equal(at('202602', '610'), '2026-02-01 to 2026-02-28')
  assert.equal(at('20261103', ''), '2026-11-03')
  assert.equal(at('19999715', '102'), '-')
  assert.equal(at('30', '804'), '-')
})

const text = fc.stringMatching(/^[A-Za-z0-9 .,?'+:*\-/#éß]{0,10}[A-Z0-9'+:?*]$/)
const component = fc.option(text, { nil: '' })
const segment = fc
  .tuple(
    fc.constantFrom(
      'RFF',
      'NAD',
      'LOC',
      'CTA',
      'LIN',
      'PIA',
      'IMD',
      'CPS',
      'XYZ',
      'FTX',
      'STS',
      'EQD',
    ),
    fc.array(fc.oneof(component, fc.array(component, { minLength: 1, maxLength: 5 })), {
      maxLength: 6,
    }),
    text,
  )
  .map(([tag, middle, last]): SegmentParts => [tag, ...middle, last])
const signs = fc.constantFrom(
  usualSigns,
  { ...usualSigns, line: '\r\n' },
  { ...usualSigns, line: '' },
  { ...usualSigns, component: '=', element: '|', terminator: '~', release: '\\', line: '' },
  { ...usualSigns, component: '\u001f', element: '\u001d', terminator: '\u001c', line: '' },
)
const messages = fc.array(
  fc.record({
    type: fc.constantFrom(
      'ORDERS',
      'ORDRSP',
      'DESADV',
      'INVOIC',
      'IFTSTA',
      'IFTMIN',
      'CUSCAR',
      'ABCXYZ',
    ),
    segments: fc.array(segment, { maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
)

/** All values of a tree; their order is lost by nesting, their multiset is not. */
function values(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([key, inner]) =>
    /^(interchange|message|directory|agency|control|at)$/.test(key) ? [] : values(inner),
  )
}

test('what is written is read: every message, every value, with the exact bytes of the message', () => {
  fc.assert(
    fc.property(messages, signs, (made, signs) => {
      const parts: InterchangeParts = {
        ...envelope,
        advice: true,
        messages: made.map(({ type, segments }, index) => ({
          type,
          directory: ['D', '01B', 'UN'],
          control: `M${index}`,
          segments: [['BGM', '220', `N${index}`], ...segments],
        })),
      }
      const bytes = Buffer.from(writeEdifact(parts, signs))
      const found = Array.from(edifact.read(bytes, {}))
      assert.equal(found.length, made.length)
      for (const [index, one] of found.entries()) {
        assert.ok(one.ok, JSON.stringify(one))
        const written = parts.messages[index]!.segments.flatMap((segment) =>
          segment.slice(1).flat(),
        )
        const expected = written.filter((value) => value !== '')
        assert.deepEqual(values(one.tree).toSorted(), expected.toSorted())
        const span = bytes.toString('utf8', one.from, one.to)
        assert.ok(span.startsWith('UNH') && span.endsWith(signs.terminator))
      }
      assert.equal(edifact.cut!(Buffer.concat([bytes, bytes.subarray(0, 60)]), {}), bytes.length)
    }),
    { numRuns: 300 },
  )
})
