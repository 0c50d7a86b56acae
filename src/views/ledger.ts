import { withAccess, type Access } from '#store/client.ts'
import type { ViewContext } from './context.ts'

export type LedgerRow = {
  readonly source: string
  readonly day: string
  readonly received: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
  readonly rejected: number
  /** received - (accepted + duplicate + quarantined + rejected); 0 unless something was lost. */
  readonly difference: number
}

/** What became of every record, per source and day of receipt (UTC), newest day first. */
export async function readLedger(
  ctx: ViewContext,
  access: Access,
): Promise<{ rows: LedgerRow[]; balanced: boolean }> {
  const { rows } = await withAccess(ctx.pool, access, (client) =>
    client.query<LedgerRow>(
      `select source, day::text, received, accepted, duplicate, quarantined, rejected,
         received - accepted - duplicate - quarantined - rejected as difference
       from ledger order by day desc, source`,
    ),
  )
  return { rows, balanced: rows.every((row) => row.difference === 0) }
}
