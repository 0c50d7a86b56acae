import { limits } from '#model/limits.ts'
import type { Format, FormatOptions } from '#model/format.ts'
import type { FaultCode, Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { choiceOption, optionsOf } from '../options.ts'
import {
  encodings,
  invalid,
  lineCounter,
  markedEncoding,
  textOf,
  type Encoding,
  type Text,
} from '../text.ts'
import { columnNames, detectDelimiter, namesOf, sniffCsv } from './header.ts'
import { dialectOf, lastRowEnd, readRow, type Dialect, type Row } from './rows.ts'

/**
 * Delimited text (RFC 4180 and its relatives). A record is a row: column name to text, as it stands. Options:
 * `delimiter` one character, `tab` or `auto` (of `,` `;` tab `|` the most frequent in the first line); `quote` one character;
 * `header` true (first row) or a list of names; `encoding`; `ragged` `refuse` (a row has as many columns as the header) or
 * `fill` (it may have fewer; the rest is left out). A quote inside of an unquoted value is text.
 */
export const csv: Format = {
  name: 'csv',
  options: csvOptions,
  cut: (bytes, options) => {
    const { source, dialect } = opened(bytes, options as CsvOptions)
    const end = lastRowEnd(source, source.start, dialect)
    if (end > source.start) return end * source.unit
    return bytes.length > limits.recordBytesMax ? bytes.length : 0
  },
  head: (bytes, options) => {
    if ((options as CsvOptions).header !== true) return 0
    const { source, dialect } = opened(bytes, options as CsvOptions)
    const row = emptyRow(source.start)
    readRow(source, source.start, dialect, [], {}, row)
    return row.fault === null && row.end < source.size ? row.next * source.unit : 0
  },
  read: (bytes, options, context) => rowsOf(bytes, options as CsvOptions, context),
  sniff: sniffCsv,
}

type CsvOptions = {
  readonly delimiter: string
  readonly quote: string
  readonly header: true | readonly string[]
  readonly encoding: Encoding
  readonly ragged: 'refuse' | 'fill'
}

function csvOptions(raw: unknown): FormatOptions {
  const given = optionsOf('csv', raw, ['delimiter', 'quote', 'header', 'encoding', 'ragged'])
  const header = given['header'] ?? true
  return {
    delimiter: character(
      'delimiter',
      given['delimiter'] === 'tab' ? '\t' : (given['delimiter'] ?? 'auto'),
      ['auto'],
    ),
    quote: character('quote', given['quote'] ?? '"', []),
    header: header === true ? true : columnNames(header),
    encoding: choiceOption('csv', 'encoding', given['encoding'], encodings, 'auto'),
    ragged: choiceOption('csv', 'ragged', given['ragged'], ['refuse', 'fill'] as const, 'refuse'),
  } satisfies CsvOptions
}

function character(key: string, value: unknown, words: readonly string[]): string {
  if (typeof value === 'string' && (words.includes(value) || /^[\x20-\x7e\t]$/.test(value)))
    return value
  throw new TypeError(
    `Option '${key}' of format csv: expected one character${words.length > 0 ? ` or ${words.join(', ')}` : ''}.`,
  )
}

function emptyRow(at: number): Row {
  return { next: at, end: at, columns: 0, fault: null }
}

function opened(
  bytes: Buffer,
  options: CsvOptions,
  header?: Text,
): { source: Text; dialect: Dialect } {
  const marked = header === undefined ? null : markedEncoding(header.bytes)
  const wide =
    options.encoding === 'auto' && header?.unit === 2 ? (marked ?? 'utf-16le') : options.encoding
  const source = textOf(bytes, wide)
  const delimiter =
    options.delimiter === 'auto' ? detectDelimiter(header ?? source) : options.delimiter
  return {
    source,
    dialect: dialectOf(source, delimiter.charCodeAt(0), options.quote.charCodeAt(0)),
  }
}

/** The header line of an earlier chunk: given as Latin-1 (lossless) or as decoded text, both are understood. */
function contextText(context: string, options: CsvOptions): Text {
  const plain = !/[^\0-\xff]/.test(context)
  return textOf(Buffer.from(context, plain ? 'latin1' : 'utf8'), plain ? options.encoding : 'auto')
}

function* rowsOf(bytes: Buffer, options: CsvOptions, context?: string): Generator<Found> {
  const header =
    context === undefined || context === '' || options.header !== true
      ? undefined
      : contextText(context, options)
  const { source, dialect } = opened(bytes, options, header)
  const row = emptyRow((header ?? source).start)
  let names = options.header
  if (names === true) {
    const read = namesOf(header ?? source, dialect, row)
    if ('code' in read) {
      yield { ok: false, from: 0, to: bytes.length, fault: read }
      return
    }
    names = read
    if (header !== undefined) row.next = source.start
  }
  yield* records(source, dialect, names, options, row)
}

function* records(
  source: Text,
  dialect: Dialect,
  names: readonly string[],
  options: CsvOptions,
  row: Row,
): Generator<Found> {
  const line = lineCounter(source)
  const { unit, size } = source
  const zeros = source.text.includes('\0')
  let left = limits.recordsPerReceiptMax
  const strict = options.ragged === 'refuse'
  let any = false
  while (row.next < size) {
    const at = row.next
    const tree: Record<string, string> = {}
    readRow(source, at, dialect, names, tree, row)
    if (row.end === at && row.fault === null) continue
    any = true
    if (--left < 0) {
      yield bad(
        at * unit,
        size * unit,
        'too-many',
        `There are more than ${limits.recordsPerReceiptMax} rows.`,
        `line ${line(at)}`,
      )
      return
    }
    const fault = row.fault ?? judge(source, at, row, names.length, strict, zeros, options.encoding)
    if (fault === null) yield good(at * unit, row.end * unit, tree)
    else yield bad(at * unit, row.end * unit, fault.code, fault.detail, `line ${line(at)}`)
  }
  if (!any) yield bad(0, source.bytes.length, 'empty', 'There is no row behind the header.')
}

type Judged = { readonly code: FaultCode; readonly detail: string } | null

function judge(
  source: Text,
  at: number,
  row: Row,
  columns: number,
  strict: boolean,
  zeros: boolean,
  encoding: Encoding,
): Judged {
  if (row.columns > columns || (strict && row.columns < columns)) {
    return {
      code: 'syntax',
      detail: `The row has ${row.columns} columns, the header names ${columns}.`,
    }
  }
  if (zeros && source.codes.subarray(at, row.end).includes(0))
    return { code: 'encoding', detail: 'The row contains a NUL character.' }
  if (encoding === 'utf-8' && invalid(source, at, row.end))
    return { code: 'encoding', detail: 'The row is not valid UTF-8.' }
  return null
}
