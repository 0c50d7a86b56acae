import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { csv } from './csv.ts'
import { guessCsv } from './guess.ts'

function read(text: string | Buffer, options: unknown = {}, context?: string): Found[] {
  return Array.from(csv.read(Buffer.from(text as string), csv.options(options), context))
}

function rows(found: readonly Found[]): unknown[] {
  return found.map((one) => (one.ok ? one.tree : one.fault.code))
}

const cell = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 .\-éß€]{0,20}$/),
  fc
    .array(fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', ' ', 'ü', '|'), { maxLength: 12 })
    .map((parts) => parts.join('')),
)
const table = fc.integer({ min: 2, max: 6 }).chain((columns) =>
  fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
    minLength: 1,
    maxLength: 15,
  }),
)
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  feed: fc.constantFrom('\n', '\r\n'),
  mark: fc.boolean(),
  ends: fc.boolean(),
})

function written(cells: readonly string[], delimiter: string): string {
  return cells
    .map((text) =>
      /[",;\t|\r\n]/.test(text) || text.length % 3 === 0 ? `"${text.replaceAll('"', '""')}"` : text,
    )
    .join(delimiter)
}

test('tables read as csv-parse reads them, each row with its exact bytes', () => {
  fc.assert(
    fc.property(table, dialect, (cells, { delimiter, feed, mark, ends }) => {
      const names = cells[0]!.map((_, index) => `column${index}`)
      const text =
        (mark ? '\ufeff' : '') +
        [names, ...cells].map((row) => written(row, delimiter)).join(feed) +
        (ends ? feed : '')
      const bytes = Buffer.from(text)
      const found = read(bytes, { delimiter: delimiter === '\t' ? 'tab' : delimiter })
      const expected = parse<Record<string, string>>(bytes, {
        columns: true,
        delimiter,
        bom: true,
        record_delimiter: feed,
      })
      assert.deepEqual(
        rows(found),
        expected.map((row) => ({ ...row })),
      )
      for (const [index, one] of found.entries())
        assert.equal(bytes.toString('utf8', one.from, one.to), written(cells[index]!, delimiter))
    }),
    { numRuns: 300 },
  )
})

test('a stream cut at row borders gives the rows of the whole', () => {
  fc.assert(
    fc.property(
      table,
      dialect,
      fc.integer({ min: 1, max: 60 }),
      (cells, { delimiter, feed, mark }, step) => {
        const names = cells[0]!.map((_, index) => `spalte ${index} ü`)
        const bytes = Buffer.from(
          (mark ? '\ufeff' : '') +
            [names, ...cells].map((row) => written(row, delimiter) + feed).join(''),
        )
        const options = csv.options({ delimiter: delimiter === '\t' ? 'tab' : delimiter })
        const head = csv.head!(bytes, options)
        const context = bytes.toString('latin1', 0, head)
        const parts: unknown[] = []
        let from = 0
        for (let to = head; to < bytes.length;) {
          to = Math.min(bytes.length, to + step)
          const length =
            to === bytes.length ? to - from : csv.cut!(bytes.subarray(from, to), options)
          const chunk = bytes.subarray(from, from + length)
          if (length > head || from > 0)
            parts.push(
              ...rows(
                Array.from(csv.read(chunk, options, from === 0 ? undefined : context)),
              ).filter((row) => row !== 'empty'),
            )
          else if (length > 0 && from === 0 && length < head) assert.fail('the header was cut')
          from += length
        }
        assert.deepEqual(
          parts,
          rows(read(bytes, { delimiter: delimiter === '\t' ? 'tab' : delimiter })),
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('a row with too many or too few columns is refused with its line, the rows around it are read', () => {
  const found = read('a,b\n1,2\n3,4,5\n6\n7,8\n')
  assert.deepEqual(rows(found), [{ a: '1', b: '2' }, 'syntax', 'syntax', { a: '7', b: '8' }])
  assert.ok(
    !found[1]!.ok &&
      found[1]!.fault.path === 'line 3' &&
      /3 columns, the header names 2/.test(found[1]!.fault.detail),
  )
  assert.deepEqual(rows(read('a,b\n1\n', { ragged: 'fill' })), [{ a: '1' }])
})

test('a quote that is never closed costs its line only', () => {
  assert.deepEqual(rows(read('a,b\n1,"2\n3,4\n5,6\n')), [
    'syntax',
    { a: '3', b: '4' },
    { a: '5', b: '6' },
  ])
  assert.deepEqual(rows(read('a,b\n1,"2"x\n3,4\n')), ['syntax', { a: '3', b: '4' }])
  assert.deepEqual(rows(read('a,b\n1,19" rack\n')), [{ a: '1', b: '19" rack' }])
})

test('UTF-16, Latin-1 and byte order marks are understood; what is not UTF-8 is refused when UTF-8 is promised', () => {
  const text = 'Größe;Maß\nä;ß\n'
  const expected = [{ Größe: 'ä', Maß: 'ß' }]
  assert.deepEqual(rows(read(Buffer.from(`\ufeff${text}`))), expected)
  assert.deepEqual(rows(read(Buffer.from(text, 'latin1'))), expected)
  const wide = Buffer.from(`\ufeff${text}`, 'utf16le')
  assert.deepEqual(rows(read(wide)), expected)
  assert.equal(wide.toString('utf16le', read(wide)[0]!.from, read(wide)[0]!.to), 'ä;ß')
  assert.deepEqual(rows(read(Buffer.from(wide).swap16())), expected)
  assert.deepEqual(rows(read(Buffer.from('a;b\nä;ß\n', 'latin1'), { encoding: 'utf-8' })), [
    'encoding',
  ])
  assert.deepEqual(rows(read('a;b\n1;\u00002\n')), ['encoding'])
})

test('a header that names a column twice, or __proto__, is refused', () => {
  assert.deepEqual(rows(read('a,a\n1,2\n')), ['syntax'])
  assert.deepEqual(rows(read('a,__proto__\n1,2\n')), ['hostile'])
  assert.deepEqual(rows(read('toString,constructor\n1,2\n')), [{ toString: '1', constructor: '2' }])
  assert.throws(() => csv.options({ header: ['__proto__'] }), /header/)
  assert.throws(
    () => csv.options({ delimeter: ',' }),
    /'delimeter' of format csv is unknown; known are delimiter/,
  )
})

test('a file without header is guessed to have none', () => {
  assert.deepEqual(guessCsv(Buffer.from('1\tTool Crib\t.00\n2\tPaint\t.00\n')), {
    delimiter: 'tab',
    header: ['column1', 'column2', 'column3'],
    ragged: 'refuse',
  })
  assert.equal(guessCsv(Buffer.from('id,name\n1,x\n')).header, true)
})

test('wide and old encodings are read with exact positions', () => {
  const text = 'Größe;Maß\nä;ß😀\n'
  const wide = Buffer.concat(
    Array.from(`\ufeff${text}`, (sign) => {
      const four = Buffer.alloc(4)
      four.writeUInt32LE(sign.codePointAt(0)!)
      return four
    }),
  )
  for (const bytes of [wide, wide.subarray(4), Buffer.from(wide).swap32()]) {
    const found = read(bytes)
    assert.deepEqual(rows(found), [{ Größe: 'ä', Maß: 'ß😀' }])
    assert.equal(found[0]!.to - found[0]!.from, 4 * 4)
  }
  const dos = Buffer.from([0x47, 0x72, 0x94, 0xe1, 0x65, 0x3b, 0x42, 0x0a, 0x84, 0x3b, 0x81, 0x0a])
  assert.deepEqual(rows(read(dos, { encoding: 'cp850' })), [{ Größe: 'ä', B: 'ü' }])
  const euro = Buffer.from([0x61, 0x3b, 0x62, 0x0a, 0x80, 0x3b, 0xfc, 0x0a])
  assert.deepEqual(rows(read(euro)), [{ a: '€', b: 'ü' }])
  assert.deepEqual(
    rows(read(Buffer.from([0x61, 0x0a, 0x83, 0x65, 0x0a]), { encoding: 'shift_jis' })),
    [{ a: 'テ' }],
  )
})

test('lines above the header, comments, totals and words for nothing are passed over', () => {
  const text =
    'Order report "March"\n\norder;total\n# as of noon\n1;NULL\n2;5,00\nTotal: 2;5,00\nTotal Energies;1\n'
  const options = { skip: 2, comment: '#', omit: 'Total', empty: 'NULL' }
  const expected = [
    { order: '1', total: '' },
    { order: '2', total: '5,00' },
    { order: 'Total Energies', total: '1' },
  ]
  assert.deepEqual(rows(read(text, options)), expected)
  const head = csv.head!(Buffer.from(text), csv.options(options))
  assert.equal(text.slice(0, head), 'Order report "March"\n\norder;total\n')
  assert.deepEqual(rows(read('3;1\n', options, text.slice(0, head))), [{ order: '3', total: '1' }])
  assert.deepEqual(rows(read('Total;9\n', options, text.slice(0, head))), [null])
})

test('commas that nobody quoted are mended where only one reading gives all columns', () => {
  const text = 'order,street,city\n1,59 rue de l,Reims\n2,Rua do Paço, 67,Rio\n3,a,b,c,d\n'
  assert.deepEqual(rows(read(text, { ragged: 'mend' })), [
    { order: '1', street: '59 rue de l', city: 'Reims' },
    { order: '2', street: 'Rua do Paço, 67', city: 'Rio' },
    'syntax',
  ])
})

const typed = {
  delimiter: ',',
  lines: {
    type: 1,
    kinds: {
      F: { role: 'file', columns: ['type', 'day'] },
      H: { role: 'record', columns: ['type', 'order'] },
      D: { columns: ['type', 'sku', 'quantity'] },
      S: { of: 'D', name: 'serials', columns: ['type', 'serial'] },
      T: { role: 'end', columns: ['type', 'lines'] },
    },
  },
}

test('lines of several kinds become one record an order, with its details in it', () => {
  const text = 'F,20260301\nH,7\nD,A,1\nS,x1\nS,x2\nD,"B\n2",3\nH,8\nD,C,1\nT,3\n'
  const found = read(text, typed)
  assert.deepEqual(rows(found), [
    {
      type: 'H',
      order: '7',
      F: { type: 'F', day: '20260301' },
      D: [
        {
          type: 'D',
          sku: 'A',
          quantity: '1',
          serials: [
            { type: 'S', serial: 'x1' },
            { type: 'S', serial: 'x2' },
          ],
        },
        { type: 'D', sku: 'B\n2', quantity: '3' },
      ],
    },
    {
      type: 'H',
      order: '8',
      F: { type: 'F', day: '20260301' },
      D: [{ type: 'D', sku: 'C', quantity: '1' }],
    },
  ])
  assert.equal(text.slice(found[1]!.from, found[1]!.to), 'H,8\nD,C,1')
  assert.deepEqual(rows(read('H,7\nD,1\nH,8\nX\nH,9\n', typed)), [
    'syntax',
    'syntax',
    { type: 'H', order: '9' },
  ])
  assert.deepEqual(rows(read('D,A,1\nH,9\n', typed)), ['syntax', { type: 'H', order: '9' }])
})

test('a stream of header and detail lines is cut between records only', () => {
  const text = Array.from({ length: 30 }, (_, n) => `H,${n}\n${`D,s"k,${n}\n`.repeat(n % 4)}`).join(
    '',
  )
  const bytes = Buffer.from(`F,1\n${text}T,9\n`)
  const options = csv.options(typed)
  const head = csv.head!(bytes, options)
  assert.equal(head, 4)
  const whole = rows(read(bytes, typed))
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), (size) => {
      const parts: unknown[] = []
      for (let from = 0, step = size; from < bytes.length;) {
        const last = from + step >= bytes.length
        const length = last
          ? bytes.length - from
          : csv.cut!(bytes.subarray(from, from + step), options)
        if (length === 0) {
          step *= 2
          continue
        }
        const context = from === 0 ? undefined : bytes.toString('latin1', 0, head)
        const chunk = bytes.subarray(from, from + length)
        parts.push(...rows(Array.from(csv.read(chunk, options, context))))
        from += length
        step = size
      }
      assert.deepEqual(
        parts.filter((one) => one !== null),
        whole,
      )
    }),
    { numRuns: 50 },
  )
})

test('a million columns, a quote that never ends and a long line are refused in time', () => {
  const started = performance.now()
  assert.deepEqual(rows(read(`a,b\n${','.repeat(1_000_000)}\n1,2\n`)), [
    'too-many',
    { a: '1', b: '2' },
  ])
  assert.deepEqual(rows(read(`a,b\n1,"${'x\n'.repeat(50)}`)).length, 50)
  const long = Buffer.alloc(40 * 1024 * 1024, 120)
  assert.equal(csv.cut!(long, csv.options({})), long.length)
  assert.deepEqual(rows(read(long, { header: ['a'] })), ['too-large'])
  guessCsv(long)
  guessCsv(Buffer.from(','.repeat(1_000_000)))
  assert.ok(performance.now() - started < 4_000)
})

test('a guess finds titles, comments, totals, repeated names and words for nothing', () => {
  const guess = (text: string) => guessCsv(Buffer.from(text))
  assert.deepEqual(
    guess(
      'Report of March;;\nprinted by Kim;;\n\nOrder;Day;Sum\n1;01.03.2026;5,00\n2;02.03.2026;NULL\nSumme;;5,00\n',
    ),
    {
      delimiter: ';',
      header: true,
      ragged: 'refuse',
      skip: 3,
      omit: ['Summe'],
      empty: ['NULL'],
    },
  )
  assert.deepEqual(guess('# made by hand\nOrder|Order|Day\n1|2|2026-03-01\n'), {
    delimiter: '|',
    header: ['Order', 'Order 2', 'Day'],
    ragged: 'refuse',
    skip: 2,
    comment: '#',
  })
  assert.deepEqual(
    (guess('H,7,20260301\nD,7,A\nD,7,B\nH,8,20260302\nD,8,A\n').lines as { kinds: unknown }).kinds,
    {
      H: { role: 'record', columns: ['mark', 'column2', 'column3'] },
      D: { columns: ['mark', 'column2', 'column3'] },
    },
  )
})
