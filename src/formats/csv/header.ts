import { limits } from '#model/limits.ts'
import type { Fault } from '#model/record.ts'
import { shown } from '../fault.ts'
import { textOf, valueOf, type Text } from '../text.ts'
import { dialectOf, readRow, type Dialect, type Row } from './rows.ts'

const delimiters = [',', ';', '\t', '|'] as const

/** The delimiter of `, ; tab |` that stands most often in the first line that is not empty, outside of quotes. */
export function detectDelimiter(source: Text): string {
  const counts = delimiters.map(() => 0)
  let quoted = false
  let any = false
  for (let at = source.start; at < source.size; at++) {
    const code = source.codes[at]!
    if (code === 34) quoted = !quoted
    else if (!quoted && (code === 10 || code === 13) && any) break
    else if (!quoted) {
      const which = code === 44 ? 0 : code === 59 ? 1 : code === 9 ? 2 : code === 124 ? 3 : -1
      if (which >= 0) counts[which]!++
    }
    any ||= code > 32
  }
  const most = Math.max(...counts)
  return most === 0 ? ',' : delimiters[counts.indexOf(most)]!
}

/** Checks names given by option `header`. */
export function columnNames(value: unknown): readonly string[] {
  const fault =
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')
      ? refuse(value)
      : { detail: '' }
  if (fault === null) return value as string[]
  throw new TypeError(
    `Option 'header' of format csv: expected true or a list of different column names. ${fault.detail}`.trim(),
  )
}

/** Reads the header row at `row.next`, or a fault that makes all rows unreadable. Columns without a name are called `#3`. */
export function namesOf(source: Text, dialect: Dialect, row: Row): readonly string[] | Fault {
  if (row.next >= source.size) return { code: 'empty', detail: 'There is no header line.' }
  const cells: Record<string, string> = Object.create(null) as Record<string, string>
  let at = source.start
  do {
    at = row.next
    readRow(source, at, dialect, positions, cells, row)
  } while (row.fault === null && row.end === at && row.next < source.size)
  if (row.fault !== null)
    return { code: row.fault.code, detail: `In the header: ${row.fault.detail}`, path: 'line 1' }
  if (source.codes.subarray(at, row.end).includes(0))
    return { code: 'encoding', detail: 'The header contains a NUL character.', path: 'line 1' }
  const names = positions
    .slice(0, row.columns)
    .map((position, index) => cells[position] || `#${index + 1}`)
  return refuse(names) ?? names
}

const positions = Array.from({ length: limits.columnsMax }, (_, index) => String(index))

function refuse(names: readonly string[]): Fault | null {
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '__proto__')
      return {
        code: 'hostile',
        detail: "A column is named '__proto__', which is refused.",
        path: 'line 1',
      }
    if (seen.has(name)) {
      return {
        code: 'syntax',
        detail: `Column ${shown(name)} stands twice in the header; name the columns with option 'header'.`,
        path: 'line 1',
      }
    }
    seen.add(name)
  }
  return null
}

/** How many rows a guess looks at, and how many bytes. */
const guessRows = 20
const guessBytes = 256 * 1024

function firstRows(bytes: Buffer): { rows: string[][]; delimiter: string; faults: number } {
  const source = textOf(bytes.subarray(0, guessBytes))
  const delimiter = detectDelimiter(source)
  const dialect = dialectOf(source, delimiter.charCodeAt(0), 34)
  const row: Row = { next: source.start, end: 0, columns: 0, fault: null }
  const rows: string[][] = []
  let faults = 0
  while (row.next < source.size && rows.length + faults < guessRows) {
    const at = row.next
    const cells: Record<string, string> = Object.create(null) as Record<string, string>
    readRow(source, at, dialect, positions, cells, row)
    if (row.fault !== null) faults++
    else if (row.end > at && (row.next < source.size || bytes.length <= guessBytes)) {
      rows.push(
        positions
          .slice(0, Math.min(row.columns, 200))
          .map((position) => cells[position] ?? valueOf(source, 0, 0)),
      )
    }
  }
  return { rows, delimiter, faults }
}

/**
 * Options that fit a file, for onboarding. Whether its first row names the columns is judged by its look; rows of several
 * kinds (a header record, its details) get as many columns as the longest kind has.
 */
export function guessCsv(bytes: Buffer): {
  delimiter: string
  header: true | string[]
  ragged: 'refuse' | 'fill'
} {
  const { rows, delimiter } = firstRows(bytes)
  const first = rows[0] ?? []
  const named =
    first.every((cell) => cell.trim() !== '' && !/^[-+]?[\d.,:/ -]+$/.test(cell.trim())) &&
    new Set(first).size === first.length
  if (named) return { delimiter, header: true, ragged: 'refuse' }
  const columns = Math.max(1, ...rows.map((row) => row.length))
  const same = rows.every((row) => row.length === columns)
  return {
    delimiter,
    header: Array.from({ length: columns }, (_, index) => `column${index + 1}`),
    ragged: same ? 'refuse' : 'fill',
  }
}

/** Rows with one number of columns above one make a table; markup and JSON do not. */
export function sniffCsv(bytes: Buffer): number {
  if (bytes.length === 0 || (bytes.subarray(0, 512).includes(0) && !wide(bytes))) return 0
  const { rows, faults } = firstRows(bytes)
  const start = rows[0]?.[0]?.trimStart() ?? ''
  if (rows.length === 0 || /^[<{[]/.test(start) || /^(ISA|UNA|UNB|EDI_DC)/.test(start)) return 0
  const columns = rows[0]!.length
  const same = rows.filter((row) => row.length === columns).length / (rows.length + faults)
  if (columns < 2) return 0
  return same === 1 ? (rows.length > 1 ? 0.75 : 0.45) : same >= 0.7 ? 0.5 : 0.2
}

function wide(bytes: Buffer): boolean {
  return textOf(bytes.subarray(0, 512)).unit === 2
}
