import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { idoc } from './idoc.ts'
import { control, control40, segments, status40 } from './layouts.ts'
import { typeOf } from './records.ts'

const read = (text: string | Buffer): Found[] => Array.from(idoc.read(Buffer.from(text), {}))
const tree = (found: Found | undefined): Record<string, unknown> => {
  assert.ok(found?.ok, found?.ok === false ? found.fault.detail : '')
  return found.tree as Record<string, unknown>
}

type Values = Readonly<Record<string, string>>
type Segment = { type: string; values: Values; children: Segment[] }

const controlValues = {
  TABNAM: 'EDI_DC40',
  IDOCTYP: 'ORDERS05',
  MESTYP: 'ORDERS',
  CREDAT: '20260302',
}

function line(
  fields: readonly { name: string; from: number; to: number }[],
  values: Values,
): string {
  return fields.map(({ name, from, to }) => (values[name] ?? '').padEnd(to - from)).join('')
}

/** A document of segments as a flat file; `numbered` writes PSGNUM, else all are zeros and only types tell parents. */
function flat(documents: readonly Segment[], numbered: boolean): string[] {
  const lines = [line(control40, controlValues)]
  let count = 0
  const add = (segment: Segment, parent: number, level: number): void => {
    const number = ++count
    const head = `${segment.type.replace('E1', 'E2')}001`.padEnd(30)
    const numbers = `${String(number).padStart(6, '0')}${String(numbered ? parent : 0).padStart(6, '0')}`
    const layout = segments.get(segment.type)
    const data =
      layout === undefined ? (segment.values['SDATA'] ?? '') : line(layout, segment.values)
    lines.push(
      `${head}100${'4711'.padStart(16, '0')}${numbers}${String(level).padStart(2, '0')}${data}`,
    )
    for (const child of segment.children) add(child, number, level + 1)
  }
  for (const one of documents) add(one, 0, 1)
  return lines
}

function expected(documents: readonly Segment[]): Record<string, unknown> {
  const put = (owner: Record<string, unknown>, segment: Segment): void => {
    const fields: Record<string, unknown> = { ...segment.values }
    for (const child of segment.children) put(fields, child)
    ;((owner[segment.type] ??= []) as unknown[]).push(fields)
  }
  const root: Record<string, unknown> = { type: 'ORDERS05', EDI_DC40: [controlValues] }
  for (const one of documents) put(root, one)
  return root
}

const word = fc.stringMatching(/^[A-Za-zÄöß0-9]{1,8}$/)
const segmentOf = (type: string, children: fc.Arbitrary<Segment[]> = fc.constant([])) => {
  const names = (segments.get(type) ?? [{ name: 'SDATA', from: 0, to: 20 }]).filter(
    ({ from, to }) => to - from >= 8,
  )
  return fc.record({
    type: fc.constant(type),
    values: fc.dictionary(fc.constantFrom(...names.map(({ name }) => name)), word, {
      minKeys: 1,
      maxKeys: 4,
    }),
    children,
  })
}
const orders = fc
  .tuple(
    segmentOf('E1EDK01'),
    fc.array(segmentOf('E1EDKA1'), { maxLength: 3 }),
    fc.array(segmentOf('E1EDKT1', fc.array(segmentOf('E1EDKT2'), { maxLength: 2 })), {
      maxLength: 2,
    }),
    fc.array(
      segmentOf(
        'E1EDP01',
        fc.array(fc.oneof(segmentOf('E1EDP20'), segmentOf('E1EDP19')), { maxLength: 4 }),
      ),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([head, ...rest]) => [head, ...rest.flat()])

test('segments are nested as the document is, whether the file numbers parents or not', () => {
  fc.assert(
    fc.property(orders, fc.boolean(), fc.constantFrom('\n', '\r\n'), (documents, numbered, end) => {
      const text = flat(documents, numbered)
        .map((one) => one.trimEnd())
        .join(end)
      assert.deepEqual(tree(read(text)[0]), expected(documents))
    }),
  )
})

test('an IDoc is the same flat and as XML', () => {
  const xml = (segment: Segment): string =>
    `<${segment.type} SEGMENT="1">${Object.entries(segment.values)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}${segment.children.map(xml).join('')}</${segment.type}>`
  fc.assert(
    fc.property(orders, (documents) => {
      const head = xml({ type: 'EDI_DC40', values: controlValues, children: [] })
      const text = `<ORDERS05><IDOC BEGIN="1">${head}${documents.map(xml).join('')}</IDOC></ORDERS05>`
      assert.deepEqual(tree(read(text)[0]), tree(read(flat(documents, true).join('\n'))[0]))
    }),
    { numRuns: 50 },
  )
})

test('several IDocs in a file are records with their own bytes; a stream is cut between them', () => {
  const one = flat([{ type: 'E1EDK01', values: { BELNR: '1' }, children: [] }], true).join('\n')
  const two = flat([{ type: 'E1EDK01', values: { BELNR: '2ü' }, children: [] }], true).join('\n')
  const bytes = Buffer.from(`${one}\n${two}\n`)
  const found = read(bytes)
  assert.deepEqual(
    found.map((each) => (tree(each)['E1EDK01'] as Values[])[0]!['BELNR']),
    ['1', '2ü'],
  )
  for (const { from, to } of found)
    assert.match(bytes.toString('utf8', from, to), /^EDI_DC40[^]*\S$/)
  assert.equal(idoc.cut!(bytes, {}), Buffer.byteLength(one) + 1)
})

test('files without line ends are cut by the length of their records', () => {
  const documents = [
    { type: 'E1EDK01', values: { BELNR: '4711' }, children: [] },
    { type: 'E1EDP01', values: { MENGE: '1.000' }, children: [] },
  ]
  const [head = '', ...data] = flat(documents, true)
  const text = head.padEnd(524) + data.map((one) => one.padEnd(1063)).join('')
  assert.deepEqual(tree(read(text)[0]), expected(documents))
})

test('segments that nobody described keep their data, below the segment they belong to', () => {
  const child = { type: 'ZSOME', values: { SDATA: 'a  b' }, children: [] }
  const documents = [{ type: 'E1EDP01', values: { POSEX: '10' }, children: [child] }]
  const lines = flat(documents, true).map((one) => one.replace('ZSOME001', 'ZSOME000'))
  assert.deepEqual(tree(read(lines.join('\n'))[0]), expected(documents))
  assert.deepEqual(
    ['E2EDK01005', 'E2EDK14', 'E2EDKA1003', 'E1EDP01', 'Z2NWP01000', '/RB04/Y2ABC001'].map(typeOf),
    ['E1EDK01', 'E1EDK14', 'E1EDKA1', 'E1EDP01', 'Z1NWP01', '/RB04/Y1ABC'],
  )
})

test('release 3 has another control record, and status records stand by themselves or beside their IDoc', () => {
  const old = line(control, {
    TABNAM: 'EDI_DC',
    DOCTYP: 'ORDERS02',
    STDMES: 'ORDERS',
    CREDAT: '20260302',
  })
  const data = `${'E2EDK01'.padEnd(10)}100${' '.repeat(16)}1     ${'E2EDK01'.padEnd(10)}0     1       EUR`
  const status = line(status40, { TABNAM: 'EDI_DS40', STATUS: '51', STATXT: 'not posted' })
  const found = tree(read(`${old}\n${data}\n${status}\n`)[0])
  assert.equal(found['type'], 'ORDERS02')
  assert.equal((found['EDI_DC40'] as Values[])[0]!['MESTYP'], 'ORDERS')
  assert.deepEqual(found['E1EDK01'], [{ CURCY: 'EUR' }])
  assert.equal((found['EDI_DS40'] as Values[])[0]!['STATUS'], '51')
  assert.equal(tree(read(status)[0])['type'], 'STATUS')
})

test('what is no IDoc is refused with its reason', () => {
  const codes = (text: string) => read(text).map((one) => (one.ok ? 'ok' : one.fault.code))
  assert.deepEqual(codes('EDI_DC40  100'), ['empty'])
  assert.deepEqual(codes('hello'), ['syntax'])
  assert.deepEqual(codes(' \n'), ['empty'])
  assert.deepEqual(codes(flat([{ type: 'E1EDK01', values: {}, children: [] }], true)[1]!), [
    'envelope',
  ])
})

test('damaged IDocs are read or refused, never a crash', () => {
  const lines = flat(
    [
      { type: 'E1EDK01', values: { BELNR: '4711' }, children: [] },
      {
        type: 'E1EDP01',
        values: { POSEX: '10' },
        children: [{ type: 'E1EDP20', values: { EDATU: '20260302' }, children: [] }],
      },
    ],
    true,
  ).map((one) => one.trimEnd())
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.nat(10),
          fc.nat(70),
          fc.constantFrom('', '\0', ' ', '9', 'E', '__proto__', '\n', 'EDI_DC40'),
        ),
        { maxLength: 6 },
      ),
      fc.shuffledSubarray(lines),
      (damage, kept) => {
        const changed = kept.map(String)
        for (const [at, column, mark] of damage) {
          const old = changed[at % Math.max(1, changed.length)] ?? ''
          changed[at % Math.max(1, changed.length)] =
            old.slice(0, column) + mark + old.slice(column + 1)
        }
        const text = changed.join('\n')
        assert.ok(read(text).length > 0 || text === '')
      },
    ),
    { numRuns: 3_000 },
  )
})
