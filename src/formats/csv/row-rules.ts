import type { FaultCode } from '#model/record.ts'
import { invalid, type Text } from '../text.ts'
import type { CsvOptions } from './options.ts'
import { emptyRow, positions, readRow, type Dialect, type Row } from './rows.ts'

export type Judged = { readonly code: FaultCode; readonly detail: string } | null

/** Whether a row that was read may stand: its number of columns, its characters. */
export function judge(
  source: Text,
  at: number,
  row: Row,
  columns: number,
  { ragged, encoding }: CsvOptions,
  zeros: boolean,
): Judged {
  // What was mended says so by having as many columns as there are names.
  if (row.columns > columns || (ragged === 'refuse' && row.columns < columns)) {
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

/** Index behind the first lines of a text, whatever they hold. */
export function behindLines(source: Text, lines: number): number {
  const feed = source.text.includes('\n') ? 10 : 13
  let at = source.start
  for (let line = 0; line < lines && at < source.size; line++) {
    const end = source.codes.indexOf(feed, at)
    at = end < 0 ? source.size : end + 1
  }
  return at
}

/** Whether a line begins with the signs of a comment. */
export function isComment(source: Text, at: number, comment: string): boolean {
  return comment !== '' && source.text.startsWith(comment, at)
}

/** Whether a row's first value that is not empty is one of the words, or begins with one and a colon, `=` or a number. */
export function isOmitted(
  tree: Readonly<Record<string, string>>,
  names: readonly string[],
  words: readonly string[],
): boolean {
  if (words.length === 0) return false
  for (const name of names) {
    const value = tree[name]?.trim().toLowerCase() ?? ''
    if (value === '') continue
    return words.some(
      (word) => value.startsWith(word) && /^$|^\s*[:=]|^\s+[\d(]/.test(value.slice(word.length)),
    )
  }
  return false
}

/** Empties values that stand for nothing. */
export function blankNamed(tree: Record<string, string>, empty: readonly string[]): void {
  for (const name in tree) if (empty.includes(tree[name]!)) tree[name] = ''
}

/**
 * A row with too many values, read as it was meant: a value that begins with a space belongs to the one before it. Null when
 * that does not give as many as there are names.
 */
export function mended(
  source: Text,
  at: number,
  dialect: Dialect,
  names: readonly string[],
  row: Row,
): Record<string, string> | null {
  const cells: Record<string, string> = {}
  readRow(source, at, dialect, positions, cells, emptyRow(at))
  const values: string[] = []
  for (let column = 0; column < row.columns; column++) {
    const value = cells[column] ?? ''
    if (value.startsWith(' ') && values.length > 0)
      values[values.length - 1] += String.fromCharCode(dialect.delimiter) + value
    else values.push(value)
  }
  if (values.length !== names.length) return null
  row.columns = names.length
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]))
}
