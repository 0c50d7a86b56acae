import type { Fault } from '#model/record.ts'
import { shown } from '../fault.ts'
import type { Text } from '../text.ts'
import { positions, readRow, type Dialect, type Row } from './rows.ts'

const delimiters = [',', ';', '\t', '|'] as const

/** The delimiter of `, ; tab |` that stands most often in the first line that is not empty, outside of quotes. */
export function detectDelimiter(source: Text, start = source.start): string {
  const counts = delimiters.map(() => 0)
  let quoted = false
  let any = false
  for (let at = start; at < source.size; at++) {
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

/** Checks names given by option `header`, or for one kind of line. */
export function columnNames(value: unknown, what = "'header'"): readonly string[] {
  const fault =
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')
      ? refuse(value)
      : { detail: '' }
  if (fault === null) return value as string[]
  throw new TypeError(
    `Option ${what} of format csv: expected ${what === "'header'" ? 'true or ' : ''}a list of different column names. ${fault.detail}`.trim(),
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
