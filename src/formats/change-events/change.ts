import type { Fault } from '#model/record.ts'

export type Row = Readonly<Record<string, unknown>>

/** Who wrote the change: the program whose envelope it is, or a dump of SQL. */
export type Dialect =
  | 'debezium'
  | 'flattened'
  | 'canal'
  | 'maxwell'
  | 'goldengate'
  | 'dms'
  | 'dts'
  | 'qlik'
  | 'wal2json'
  | 'sql'

/**
 * `row`: a row was made, changed, deleted or read. The others have no row and tell nothing about one: `schema` a change of
 * the table itself, `transaction` its begin or end, `heartbeat`, `message` a free text of the log, `truncate` all rows
 * gone, `key` a key that came alone, `tombstone` the end of a key.
 */
export type ChangeKind =
  | 'row'
  | 'schema'
  | 'transaction'
  | 'heartbeat'
  | 'message'
  | 'truncate'
  | 'key'
  | 'tombstone'

/**
 * A change event of whatever system: the row is what it is now, or was before it was deleted.
 * `op`: c, u, d, r (read by a snapshot), t (truncate), m (message), null where there is none.
 * `at`: when the database changed: milliseconds, or the text of the source; null when nobody says.
 * `tsMs`: the envelope's own time in milliseconds. `sequence`: the place in the source's log as a whole number.
 */
export type Change = {
  readonly kind: ChangeKind
  readonly dialect: Dialect
  readonly op: 'c' | 'u' | 'd' | 'r' | 't' | 'm' | null
  readonly before: unknown
  readonly after: unknown
  readonly row: unknown
  readonly source: unknown
  readonly database: unknown
  readonly schema: unknown
  readonly table: unknown
  readonly at: unknown
  readonly tsMs: unknown
  readonly sequence: number | null
  readonly key?: unknown
  readonly ddl?: string
  readonly message?: unknown
  readonly tombstone?: true
}

export type Parts = Partial<Change> & Pick<Change, 'dialect'>

/** A change of a row, with what is not given left null. */
export function changeOf(parts: Parts): Change {
  const after = parts.after ?? null
  const before = parts.before ?? null
  return {
    kind: 'row',
    op: null,
    source: null,
    database: null,
    schema: null,
    table: null,
    at: null,
    tsMs: null,
    sequence: null,
    ...parts,
    before,
    after,
    row: parts.row ?? after ?? before,
  }
}

/** A record of a change stream that is about no row. */
export function without(kind: Exclude<ChangeKind, 'row'>, parts: Parts): Change {
  const bare = changeOf({ ...parts, kind })
  return kind === 'tombstone' ? { ...bare, tombstone: true } : bare
}

/** What stands in a message that is none of a dialect's. */
export function unsupported(detail: string, path?: string): Fault {
  return path === undefined
    ? { code: 'unsupported', detail }
    : { code: 'unsupported', detail, path }
}

export function isFault(value: Change | readonly Change[] | Fault): value is Fault {
  return 'code' in value
}

export function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number out of a number or its digits; null when there is none, or it has more digits than a number keeps. */
export function wholeNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,24}$/.test(value)
      ? Number(value)
      : typeof value === 'number'
        ? value
        : Number.NaN
  return Number.isSafeInteger(number) && number >= 0 ? number : null
}

/** MySQL's place in its log, `mysql-bin.000003` and 1068, as one number that grows. */
export function logPosition(file: unknown, position: unknown): number | null {
  const offset = wholeNumber(position)
  if (offset === null) return null
  const number = typeof file === 'string' ? /\.(\d{1,9})$/.exec(file)?.[1] : undefined
  const place = number === undefined ? offset : Number(number) * 2 ** 32 + offset
  return Number.isSafeInteger(place) ? place : offset
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The schema and the table of `SCHEMA.TABLE`. */
export function splitName(name: unknown): { schema: string | null; table: string | null } {
  if (typeof name !== 'string' || name === '') return { schema: null, table: null }
  const dot = name.lastIndexOf('.')
  return dot < 0
    ? { schema: null, table: name }
    : { schema: name.slice(0, dot), table: name.slice(dot + 1) }
}

/** A row as it was: what is now, with the changed columns as they were before. */
export function restored(now: unknown, old: unknown): unknown {
  return isRow(now) && isRow(old) ? { ...now, ...old } : null
}
