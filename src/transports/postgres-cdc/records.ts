/** Change records in the shape of Debezium's, one JSON object each. */
import type { Pgoutput } from 'pg-logical-replication'
import { lsnNumber } from './lsn.ts'

export type Origin = { readonly name: string; readonly database: string }
/** The transaction that a change belongs to. */
export type Transaction = { readonly id: number; readonly atMs: number }
type Row = Readonly<Record<string, unknown>> | null

/** Null for messages that change no row. */
export function changeRecord(
  message: Pgoutput.Message,
  origin: Origin,
  { id, atMs }: Transaction,
  lsn: string,
): string | null {
  const record = (
    op: string,
    relation: { schema: string; name: string },
    before: Row,
    after: Row,
  ) =>
    JSON.stringify({
      op,
      before,
      after,
      source: sourceOf(origin, relation, { lsn: lsnNumber(lsn), txId: id, ts_ms: atMs }),
      ts_ms: atMs,
    })
  switch (message.tag) {
    case 'insert':
      return record('c', message.relation, null, message.new)
    case 'update':
      return record('u', message.relation, message.old ?? message.key, message.new)
    case 'delete':
      return record('d', message.relation, message.old ?? message.key, null)
    case 'truncate':
      return message.relations.map((relation) => record('t', relation, null, null)).join('\n')
    default:
      return null
  }
}

/** A row that stood in a table when it was read. */
export function snapshotRecord(
  origin: Origin,
  table: { schema: string; name: string },
  row: Row,
  lsn: string,
  atMs: number,
): string {
  const more = { lsn: lsnNumber(lsn), ts_ms: atMs, snapshot: 'true' }
  const source = sourceOf(origin, table, more)
  return JSON.stringify({ op: 'r', before: null, after: row, source, ts_ms: atMs })
}

function sourceOf(
  { name, database }: Origin,
  { schema, name: table }: { schema: string; name: string },
  more: Readonly<Record<string, unknown>>,
) {
  return { connector: 'postgresql', name, db: database, schema, table, ...more }
}
