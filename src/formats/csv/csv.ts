import { limits } from '#model/limits.ts'
import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { assemble, wholeRecords } from '../groups.ts'
import { lineCounter, markedEncoding, textOf, type Text } from '../text.ts'
import { sniffCsv } from './guess.ts'
import { detectDelimiter, namesOf } from './header.ts'
import { csvOptions, type CsvOptions } from './options.ts'
import { dialectOf, emptyRow, lastRowEnd, readRow, type Dialect, type Row } from './rows.ts'
import { headOfTyped, rowStarts, typedRows } from './typed-rows.ts'
import { blankNamed, behindLines, isComment, isOmitted, judge, mended } from './row-rules.ts'

/**
 * Delimited text (RFC 4180 and its relatives). A record is a row: column name to text, as it stands. Options:
 * `delimiter` one character, `tab` or `auto` (of `,` `;` tab `|` the most frequent in the first line); `quote` one character
 * or `none`; `header` true (first row) or a list of names; `encoding`; `ragged` `refuse` (a row has as many columns as the
 * header), `fill` (it may have fewer; the rest is left out) or `mend` (it may also have more, when values that begin with a
 * space, joined to what stands before them, give the number of columns: commas of a text nobody quoted); `skip` lines above
 * the header; `comment` signs that begin a line to pass over; `omit` words that begin a row to pass over (Total, Summe);
 * `empty` values that stand for nothing (NULL); `lines`, for files of several kinds of lines: `type` the number of the column
 * that says which, `kinds`, `other`, see groups.ts. A quote inside of an unquoted value is text.
 */
export const csv: Format = {
  name: 'csv',
  options: csvOptions,
  cut: (bytes, options) => cutRows(bytes, options as CsvOptions),
  head: (bytes, options) => headBytes(bytes, options as CsvOptions),
  read: (bytes, options, context) =>
    (options as CsvOptions).lines === null
      ? rowsOf(bytes, options as CsvOptions, context)
      : groupsOf(bytes, options as CsvOptions, context),
  sniff: sniffCsv,
}

function opened(
  bytes: Buffer,
  options: CsvOptions,
  header?: Text,
): { source: Text; dialect: Dialect } {
  const marked = header === undefined ? null : markedEncoding(header.bytes)
  const wide = { 1: options.encoding, 2: marked ?? 'utf-16le', 4: marked ?? 'utf-32le' } as const
  const source = textOf(
    bytes,
    options.encoding === 'auto' ? wide[header?.unit ?? 1] : options.encoding,
  )
  const delimiter =
    options.delimiter === 'auto'
      ? detectDelimiter(header ?? source, behindLines(header ?? source, options.skip))
      : options.delimiter
  return { source, dialect: dialectOf(source, delimiter.charCodeAt(0), options.quote) }
}

/** The head of an earlier chunk: given as Latin-1 (lossless) or as decoded text, both are understood. */
function contextText(context: string | undefined, options: CsvOptions): Text | undefined {
  if (context === undefined || context === '') return undefined
  const plain = !/[^\0-\xff]/.test(context)
  return textOf(Buffer.from(context, plain ? 'latin1' : 'utf8'), plain ? options.encoding : 'auto')
}

function cutRows(bytes: Buffer, options: CsvOptions): number {
  const { source, dialect } = opened(bytes, options)
  let end = lastRowEnd(source, source.start, dialect)
  if (options.lines !== null && end > source.start)
    end = wholeRecords(rowStarts(source, dialect, options, end), options.lines.groups)
  if (end > source.start) return end * source.unit
  return bytes.length > limits.recordBytesMax ? bytes.length : 0
}

function headBytes(bytes: Buffer, options: CsvOptions): number {
  const { source, dialect } = opened(bytes, options)
  const start = behindLines(source, options.skip)
  if (options.lines !== null) return headOfTyped(source, dialect, options, start) * source.unit
  if (options.header !== true) return start > source.start ? start * source.unit : 0
  const row = emptyRow(start)
  while (row.next < source.size && isPassed(source, row.next, options))
    row.next = lineEnd(source, row.next, dialect)
  readRow(source, row.next, dialect, [], {}, row)
  return row.fault === null && row.end < source.size ? row.next * source.unit : 0
}

/** Comments, and empty lines above a header. */
function isPassed(source: Text, at: number, options: CsvOptions): boolean {
  return (
    isComment(source, at, options.comment) || source.codes[at] === 10 || source.codes[at] === 13
  )
}

function lineEnd(source: Text, at: number, { feed }: Dialect): number {
  const end = source.codes.indexOf(feed, at)
  return end < 0 ? source.size : end + 1
}

function* rowsOf(bytes: Buffer, options: CsvOptions, context?: string): Generator<Found> {
  const header = contextText(context, options)
  const { source, dialect } = opened(bytes, options, header)
  const above = header ?? source
  const row = emptyRow(behindLines(above, options.skip))
  let names = options.header
  if (names === true) {
    while (row.next < above.size && isPassed(above, row.next, options))
      row.next = lineEnd(above, row.next, dialect)
    const read = namesOf(above, dialect, row)
    if ('code' in read) {
      yield { ok: false, from: 0, to: bytes.length, fault: read }
      return
    }
    names = read
  }
  if (header !== undefined) row.next = source.start
  yield* records(source, dialect, names, options, row, header !== undefined)
}

function* records(
  source: Text,
  dialect: Dialect,
  names: readonly string[],
  options: CsvOptions,
  row: Row,
  later: boolean,
): Generator<Found> {
  const line = lineCounter(source)
  const { unit, size } = source
  const zeros = source.text.includes('\0')
  const picky = options.comment !== '' || options.omit.length > 0
  let left = limits.recordsPerReceiptMax
  let any = false
  while (row.next < size) {
    const at = row.next
    if (picky && isComment(source, at, options.comment)) {
      row.next = lineEnd(source, at, dialect)
      continue
    }
    let tree: Record<string, string> = {}
    readRow(source, at, dialect, names, tree, row)
    if (row.end === at && row.fault === null) continue
    if (picky && isOmitted(tree, names, options.omit)) continue
    any = true
    if (--left < 0) {
      const detail = `There are more than ${limits.recordsPerReceiptMax} rows.`
      yield bad(at * unit, size * unit, 'too-many', detail, `line ${line(at)}`)
      return
    }
    if (options.ragged === 'mend' && row.columns > names.length && row.fault === null)
      tree = mended(source, at, dialect, names, row) ?? tree
    const fault = row.fault ?? judge(source, at, row, names.length, options, zeros)
    if (fault !== null)
      yield bad(at * unit, row.end * unit, fault.code, fault.detail, `line ${line(at)}`)
    else {
      if (options.empty.length > 0) blankNamed(tree, options.empty)
      yield good(at * unit, row.end * unit, tree)
    }
  }
  if (any) return
  // The end of a long file may be a chunk of its own, with nothing but totals: it tells nothing.
  if (later && picky) yield good(0, source.bytes.length, null)
  else yield bad(0, source.bytes.length, 'empty', 'There is no row behind the header.')
}

function* groupsOf(bytes: Buffer, options: CsvOptions, context?: string): Generator<Found> {
  const header = contextText(context, options)
  const { source, dialect } = opened(bytes, options, header)
  const file: Record<string, unknown> = {}
  const { groups } = options.lines!
  if (header !== undefined) {
    const start = behindLines(header, options.skip)
    // Reading to the end is what fills `file`; a head yields no record.
    Array.from(assemble(typedRows(header, dialect, options, start), groups, file))
  }
  const start = header === undefined ? behindLines(source, options.skip) : source.start
  let [any, left] = [false, limits.recordsPerReceiptMax]
  for (const found of assemble(typedRows(source, dialect, options, start), groups, file)) {
    any = true
    yield found
    if (--left > 0) continue
    const detail = `There are more than ${limits.recordsPerReceiptMax} records.`
    yield bad(found.to, bytes.length, 'too-many', detail)
    return
  }
  if (!any && header !== undefined) yield good(0, bytes.length, null)
  else if (!any) yield bad(0, bytes.length, 'empty', 'There is no line that begins a record.')
}
