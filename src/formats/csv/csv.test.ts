import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { csv } from './csv.ts'
import { guessCsv } from './header.ts'

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
    delimiter: '\t',
    header: ['column1', 'column2', 'column3'],
    ragged: 'refuse',
  })
  assert.equal(guessCsv(Buffer.from('id,name\n1,x\n')).header, true)
})
