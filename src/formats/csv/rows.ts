import { limits } from '#model/limits.ts'
import type { FaultCode } from '#model/record.ts'
import { valueOf, type Text } from '../text.ts'

/** How the rows of a text are told apart; codes of characters. */
export type Dialect = { readonly delimiter: number; readonly quote: number; readonly feed: number }

/** What reading a row leaves behind; one object is used for all rows of a text. */
export type Row = {
  /** Index behind the row's line break. */
  next: number
  /** Index behind the row's last character. */
  end: number
  columns: number
  fault: { code: FaultCode; detail: string; at: number } | null
}

const carriageReturn = 13

/** A row that is yet to be read, at `at`. */
export function emptyRow(at: number): Row {
  return { next: at, end: at, columns: 0, fault: null }
}

/** Names for values that are read by their column: '0', '1', ... */
export const positions: readonly string[] = Array.from({ length: limits.columnsMax }, (_, index) =>
  String(index),
)

/** No character, where values are never quoted. */
const noQuote = 0x110000

/** The dialect of a text; `quote` is '' where there is none. Lines end with LF (CR LF too), or with CR where there is no LF at all. */
export function dialectOf(source: Text, delimiter: number, quote: string): Dialect {
  const feed = !source.text.includes('\n') && source.text.includes('\r') ? carriageReturn : 10
  return { delimiter, quote: quote === '' ? noQuote : quote.charCodeAt(0), feed }
}

/**
 * Reads the row at `at` into `tree` under `names`; columns beyond the names are counted only. A row that cannot be read ends
 * with its first line, so that a stray quote costs one line: every line with an odd number of quotes is looked at twice at most.
 */
export function readRow(
  source: Text,
  at: number,
  dialect: Dialect,
  names: readonly string[],
  tree: Record<string, string>,
  row: Row,
): void {
  const { codes, size } = source
  const { delimiter, quote, feed } = dialect
  let column = 0
  let index = at
  row.fault = null
  for (;;) {
    if (index < size && codes[index] === quote) {
      const close = closingQuote(source, index, at, dialect, row)
      if (close < 0) return
      if (column < names.length) {
        const value = valueOf(source, index + 1, close)
        tree[names[column]!] =
          escapes > 0 ? value.replaceAll(doubled(quote), String.fromCharCode(quote)) : value
      }
      index = close + 1
      if (index < size && codes[index] === carriageReturn && feed !== carriageReturn) index++
    } else {
      const from = index
      while (index < size) {
        const code = codes[index]!
        if (code === delimiter || code === feed) break
        index++
      }
      if (column < names.length) {
        const last = index >= size || codes[index] === feed
        tree[names[column]!] = valueOf(
          source,
          from,
          last && index > from && codes[index - 1] === carriageReturn ? index - 1 : index,
        )
      }
    }
    column++
    if (index >= size || codes[index] === feed) break
    index++
  }
  finish(row, at, index, size, column, source)
}

function finish(
  row: Row,
  at: number,
  index: number,
  size: number,
  columns: number,
  source: Text,
): void {
  row.next = index < size ? index + 1 : size
  row.end = index > at && source.codes[index - 1] === carriageReturn ? index - 1 : index
  row.columns = columns
  if ((index - at) * source.unit > limits.recordBytesMax) {
    row.fault = {
      code: 'too-large',
      detail: `The row has more than ${limits.recordBytesMax} bytes.`,
      at,
    }
  } else if (columns > limits.columnsMax) {
    row.fault = {
      code: 'too-many',
      detail: `The row has ${columns} columns, at most ${limits.columnsMax} are read.`,
      at,
    }
  }
}

/** Doubled quotes of the value that `closingQuote` was last called for: a second result without an object. */
let escapes = 0

const pairs = new Map<number, string>()
function doubled(quote: number): string {
  let pair = pairs.get(quote)
  if (pair === undefined) pairs.set(quote, (pair = String.fromCharCode(quote, quote)))
  return pair
}

/** Index of the quote that closes the one at `open`; -1 when there is none, with the fault and the place to go on in `row`. */
function closingQuote(source: Text, open: number, at: number, dialect: Dialect, row: Row): number {
  const { codes, size } = source
  const { delimiter, quote, feed } = dialect
  const most = at + limits.recordBytesMax
  escapes = 0
  let index = open + 1
  for (; index < size; index++) {
    if (codes[index] !== quote) continue
    if (index + 1 < size && codes[index + 1] === quote) {
      escapes++
      index++
    } else break
  }
  const after = index + 1
  const next = after < size ? codes[after]! : feed
  if (index < size && index <= most) {
    if (next === delimiter || next === feed) return index
    if (next === carriageReturn && (after + 1 >= size || codes[after + 1] === feed)) return index
    return giveUp(
      source,
      at,
      dialect,
      row,
      'syntax',
      'There is text behind the closing quote of a value.',
      after,
    )
  }
  if (index > most)
    return giveUp(
      source,
      at,
      dialect,
      row,
      'too-large',
      `A quoted value has more than ${limits.recordBytesMax} bytes.`,
      open,
    )
  return giveUp(source, at, dialect, row, 'syntax', 'A quote is opened and never closed.', open)
}

function giveUp(
  source: Text,
  at: number,
  dialect: Dialect,
  row: Row,
  code: FaultCode,
  detail: string,
  where: number,
): number {
  const feed = source.codes.indexOf(dialect.feed, at)
  const end = feed < 0 ? source.size : feed
  row.fault = { code, detail, at: where }
  row.end = end
  row.next = feed < 0 ? source.size : feed + 1
  return -1
}

/**
 * Index behind the last whole row at or behind `at`; `at` when there is none. Quotes are followed as `readRow` does, and a
 * text without quotes is searched from its end.
 */
export function lastRowEnd(source: Text, at: number, dialect: Dialect): number {
  const { text, size } = source
  if (dialect.quote === noQuote || !text.includes(String.fromCharCode(dialect.quote), at))
    return Math.max(at, text.lastIndexOf(String.fromCharCode(dialect.feed)) + 1)
  const row: Row = { next: at, end: at, columns: 0, fault: null }
  const tree = {}
  let last = at
  while (row.next < size) {
    const start = row.next
    readRow(source, start, dialect, [], tree, row)
    if (
      row.fault !== null &&
      row.fault.at < size &&
      openToTheEnd(source, row.fault.at, dialect.quote)
    )
      break
    if (row.next < size || source.codes[size - 1] === dialect.feed) last = row.next
  }
  return last
}

/** Whether the quote at `at` may still be closed by bytes to come. */
function openToTheEnd(source: Text, at: number, quote: number): boolean {
  if (source.codes[at] !== quote) return false
  for (let index = at + 1; index < source.size; index++) {
    if (source.codes[index] !== quote) continue
    if (source.codes[index + 1] === quote) index++
    else return false
  }
  return true
}
