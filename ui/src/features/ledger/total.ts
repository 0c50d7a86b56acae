import type { LedgerRow } from '#ui/data/contract.ts'

/** Sums of all lines; differences are summed by size, so that a loss and a surplus do not cancel each other. */
export function totalOf(rows: readonly LedgerRow[]): Omit<LedgerRow, 'source' | 'day'> {
  const total = {
    received: 0,
    accepted: 0,
    duplicate: 0,
    quarantined: 0,
    rejected: 0,
    difference: 0,
  }
  for (const row of rows) {
    total.received += row.received
    total.accepted += row.accepted
    total.duplicate += row.duplicate
    total.quarantined += row.quarantined
    total.rejected += row.rejected
    total.difference += Math.abs(row.difference)
  }
  return total
}
