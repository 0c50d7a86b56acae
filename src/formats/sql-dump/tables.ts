import {
  quotedEnd,
  skipBlank,
  takeDotted,
  takeName,
  takeSign,
  takeWord,
  wordAt,
  type Scan,
} from './scan.ts'

/** Where the rows of a statement go. `columns` is null when neither it nor a CREATE TABLE before it says. */
export type Target = {
  readonly database: string | null
  readonly schema: string | null
  readonly table: string
  readonly columns: readonly string[] | null
}

/** Columns of the tables created so far, by their name as written, in small letters. */
export type Tables = Map<string, readonly string[]>

const tablesMax = 20_000
const columnsMax = 5_000

/** The table that names lead to, with the columns in brackets behind it or those it was created with. */
export function targetOf(
  names: readonly string[],
  given: readonly string[] | null,
  tables: Tables,
): Target | null {
  const table = names.at(-1)
  if (table === undefined) return null
  const columns = given ?? tables.get(keyOf(names)) ?? tables.get(table.toLowerCase()) ?? null
  return { database: names.at(-3) ?? null, schema: names.at(-2) ?? null, table, columns }
}

function keyOf(names: readonly string[]): string {
  return names.join('.').toLowerCase()
}

/** Names in brackets, with commas between; null when it is no list of names. */
export function takeNames(scan: Scan): string[] | null {
  if (!takeSign(scan, 40)) return null
  const names: string[] = []
  for (;;) {
    const name = takeName(scan)
    if (name === null || names.length >= columnsMax) return null
    names.push(name)
    if (takeSign(scan, 41)) return names
    if (!takeSign(scan, 44)) return null
  }
}

const constraints = new Set([
  'PRIMARY',
  'UNIQUE',
  'KEY',
  'INDEX',
  'CONSTRAINT',
  'FOREIGN',
  'CHECK',
  'FULLTEXT',
  'SPATIAL',
  'EXCLUDE',
  'LIKE',
  'PERIOD',
])

/** Behind CREATE [TEMPORARY] TABLE: remembers the columns, and gives the table; null for what is no plain table. */
export function createdTable(scan: Scan, tables: Tables): Target | null {
  if (takeWord(scan, 'IF')) {
    takeWord(scan, 'NOT')
    takeWord(scan, 'EXISTS')
  }
  const names = takeDotted(scan)
  if (names.length === 0 || !takeSign(scan, 40)) return null
  const columns: string[] = []
  do {
    skipBlank(scan)
    const constraint = constraints.has(wordAt(scan))
    const name = takeName(scan)
    if (name === null || columns.length >= columnsMax) return null
    if (!constraint) columns.push(name)
  } while (toComma(scan))
  if (tables.size < tablesMax) {
    tables.set(keyOf(names), columns)
    tables.set(names.at(-1)!.toLowerCase(), columns)
  }
  return targetOf(names, columns, tables)
}

/** Moves behind the next comma of the list (true) or behind its bracket (false). */
function toComma(scan: Scan): boolean {
  const { bytes } = scan
  for (let depth = 0; scan.at < bytes.length;) {
    const code = bytes[scan.at]!
    if (code === 39 || code === 34 || code === 96) {
      const end = quotedEnd(bytes, scan.at, code === 39)
      scan.at = end < 0 ? bytes.length : end
      continue
    }
    scan.at++
    if (code === 40) depth++
    else if (code === 41 && --depth < 0) return false
    else if (code === 44 && depth === 0) return true
    else if (code === 59) return false
  }
  return false
}
