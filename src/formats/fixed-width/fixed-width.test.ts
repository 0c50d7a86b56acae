import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Found } from '#model/record.ts'
import { fixedWidth } from './fixed-width.ts'
import { guessFixed } from './guess.ts'

function read(text: string | Buffer, options: unknown = {}, context?: string): Found[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return Array.from(fixedWidth.read(bytes, fixedWidth.options(options), context))
}

function rows(found: readonly Found[]): unknown[] {
  return found.map((one) => (one.ok ? one.tree : one.fault.code))
}

const columns = [
  { name: 'order', start: 1, length: 6 },
  { name: 'customer', start: 7, length: 10 },
  { name: 'day', start: 17, length: 8 },
]

test('columns are cut at their places, trimmed, in characters of any encoding', () => {
  const text = '000017Müller    20260301\r\n000018Ødegård 😀 20260302\n\n000019Kurz\n'
  const expected = [
    { order: '000017', customer: 'Müller', day: '20260301' },
    { order: '000018', customer: 'Ødegård 😀', day: '20260302' },
    { order: '000019', customer: 'Kurz', day: '' },
  ]
  const found = read(text, { columns })
  assert.deepEqual(rows(found), expected)
  assert.equal(
    Buffer.from(text).toString('utf8', found[1]!.from, found[1]!.to),
    '000018Ødegård 😀 20260302',
  )
  assert.deepEqual(rows(read(Buffer.from(`\ufeff${text}`, 'utf16le'), { columns })), expected)
  const block = '000017Muller    20260301000018Meier     00000000'
  assert.deepEqual(rows(read(block, { columns, every: 24, empty: '00000000' })), [
    { order: '000017', customer: 'Muller', day: '20260301' },
    { order: '000018', customer: 'Meier', day: '' },
  ])
})

const typed = {
  lines: {
    type: { start: 1, length: 2 },
    kinds: {
      '00': { role: 'file', name: 'file', columns: [{ name: 'day', start: 3, length: 8 }] },
      '01': { role: 'record', columns: [{ name: 'order', start: 3, length: 4 }] },
      '02': { name: 'items', columns: [{ name: 'sku', start: 3 }] },
      '99': { role: 'end' },
    },
  },
}

test('header and detail lines become one record, wherever the stream is cut', () => {
  const text = `0020260301\n${Array.from({ length: 20 }, (_, n) => `01${1000 + n}\n${'02A-1\n'.repeat(n % 3)}`).join('')}99\n`
  const whole = rows(read(text, typed))
  assert.deepEqual(whole[1], {
    order: '1001',
    items: [{ sku: 'A-1' }],
    file: { day: '20260301' },
  })
  const bytes = Buffer.from(text)
  const options = fixedWidth.options(typed)
  const head = fixedWidth.head!(bytes, options)
  assert.equal(head, 11)
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 120 }), (size) => {
      const parts: unknown[] = []
      for (let from = 0; from < bytes.length;) {
        const last = from + size >= bytes.length
        const length = last
          ? bytes.length - from
          : fixedWidth.cut!(bytes.subarray(from, from + size), options)
        assert.ok(length > 0)
        const context = from === 0 ? undefined : text.slice(0, head)
        parts.push(...rows(read(bytes.subarray(from, from + length), typed, context)))
        from += length
      }
      assert.deepEqual(
        parts.filter((one) => one !== null),
        whole,
      )
    }),
    { numRuns: 60 },
  )
})

test('a line without end, a NUL and options that make no sense are refused', () => {
  const long = Buffer.alloc(20 * 1024 * 1024, 120)
  assert.equal(fixedWidth.cut!(long, fixedWidth.options({ columns })), long.length)
  assert.deepEqual(rows(read(long, { columns })), ['too-large'])
  assert.deepEqual(rows(read('000017\0\n000018\n', { columns: columns.slice(0, 1) })), [
    'encoding',
    { order: '000018' },
  ])
  assert.throws(() => fixedWidth.options({ columns: [{ name: 'a', start: 0 }] }), /'start' of a/)
  assert.throws(() => fixedWidth.options({ lines: { kinds: { D: {} } } }), /role record/)
  guessFixed(long)
})

test('a layout is found between gutters, under rulers, around dates and at the turn of letters and digits', () => {
  const gutters = guessFixed(
    Buffer.from(
      'ORDER  CUSTOMER   DAY\n100017 Muller     20260301\n100018 Meier & Co 20260302\n100019 Ada        20260303\n',
    ),
  )
  assert.deepEqual(gutters?.skip, 1)
  assert.deepEqual(
    gutters?.columns?.map(({ name }) => name),
    ['ORDER', 'CUSTOMER', 'DAY'],
  )
  const ruled = guessFixed(Buffer.from('Nr    Name\n----- -------\n1     Kim Lee\n2     Ada\n'))
  assert.deepEqual(ruled, {
    columns: [
      { name: 'Nr', start: 1, length: 6 },
      { name: 'Name', start: 7 },
    ],
    skip: 2,
  })
  const dense = guessFixed(
    Buffer.from(
      '0000170120260301091500EUR00100\n0000230220260302101500USD00900\n0000310120260303111500EUR00250\n',
    ),
  )
  assert.deepEqual(
    dense?.columns?.map(({ start, length }) => [start, length]),
    [
      [1, 8],
      [9, 14],
      [23, 3],
      [26, 5],
    ],
  )
})
