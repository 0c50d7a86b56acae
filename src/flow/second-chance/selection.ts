/** Which quarantined records a person means, and their receipts one after the other. */
import type { Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type pg from 'pg'
import { withAccess, type Access } from '#store/client.ts'
import { unpackReceipt } from '#store/unpack.ts'
import { parseSafely } from '../parse.ts'

/** Open records that fit all of what is given; `ids` names them one by one. Nothing given means every open record. */
export type Selection = {
  readonly ids?: readonly number[]
  readonly cause?: string
  readonly source?: string
  readonly code?: string
}

/** Records of one run: a dry run or a replay. */
export const selectionMax = 100_000

export type Chosen = {
  readonly key: number
  readonly source: string
  readonly receiptKey: number
  readonly recordIndex: number
}

/** Where records are, and whose. */
export type Reach = { readonly pool: pg.Pool; readonly access: Access }

/** The open records that are meant and seen, in the order they came, so that a receipt's stand together; at most `selectionMax`. */
export async function choose(
  { pool, access }: Reach,
  { ids, cause, source, code }: Selection,
): Promise<Chosen[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<Chosen>({
      name: 'choose_quarantined',
      text: `select quarantine_key as key, source, receipt_key as "receiptKey", record_index as "recordIndex"
        from quarantine
        where state = 'open' and ($1::bigint[] is null or quarantine_key = any ($1)) and ($2::text is null or cause = $2)
          and ($3::text is null or source = $3) and ($4::text is null or code = $4)
        order by receipt_key, record_index limit $5`,
      values: [ids ?? null, cause ?? null, source ?? null, code ?? null, selectionMax],
    }),
  )
  return rows
}

export type ReceiptBytes = {
  readonly bytes: Buffer
  readonly context: string | null
  readonly name: string | null
  readonly receivedAt: number
}

/** A receipt as it was received, or null where it is not seen. */
export async function readReceipt(
  { pool, access }: Reach,
  receiptKey: number,
): Promise<ReceiptBytes | null> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<{
      bytes: Buffer
      packed: boolean
      context: string | null
      name: string | null
      received_at: Date
    }>({
      name: 'read_receipt_bytes',
      text: 'select bytes, packed, context, name, received_at from receipt where receipt_key = $1',
      values: [receiptKey],
    }),
  )
  const row = rows[0]
  if (row === undefined) return null
  const { context, name, received_at } = row
  return { bytes: unpackReceipt(row), context, name, receivedAt: received_at.getTime() }
}

/**
 * Parses receipts for records that come one after the other: the newest receipt is kept, because the records of a selection
 * mostly share one, and parsing it anew for each would take the square of its size.
 */
export type ParseOnce = (
  receiptKey: number,
  source: Source,
  bytes: Buffer,
  context: string | undefined,
) => Promise<readonly Found[]>

export function createParseOnce(): ParseOnce {
  let kept: { receiptKey: number; hash: string; found: Promise<readonly Found[]> } | null = null
  return (receiptKey, source, bytes, context) => {
    if (kept?.receiptKey === receiptKey && kept.hash === source.mappingHash) return kept.found
    const found = parseSafely(source.format, source.formatOptions, bytes, context)
    kept = { receiptKey, hash: source.mappingHash, found }
    return found
  }
}
