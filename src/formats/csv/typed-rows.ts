import type { Fault } from '#model/record.ts'
import { kindNamed, type TypedLine } from '../groups.ts'
import { lineCounter, type Text } from '../text.ts'
import type { CsvOptions } from './options.ts'
import { blankNamed, isComment, judge } from './row-rules.ts'
import { emptyRow, positions, readRow, type Dialect } from './rows.ts'

/** The rows of a text with their types. Rows are read into cells first, because their type says what the columns are called. */
export function* typedRows(
  source: Text,
  dialect: Dialect,
  options: CsvOptions,
  start: number,
): Generator<TypedLine> {
  const line = lineCounter(source)
  const zeros = source.text.includes('\0')
  const { column, groups } = options.lines!
  const row = emptyRow(start)
  while (row.next < source.size) {
    const at = row.next
    const cells: Record<string, string> = {}
    readRow(source, at, dialect, positions, cells, row)
    if ((row.end === at && row.fault === null) || isComment(source, at, options.comment)) continue
    const type = cells[column]?.trim() ?? ''
    const kind = kindNamed(groups, type)
    const names = kind?.columns ?? []
    const path = `line ${line(at)}`
    let fault: Fault | null = row.fault === null ? null : { ...pick(row.fault), path }
    if (fault === null) {
      const judged = judge(source, at, row, names.length || row.columns, options, zeros)
      fault = judged === null ? null : { ...judged, path }
    }
    const fields: Record<string, string> = {}
    const count = Math.min(row.columns, names.length || row.columns)
    for (let index = 0; index < count; index++)
      fields[names[index] ?? `column${index + 1}`] = cells[index] ?? ''
    if (options.empty.length > 0) blankNamed(fields, options.empty)
    yield {
      from: at * source.unit,
      to: row.end * source.unit,
      type,
      fields,
      fault,
      at: path,
    }
  }
}

function pick({ code, detail }: Fault): Fault {
  return { code, detail }
}

/** Where rows begin and what their types are, up to index `end`. */
export function* rowStarts(
  source: Text,
  dialect: Dialect,
  options: CsvOptions,
  end: number,
): Generator<{ from: number; next: number; type: string }> {
  const { column } = options.lines!
  const names = positions.slice(0, column + 1)
  const row = emptyRow(source.start)
  while (row.next < end) {
    const from = row.next
    const cells: Record<string, string> = {}
    readRow(source, from, dialect, names, cells, row)
    yield { from, next: row.next, type: cells[column]?.trim() ?? '' }
  }
}

/** Index behind the skipped lines and the lines at the start that speak for the whole file. */
export function headOfTyped(
  source: Text,
  dialect: Dialect,
  options: CsvOptions,
  start: number,
): number {
  const { groups } = options.lines!
  let head = start > source.start ? start : 0
  for (const { from, next, type } of rowStarts(source, dialect, options, source.size)) {
    if (from < start) continue
    if (kindNamed(groups, type)?.role !== 'file') break
    head = next
  }
  return head
}
