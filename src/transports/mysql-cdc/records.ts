/** Change records in the shape of Debezium's, one JSON object each. */
import type { Place } from './place.ts'

export type Origin = {
  readonly name: string
  readonly database: string
  readonly connector: 'mysql' | 'mariadb'
}
export type Row = Readonly<Record<string, unknown>>
export type RowChange = {
  readonly op: 'c' | 'u' | 'd' | 'r'
  readonly before: Row | null
  readonly after: Row | null
}

/** `place` is where the transaction before ended: with `row` it names the change. */
export function changeRecord(
  { name, database, connector }: Origin,
  table: string,
  { op, before, after }: RowChange,
  { file, offset, gtid }: Place,
  atMs: number,
): string {
  const snapshot = op === 'r' ? { snapshot: 'true' } : {}
  const source = {
    connector,
    name,
    db: database,
    table,
    file,
    pos: offset,
    gtid,
    ts_ms: atMs,
    ...snapshot,
  }
  return JSON.stringify({ op, before, after, source, ts_ms: atMs })
}

/** Values that JSON has no form for: bytes as Base64, whole numbers beyond 2^53 as text. */
export function plainRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value === 'bigint') return value.toString()
  if (value === undefined) return null
  return value
}
