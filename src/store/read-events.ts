/** Stored events, with what their rows and their mapping say. */
import type { ClientBase } from 'pg'

export type EventRow = {
  order_key: number
  /** 32 hex digits. */
  event_id: string
  event_at: Date
  recorded_at: Date
  scope_key: number
  mapping_key: number
  mapping_version: number
  source: string
  company: string
  region: string
  receipt_key: number
  record_index: number
  record_from: number
  record_to: number
  body: string
}

const columns = `e.order_key, replace(e.event_id::text, '-', '') as event_id, e.event_at, b.committed_at as recorded_at, e.scope_key,
  e.mapping_key, m.version as mapping_version, m.source, s.company, s.region, e.receipt_key, e.record_index,
  e.record_from, e.record_to, e.body`

/** All events of these orders that the access may see, recorded up to `until`, in the order of the fold's key. */
export async function readEvents(
  client: ClientBase,
  orderKeys: readonly number[],
  until?: Date,
): Promise<EventRow[]> {
  const { rows } = await client.query<EventRow>({
    name: 'read_events',
    text: `select ${columns}
           from event e join mapping m on m.mapping_key = e.mapping_key join scope s on s.scope_key = e.scope_key
             join batch b on b.tenant_key = e.tenant_key and b.batch_seq = e.batch_seq
           where e.order_key = any($1::int8[]) and ($2::timestamptz is null or b.committed_at <= $2)
           order by e.order_key, e.event_at, e.event_id`,
    values: [orderKeys, until ?? null],
  })
  return rows
}
