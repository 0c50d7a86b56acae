import { textOf, type Text } from '../text.ts'
import { linesGuessed } from './guess-lines.ts'
import { dialectOf, emptyRow, positions, readRow } from './rows.ts'

/** How many rows a guess looks at, and how many bytes. */
const guessRows = 400
const guessBytes = 256 * 1024
const columnsLooked = 300
const delimiters = [',', ';', '\t', '|', '^', '~', '\u0001', '\u001f'] as const

/** Options of format csv that fit a file; those that are as they are anyway are left out. */
export type GuessedCsv = {
  readonly delimiter: string
  readonly header?: true | readonly string[]
  readonly ragged?: 'refuse' | 'fill' | 'mend'
  readonly skip?: number
  readonly comment?: string
  readonly omit?: readonly string[]
  readonly empty?: readonly string[]
  readonly lines?: unknown
}

type Rows = {
  readonly delimiter: string
  readonly rows: readonly (readonly string[])[]
  readonly faults: number
  /** The number of values that most rows have, and the share of rows that have it. */
  readonly columns: number
  readonly share: number
}

/**
 * Options that fit a file, for onboarding: separator, lines above the header, comments, totals below, whether its first row
 * names the columns (by its look), words for nothing, and rows of several kinds (a header record, its details).
 */
export function guessCsv(bytes: Buffer): GuessedCsv {
  const table = bestRows(bytes)
  const named = table.delimiter === '\t' ? 'tab' : table.delimiter
  const comment = commentOf(table)
  const plain = table.rows.filter((row) => comment === '' || !row[0]!.startsWith(comment))
  const lines = linesGuessed(plain)
  if (lines !== null) {
    const uneven = lines.uneven ? { ragged: 'fill' as const } : {}
    return { delimiter: named, ...uneven, ...without(comment), lines: lines.option }
  }
  const top = topLines(table, plain)
  const body = plain.slice(top)
  const first = body[0] ?? []
  const header = namesColumns(first, body.slice(1))
  const data = header ? body.slice(1) : body
  const totals = totalsOf(data, table.columns)
  const rows = data.slice(0, data.length - totals.rows)
  const names = headerNames(header, first, rows, table.columns)
  return {
    delimiter: named,
    header: names,
    ragged: raggedness(rows, names === true ? first.length : names.length, table.delimiter),
    ...(top + (header && names !== true ? 1 : 0) > 0 && {
      skip: skipped(bytes, table, top, comment) + (header && names !== true ? 1 : 0),
    }),
    ...without(comment),
    ...(totals.words.length > 0 && { omit: totals.words }),
    ...emptyOf(rows),
  }
}

function without(comment: string): { comment?: string } {
  return comment === '' ? {} : { comment }
}

/** Rows with one number of columns above one make a table; markup and JSON do not. */
export function sniffCsv(bytes: Buffer): number {
  if (bytes.length === 0) return 0
  const source = textOf(bytes.subarray(0, 512))
  if (source.text.includes('\0')) return 0
  const start = source.text.slice(source.start, 200).trimStart()
  if (/^[<{[]/.test(start) || /^(ISA|UNA|UNB|EDI_DC)/.test(start)) return 0
  const { rows, columns, share } = bestRows(bytes)
  if (rows.length === 0) return 0
  if (columns < 2) return 0
  if (share > 0.99) return rows.length > 1 ? 0.75 : 0.45
  if (linesGuessed(rows) !== null) return 0.7
  if (share >= 0.7) return columns >= 4 ? 0.68 : 0.6
  return share >= 0.5 ? 0.4 : 0.2
}

/** The rows under the separator that makes the most even table. */
function bestRows(bytes: Buffer): Rows {
  const source = textOf(bytes.subarray(0, guessBytes))
  const whole = bytes.length <= guessBytes
  let best: Rows | null = null
  let bestScore = -1
  for (const delimiter of delimiters) {
    if (best !== null && !source.text.includes(delimiter)) continue
    const rows = rowsUnder(source, delimiter, whole)
    // Even rows speak for a separator, many columns do so a little: a decimal comma makes uneven or narrow ones.
    const score = rows.columns < 2 ? 0 : rows.share * (1 + Math.log2(rows.columns) / 4)
    if (score > bestScore) [best, bestScore] = [rows, score]
  }
  return best!
}

function rowsUnder(source: Text, delimiter: string, whole: boolean): Rows {
  const dialect = dialectOf(source, delimiter.charCodeAt(0), '"')
  const row = emptyRow(source.start)
  const rows: string[][] = []
  const counts = new Map<number, number>()
  let faults = 0
  while (row.next < source.size && rows.length + faults < guessRows) {
    const at = row.next
    const cells: Record<string, string> = Object.create(null) as Record<string, string>
    readRow(source, at, dialect, positions, cells, row)
    if (row.fault !== null) faults++
    else if (row.end > at && (row.next < source.size || whole)) {
      const size = Math.min(row.columns, columnsLooked)
      rows.push(positions.slice(0, size).map((position) => cells[position] ?? ''))
      counts.set(size, (counts.get(size) ?? 0) + 1)
    }
  }
  const [columns = 0, most = 0] =
    [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  return { delimiter, rows, faults, columns, share: most / Math.max(1, rows.length + faults) }
}

/** Signs that begin rows which have another width than the table, and are the fewer. */
function commentOf({ columns, rows }: Rows): string {
  for (const sign of ['#', '//', '--', '*', '!']) {
    const marked = rows.filter((row) => row[0]!.startsWith(sign))
    const odd = marked.every((row) => row.length !== columns)
    if (marked.length > 0 && marked.length < rows.length / 2 && odd) return sign
  }
  return ''
}

/** How many rows stand above the table: they are narrower than it, or hold a title and nothing else. */
function topLines({ columns }: Rows, rows: readonly (readonly string[])[]): number {
  const filled = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length
  let top = 0
  while (
    top < Math.min(30, rows.length - 1) &&
    (rows[top]!.length < columns || (columns > 2 && filled(rows[top]!) <= columns / 3)) &&
    filled(rows[top]!) < filled(rows[top + 1] ?? []) + columns
  )
    top++
  return rows[top] !== undefined && rows[top]!.length >= columns ? top : 0
}

/** Lines of the file above the row `top`: rows are not lines where some are empty or comments. */
function skipped(bytes: Buffer, table: Rows, top: number, comment: string): number {
  const lines = textLines(bytes)
  let seen = -1
  for (const [index, line] of lines.entries()) {
    const blank = line.trim() === ''
    if (blank || (comment !== '' && line.startsWith(comment))) continue
    seen++
    if (seen === top) return index
  }
  return Math.min(top, table.rows.length)
}

function textLines(bytes: Buffer): string[] {
  const source = textOf(bytes.subarray(0, 64 * 1024))
  return source.text.slice(source.start).split(/\r\n|\n|\r/)
}

const numberLike = /^[-+]?[\d.,:/ %€$£-]+$/
const valueLike =
  /^[\w.+-]+@[\w-]+\.\w+$|^[0-9a-f]{8}-[0-9a-f]{4}-|^\d{4}-\d\d-\d\d|^[A-Z]{2}\d{9}[A-Z]{2}$/i

/** Whether a row looks like names of columns: words, each its own, none of which is a value further down. */
function namesColumns(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const cells = first.map((cell) => cell.trim())
  const filled = cells.filter((cell) => cell !== '')
  if (filled.length < Math.max(1, cells.length * 0.6)) return false
  if (filled.some((cell) => numberLike.test(cell) || valueLike.test(cell) || cell.length > 80))
    return false
  const repeats = cells.filter(
    (cell, column) => cell !== '' && rows.slice(0, 100).some((row) => row[column]?.trim() === cell),
  )
  if (repeats.length > filled.length / 4) return false
  // A table of nothing but words: its first row is a header when it reads like one.
  return new Set(filled).size > filled.length / 2 && filled.every((cell) => /\p{L}/u.test(cell))
}

/** `true` where the file's own names do, else names: made up, or made different. */
function headerNames(
  header: boolean,
  first: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): true | readonly string[] {
  if (!header) {
    const size = rows.length === 0 ? columns : Math.max(columns, modeOf(rows))
    return Array.from({ length: size }, (_, index) => `column${index + 1}`)
  }
  if (new Set(first).size === first.length && !first.includes('__proto__')) return true
  const seen = new Map<string, number>()
  return first.map((cell, index) => {
    const name = cell.trim() === '' || cell === '__proto__' ? `#${index + 1}` : cell
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} ${times}`
  })
}

function modeOf(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>()
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

function raggedness(
  rows: readonly (readonly string[])[],
  columns: number,
  delimiter: string,
): 'refuse' | 'fill' | 'mend' {
  const long = rows.filter((row) => row.length > columns)
  const meant = long.filter(
    (row) => row.filter((cell, index) => index === 0 || !cell.startsWith(' ')).length === columns,
  )
  if (delimiter === ',' && meant.length > 0 && meant.length >= long.length / 2) return 'mend'
  const short = rows.filter((row) => row.length < columns)
  return short.length > 0 && short.length >= rows.length * 0.2 ? 'fill' : 'refuse'
}

const totalWords =
  /^(grand total|sub-?total|totale?s?|totaal|summe|gesamt(?:summe)?|sum|suma|somme|soma|razem|end of (?:file|report)|eof|end|ende|trailer|(?:number of )?(?:records?|rows?|lines?)|row count|count|anzahl|nombre)(?=$|\s*[:=]|\s+[\d(])/i

/** Rows of sums at the end: how many, and the words they begin with. */
function totalsOf(
  rows: readonly (readonly string[])[],
  columns: number,
): { rows: number; words: string[] } {
  const words = new Set<string>()
  let count = 0
  for (const row of rows.toReversed().slice(0, 5)) {
    const lead = row.map((cell) => cell.trim()).find((cell) => cell !== '')
    const word = lead === undefined ? undefined : totalWords.exec(lead)?.[1]
    const filled = row.filter((cell) => cell.trim() !== '').length
    if (word === undefined || (filled > columns / 2 && columns > 3)) break
    words.add(word)
    count++
  }
  return { rows: count, words: [...words] }
}

const nothings = ['NULL', 'null', '\\N', '(null)', 'N/A', 'n/a', '#N/A', 'NaN', 'None']

function emptyOf(rows: readonly (readonly string[])[]): { empty?: readonly string[] } {
  const found = nothings.filter((word) => rows.some((row) => row.includes(word)))
  return found.length === 0 ? {} : { empty: found }
}
