/** The way back from a shown value: event, the record's bytes as received, the mapping that read them, the links it made. */
import { admit } from '#identity/partition.ts'
import { limits } from '#model/limits.ts'
import type { TimelineRow } from '#model/view.ts'
import { withAccess, type Access } from '#store/client.ts'
import { readEvents } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'
import { unpackReceipt } from '#store/unpack.ts'
import type { ViewContext } from './context.ts'
import { timelineRow } from './timeline.ts'

export type Evidence = {
  readonly event: TimelineRow & {
    readonly identifiers: readonly string[]
    readonly mapping: {
      readonly hash: string
      readonly version: number
      readonly createdAt: string
      readonly files: Readonly<Record<string, string>>
    }
  }
  readonly record: {
    readonly receipt: number
    readonly index: number
    readonly source: string
    readonly format: string
    readonly receivedAt: string
    readonly name: string | null
    readonly context: string | null
    /** Byte offsets of the record in the receipt, and its bytes. */
    readonly from: number
    readonly to: number
    readonly receiptBytes: number
    readonly sha256: string
    readonly bytesBase64: string
    readonly text: string
    readonly truncated: boolean
  }
  readonly links: readonly { readonly a: string; readonly b: string }[]
}

type Row = {
  received_at: Date
  name: string | null
  context: string | null
  bytes_length: number
  sha256: Buffer
  packed: boolean
  bytes: Buffer
  hash: string
  version: number
  created_at: Date
  definition: string
}

/** The evidence of the event whose id starts with `eventPrefix` (16 hex digits or more), or null. */
export async function readEvidence(
  ctx: ViewContext,
  access: Access,
  orderKey: number,
  eventPrefix: string,
): Promise<Evidence | null> {
  return withAccess(ctx.pool, access, async (client) => {
    const row = (await readEvents(client, [orderKey])).find((entry) =>
      entry.event_id.startsWith(eventPrefix.toLowerCase()),
    )
    if (row === undefined) return null
    const { rows } = await client.query<Row>({
      name: 'evidence',
      text: `select r.received_at, r.name, r.context, r.bytes_length, r.sha256, r.packed, r.bytes, m.hash, m.version, m.created_at, m.definition
             from receipt r cross join mapping m where r.receipt_key = $1 and m.mapping_key = $2`,
      values: [row.receipt_key, row.mapping_key],
    })
    const found = rows[0]
    if (found === undefined) return null
    const event = eventOf(row)
    const { ids, links } = admit(event, new Set(), () => false)
    const record = unpackReceipt(found).subarray(row.record_from, row.record_to)
    const shown = record.subarray(0, limits.evidenceBytesMax)
    return {
      event: {
        ...timelineRow(row),
        identifiers: ids,
        mapping: {
          hash: found.hash,
          version: found.version,
          createdAt: found.created_at.toISOString(),
          files: JSON.parse(found.definition) as Record<string, string>,
        },
      },
      record: {
        receipt: row.receipt_key,
        index: row.record_index,
        source: row.source,
        format: ctx.formatOf(row.source),
        receivedAt: found.received_at.toISOString(),
        name: found.name,
        context: found.context,
        from: row.record_from,
        to: row.record_to,
        receiptBytes: found.bytes_length,
        sha256: found.sha256.toString('hex'),
        bytesBase64: shown.toString('base64'),
        text: shown.toString('utf8'),
        truncated: shown.length < record.length,
      },
      links,
    }
  })
}
