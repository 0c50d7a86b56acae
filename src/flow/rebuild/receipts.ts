/** The raw receipts of a hub in the order they came, mapped again. */
import type pg from 'pg'
import type { HubEvent } from '#model/event.ts'
import type { Receipt } from '#model/record.ts'
import { withAccess } from '#store/client.ts'
import { unpackReceipt } from '#store/unpack.ts'
import { mapReceipt, type Flow } from '../hub.ts'

/** One event as today's mapping makes it, with the place of its record. */
export type Rebuildable = {
  readonly event: HubEvent
  readonly scope: number
  readonly mapping: number
  readonly receipt: number
  readonly index: number
  readonly from: number
  readonly to: number
  readonly batch: number
}

type Row = {
  receipt_key: number
  batch_seq: number
  received_at: Date
  source: string
  name: string | null
  context: string | null
  outcomes: string
  packed: boolean
  bytes: Buffer
}

const pageRows = 64

/**
 * Yields the events of every record that was accepted or known; a quarantined record stays out until it is replayed.
 */
export async function* readRebuildable(
  flow: Flow,
  log: (message: string) => void,
): AsyncGenerator<Rebuildable[], void, undefined> {
  let receipts = 0
  let next = readPage(flow, 0)
  for (;;) {
    const rows = await next
    if (rows.length === 0) return
    // The next page is read while this one is mapped.
    next = readPage(flow, rows[rows.length - 1]!.receipt_key)
    for (const row of rows) yield await eventsOf(flow, row)
    receipts += rows.length
    if (receipts % (pageRows * 32) === 0) log(`read ${receipts} receipts`)
  }
}

async function eventsOf(flow: Flow, row: Row): Promise<Rebuildable[]> {
  const running = flow.sources.get(row.source)
  if (running === undefined) return []
  const receipt: Receipt = {
    source: row.source,
    bytes: unpackReceipt(row),
    receivedAt: row.received_at.getTime(),
    ...(row.context === null ? {} : { context: row.context }),
    ...(row.name === null ? {} : { name: row.name }),
  }
  const events: Rebuildable[] = []
  const mapped = await mapReceipt(running.source, receipt)
  mapped.forEach((record, index) => {
    const letter = row.outcomes[index]
    if (record.kind !== 'events' || (letter !== 'A' && letter !== 'D')) return
    for (const event of record.events) {
      events.push({
        event,
        scope: running.scopeKey,
        mapping: running.mappingKey,
        receipt: row.receipt_key,
        index,
        from: record.from,
        to: record.to,
        batch: row.batch_seq,
      })
    }
  })
  return events
}

async function readPage(flow: Flow, after: number): Promise<Row[]> {
  const { rows } = await withAccess(flow.pool, flow.access, (client: pg.PoolClient) =>
    client.query<Row>({
      name: 'rebuild_receipts',
      text: `select r.receipt_key, r.batch_seq, r.received_at, m.source, r.name, r.context, r.outcomes, r.packed, r.bytes
             from receipt r join mapping m on m.mapping_key = r.mapping_key
             where r.receipt_key > $1 order by r.receipt_key limit $2`,
      values: [after, pageRows],
    }),
  )
  return rows
}
