import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { usualSeparators, writeInterchange, type SegmentText } from './write.ts'
import { x12 } from './x12.ts'

type Any = Record<string, any> // eslint-disable-line

const envelope = {
  sender: 'ACME',
  receiver: 'NORDWIND',
  control: 7,
  date: '261103',
  time: '0815',
  version: '00401',
  group: 'PO',
  release: '004010',
}

function read(text: string): Found[] {
  return Array.from(x12.read(Buffer.from(text), {}))
}

function one(code: string, segments: readonly SegmentText[]): Any {
  const found = read(writeInterchange({ ...envelope, sets: [{ code, segments }] }))
  assert.equal(found.length, 1)
  assert.ok(found[0]!.ok, JSON.stringify(found[0]))
  return found[0]!.tree as Any
}

function faults(text: string): string[] {
  return read(text).map((found) => (found.ok ? 'ok' : found.fault.code))
}

test('a purchase order becomes a tree with its parties and lines nested', () => {
  const tree = one('850', [
    ['BEG', '00', 'NE', 'PO-1', '', '20261103'],
    ['DTM', '002', '20261109'],
    ['N1', 'ST', 'Nordwind'],
    ['N3', 'Speicherstrasse 1'],
    ['N4', 'Hamburg', '', '20457', 'DE'],
    ['N1', 'BT', 'Acme'],
    ['PO1', '1', '3', 'EA', '10', '', 'VN', 'DISK'],
    ['PID', 'F', '', '', '', 'Disk'],
    ['PO1', '2', '1', 'EA'],
    ['CTT', '2'],
  ])
  assert.equal(tree.set, '850')
  assert.deepEqual(tree.interchange, {
    sender: 'ACME',
    senderQualifier: 'ZZ',
    receiver: 'NORDWIND',
    receiverQualifier: 'ZZ',
    control: '000000007',
    date: '261103',
    time: '0815',
    version: '00401',
    usage: 'P',
    at: '2026-11-03T08:15:00',
  })
  assert.equal(tree.group.code, 'PO')
  assert.equal(tree.BEG[0].BEG03, 'PO-1')
  assert.deepEqual(tree.N1[0], {
    N101: 'ST',
    N102: 'Nordwind',
    N3: [{ N301: 'Speicherstrasse 1' }],
    N4: [{ N401: 'Hamburg', N403: '20457', N404: 'DE' }],
  })
  assert.equal(tree.N1.length, 2)
  assert.equal(tree.PO1[0].PID[0].PID05, 'Disk')
  assert.equal(tree.PO1[1].PID, undefined)
  assert.equal(tree.CTT[0].CTT01, '2')
})

test('a ship notice keeps its levels flat, each with its parent and the way down to it; DTM before HL is the shipment header', () => {
  const tree = one('856', [
    ['BSN', '00', 'S1', '20261109', '1200'],
    ['DTM', '011', '20261109'],
    ['HL', '1', '', 'S'],
    ['TD5', '', '2', 'UPSN'],
    ['HL', '2', '1', 'O'],
    ['PRF', 'PO-1'],
    ['HL', '3', '2', 'P'],
    ['MAN', 'GM', '00340000000000000017'],
    ['HL', '4', '3', 'I'],
    ['LIN', '', 'VN', 'DISK'],
    ['SN1', '', '4', 'EA'],
    ['HL', '5', '1', 'O'],
    ['CTT', '5'],
  ])
  assert.equal(tree.DTM[0].DTM01, '011')
  assert.deepEqual(tree.HL[3].path, ['S', 'O', 'P', 'I'])
  assert.deepEqual(tree.HL[3].levels, { S: '1', O: '2', P: '3', I: '4' })
  assert.equal(tree.HL[3].parent, '3')
  assert.equal(tree.HL[0].parent, undefined)
  assert.equal(tree.HL[2].MAN[0].MAN02, '00340000000000000017')
  assert.deepEqual(tree.HL[4].path, ['S', 'O'])
})

test('every status of a carrier stands in its LX with its place', () => {
  const tree = one('214', [
    ['B10', '1', '2', 'SCAC'],
    ['L11', 'PO-1', 'PO'],
    ['LX', '1'],
    ['AT7', 'X3', 'NS', '', '', '20261103', '1345', 'LT'],
    ['MS1', 'HAMBURG', '', 'DE'],
    ['MS2', 'SCAC', '1'],
    ['AT7', 'AF', 'NS'],
    ['MS1', 'BREMEN'],
    ['L11', '77', 'BM'],
  ])
  assert.equal(tree.L11[0].L1101, 'PO-1')
  assert.equal(tree.LX[0].AT7[0].MS1[0].MS101, 'HAMBURG')
  assert.equal(tree.LX[0].AT7[1].MS1[0].MS101, 'BREMEN')
  assert.equal(tree.LX[0].L11[0].L1101, '77')
})

test('a level that names a parent which is not there is refused', () => {
  const found = read(
    writeInterchange({
      ...envelope,
      sets: [
        {
          code: '856',
          segments: [
            ['HL', '1', '', 'S'],
            ['HL', '2', '9', 'O'],
          ],
        },
      ],
    }),
  )
  assert.ok(
    !found[0]!.ok && found[0]!.fault.code === 'syntax' && /parent 9/.test(found[0]!.fault.detail),
  )
})

test('counts and control numbers that do not match are told with their segment', () => {
  const good = writeInterchange({
    ...envelope,
    sets: [{ code: '850', segments: [['BEG', '00', 'NE', 'PO-1']] }],
  })
  assert.deepEqual(faults(good), ['ok'])
  assert.deepEqual(faults(good.replace('SE*3', 'SE*4')), ['control-total'])
  assert.deepEqual(faults(good.replace('SE*3*0001', 'SE*3*0002')), ['control-total'])
  assert.deepEqual(faults(good.replace('GE*1', 'GE*2')), ['ok', 'control-total'])
  assert.deepEqual(faults(good.replace('IEA*1', 'IEA*3')), ['ok', 'control-total'])
  assert.deepEqual(faults(good.replace(/IEA.*/s, '')), ['ok', 'truncated'])
  assert.deepEqual(faults(good.replace(/SE\*.*/s, '')), ['truncated'])
  const fault = read(good.replace('SE*3', 'SE*4'))[0]!
  assert.ok(
    !fault.ok &&
      /SE01 says 4, the set has 3 segments/.test(fault.fault.detail) &&
      /segment 3 \(SE\)/.test(fault.fault.path ?? ''),
  )
})

test('an ISA that leaves the separators in doubt is refused, and reading goes on with the next interchange', () => {
  const good = writeInterchange({
    ...envelope,
    sets: [{ code: '850', segments: [['BEG', '00', 'NE', 'PO-1']] }],
  })
  const broken = [
    good.replace('*0*P*', '*0*'),
    good.replace('*>~', '*~~'),
    good.replace('*00401*', '*4010*'),
    good.replace('*>~\n', '*>*~\n'),
  ]
  for (const text of broken) {
    assert.deepEqual(faults(text), ['envelope'], text.slice(0, 110))
    assert.deepEqual(faults(text + good), ['envelope', 'ok'])
  }
  assert.deepEqual(faults(`what is this?\n${good}`), ['envelope', 'ok'])
})

test('where ISA16 is missing, the file is read all the same: every line ends with a component left empty', () => {
  const good = writeInterchange({
    ...envelope,
    sets: [
      {
        code: '850',
        segments: [
          ['BEG', '00', 'NE', 'PO-1'],
          ['REF', 'ZZ', 'A>B'],
        ],
      },
    ],
  })
  const [expected] = read(good.replace('A>B', 'AB'))
  assert.ok(expected!.ok)
  for (const text of [
    good.replace('*>~', '*~'),
    good.replaceAll('~\n', '~').replace('*>~', '*~'),
  ]) {
    const [found, ...others] = read(text.replace('A>B', 'AB'))
    assert.deepEqual(others, [])
    assert.ok(found!.ok, JSON.stringify(found))
    assert.deepEqual(found!.tree, expected!.tree)
  }
  assert.deepEqual(faults(good.replaceAll('~\n', '~\n').replace('*>~\n', '*>\n')), ['envelope'])
})

test('segments tell their moment as ISO 8601; what is no date tells none', () => {
  const tree = one('850', [
    ['BEG', '00', 'NE', 'PO-1', '', '20261103'],
    ['DTM', '002', '261103', '0815'],
    ['DTM', '007', '', '', '', 'RD8', '20261103-20261105'],
    ['DTM', '011', '20261399'],
    ['G62', '10', '20261103', '8', '081530'],
  ])
  assert.equal(tree.BEG[0].at, '2026-11-03')
  assert.equal(tree.DTM[0].at, '2026-11-03T08:15:00')
  assert.deepEqual([tree.DTM[1].at, tree.DTM[1].until], ['2026-11-03', '2026-11-05'])
  assert.equal(tree.DTM[2].at, undefined)
  assert.equal(tree.G62[0].at, '2026-11-03T08:15:30')
})

test("'U' in ISA11 is no repetition separator, and other separators are normalised", () => {
  const segments: SegmentText[] = [
    ['REF', 'ZZ', 'AUUA'],
    ['SAC', 'A>B'],
  ]
  const tree = one('850', segments)
  assert.equal(tree.REF[0].REF02, 'AUUA')
  assert.equal(tree.SAC[0].SAC01, 'A:B')
  const later = writeInterchange(
    { ...envelope, version: '00501', sets: [{ code: '850', segments: [['REF', 'A!B>C']] }] },
    { ...usualSeparators, repetition: '!' },
  )
  const found = read(later)[0]!
  assert.ok(found.ok)
  assert.equal((found.tree as Any).REF[0].REF01, 'A^B:C')
})

test('a file wrapped at 80 columns, one with CR LF, and one that ends lines with a line break all read alike', () => {
  const text = writeInterchange({
    ...envelope,
    sets: [
      {
        code: '850',
        segments: [
          ['BEG', '00', 'NE', 'PO-1'],
          ['N1', 'ST', 'A long name of a party that goes over the edge of the line'],
        ],
      },
    ],
  })
  const flat = text.replaceAll('\n', '')
  const wrapped = flat.replaceAll(/.{80}/g, '$&\r\n')
  const trees = [
    text,
    flat,
    wrapped,
    text.replaceAll('\n', '\r\n'),
    text.replaceAll('~\n', '\n'),
  ].map((one) => {
    const found = read(one)
    assert.equal(found.length, 1)
    assert.ok(found[0]!.ok, one)
    return found[0]!.tree
  })
  for (const tree of trees) assert.deepEqual(tree, trees[0])
})

test('acknowledgements of interchanges are records of their own', () => {
  const text =
    'ISA*00*          *00*          *ZZ*A              *ZZ*B              *200301*1430*^*00501*000000001*0*P*:~\nTA1*000000050*200229*1200*A*000~\nIEA*1*000000001~'
  const found = read(text)
  assert.equal(found.length, 1)
  assert.ok(found[0]!.ok)
  assert.equal((found[0]!.tree as Any).TA1[0].TA104, 'A')
})

const value = fc.stringMatching(/^[A-Z0-9 .,\-/#éß]{0,12}[A-Z0-9]$/)
const segment = fc
  .tuple(
    fc.constantFrom('REF', 'N1', 'N3', 'N4', 'PO1', 'PID', 'DTM', 'XYZ', 'MSG'),
    fc.array(fc.option(value, { nil: '' }), { minLength: 0, maxLength: 8 }),
    value,
  )
  .map(([tag, middle, last]): SegmentText => [tag, ...middle, last])
const separators = fc.constantFrom(
  usualSeparators,
  { element: '|', component: '<', repetition: '^', terminator: '\n', line: '' },
  { element: '\u001d', component: '\u001f', repetition: '\u001e', terminator: '\u001c', line: '' },
  { element: '+', component: ':', repetition: 'U', terminator: "'", line: '\r\n' },
)
const sets = fc.array(
  fc.record({
    code: fc.constantFrom('850', '855', '856', '810', '214', '999', '301'),
    segments: fc.array(segment, { maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
)

/** All elements of a tree in the order of the segments they came from is lost by nesting; their multiset is not. */
function values(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([key, inner]) =>
    /^(interchange|group|set|control|parent|path|levels|at|until)$/.test(key) ? [] : values(inner),
  )
}

test('what is written is read: every set, every value, with the exact bytes of the set', () => {
  fc.assert(
    fc.property(
      sets,
      separators,
      fc.constantFrom('00401', '00501'),
      (sets, separators, version) => {
        const text = writeInterchange({ ...envelope, version, sets }, separators)
        const bytes = Buffer.from(text)
        const found = Array.from(x12.read(bytes, {}))
        assert.equal(found.length, sets.length)
        for (const [index, one] of found.entries()) {
          assert.ok(one.ok, JSON.stringify(one))
          const expected = sets[index]!.segments.flatMap((segment) => segment.slice(1)).filter(
            (text) => text !== '',
          )
          assert.deepEqual(values(one.tree).toSorted(), expected.toSorted())
          const span = bytes.toString('utf8', one.from, one.to)
          assert.ok(
            span.startsWith(`ST${separators.element}`) && span.endsWith(separators.terminator),
          )
        }
        assert.equal(x12.cut!(Buffer.concat([bytes, bytes.subarray(0, 150)]), {}), bytes.length)
      },
    ),
    { numRuns: 300 },
  )
})
