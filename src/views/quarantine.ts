/** Records that could not be taken, with the reason and the bytes. */
import { limits } from '#model/limits.ts'
import { withAccess, type Access } from '#store/client.ts'
import { unpackReceipt } from '#store/unpack.ts'
import type { ViewContext } from './context.ts'

export type QuarantineRow = {
  readonly id: string
  readonly source: string
  readonly code: string
  readonly detail: string
  readonly path: string
  readonly receivedAt: string
  readonly status: 'open' | 'replayed' | 'discarded' | 'edited'
  /** The fingerprint shared by all records that wait for the same reason. */
  readonly cause: string
  /** The receipt of the repaired copy, of a record that was edited. */
  readonly settledBy: number | null
  readonly mappingVersion: number
  /** The record's first characters. */
  readonly preview: string
}

export type QuarantineDetail = QuarantineRow & {
  readonly receipt: number
  readonly name: string | null
  readonly context: string | null
  readonly from: number
  readonly to: number
  readonly bytesBase64: string
  readonly text: string
  readonly truncated: boolean
}

export type QuarantineFilter = {
  readonly status?: string
  readonly source?: string
  readonly code?: string
  readonly cause?: string
  readonly cursor?: string
  readonly limit?: number
}

type Row = {
  quarantine_key: number
  source: string
  code: string
  detail: string
  path: string
  received_at: Date
  state: QuarantineRow['status']
  cause: string
  settled_by: number | null
  version: number
  receipt_key: number
  record_from: number
  record_to: number
  name: string | null
  context: string | null
  packed: boolean
  bytes: Buffer
}

const select = `select q.quarantine_key, q.source, q.code, q.detail, q.path, q.received_at, q.state, q.cause, q.settled_by, m.version, q.receipt_key,
    q.record_from, q.record_to, r.name, r.context, r.packed, r.bytes
  from quarantine q join receipt r on r.receipt_key = q.receipt_key join mapping m on m.mapping_key = q.mapping_key`

/** Newest first; `cursor` is the `next` of the page before. */
export async function listQuarantine(
  ctx: ViewContext,
  access: Access,
  filter: QuarantineFilter = {},
): Promise<{ items: QuarantineRow[]; next: string | null }> {
  const limit = Math.min(filter.limit ?? limits.pageRowsDefault, limits.pageRowsMax)
  const { rows } = await withAccess(ctx.pool, access, (client) =>
    client.query<Row>({
      name: 'list_quarantine',
      text: `${select}
        where ($1::text is null or q.state = $1) and ($2::text is null or q.source = $2) and ($3::text is null or q.code = $3)
          and ($4::bigint is null or q.quarantine_key < $4) and ($6::text is null or q.cause = $6)
        order by q.quarantine_key desc limit $5`,
      values: [
        filter.status ?? null,
        filter.source ?? null,
        filter.code ?? null,
        filter.cursor === undefined ? null : Number(filter.cursor),
        limit + 1,
        filter.cause ?? null,
      ],
    }),
  )
  const page = rows.slice(0, limit)
  return {
    items: page.map(rowOf),
    next: rows.length > limit ? String(page[page.length - 1]!.quarantine_key) : null,
  }
}

/** One quarantined record with its bytes, or null. */
export async function readQuarantined(
  ctx: ViewContext,
  access: Access,
  id: number,
): Promise<QuarantineDetail | null> {
  const { rows } = await withAccess(ctx.pool, access, (client) =>
    client.query<Row>({
      name: 'read_quarantined',
      text: `${select} where q.quarantine_key = $1`,
      values: [id],
    }),
  )
  const row = rows[0]
  if (row === undefined) return null
  const record = recordOf(row)
  const shown = record.subarray(0, limits.evidenceBytesMax)
  return {
    ...rowOf(row),
    receipt: row.receipt_key,
    name: row.name,
    context: row.context,
    from: row.record_from,
    to: row.record_to,
    bytesBase64: shown.toString('base64'),
    text: shown.toString('utf8'),
    truncated: shown.length < record.length,
  }
}

function recordOf(row: Row): Buffer {
  return unpackReceipt(row).subarray(row.record_from, row.record_to)
}

function rowOf(row: Row): QuarantineRow {
  return {
    id: String(row.quarantine_key),
    source: row.source,
    code: row.code,
    detail: row.detail,
    path: row.path,
    receivedAt: row.received_at.toISOString(),
    status: row.state,
    cause: row.cause,
    settledBy: row.settled_by,
    mappingVersion: row.version,
    preview: recordOf(row).subarray(0, 200).toString('utf8'),
  }
}
