/** A long body of many records is taken as several receipts, so that no transaction grows without bound. */
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'
import type { Receipt, Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'

/** Cuts at record borders, where the format has any; later parts carry the head (a CSV header) as context. */
export function splitReceipt(source: Source, receipt: Receipt): Receipt[] {
  const { bytes } = receipt
  if (bytes.length > limits.receiptBytesMax) {
    throw new HubError({
      code: 'RECEIPT_TOO_LARGE',
      message: `${bytes.length} bytes in one go; at most ${limits.receiptBytesMax} are taken`,
      hint: 'Send it in parts, or drop it as a file.',
    })
  }
  const cut = source.format.cut
  if (cut === null || bytes.length <= 2 * limits.receiptBytesAim) return [receipt]
  const head = source.format.head?.(bytes, source.formatOptions) ?? 0
  const context = receipt.context ?? (head > 0 ? bytes.toString('latin1', 0, head) : undefined)
  const parts: Receipt[] = []
  let from = 0
  while (from < bytes.length) {
    const window = bytes.subarray(from, Math.min(bytes.length, from + limits.receiptBytesAim))
    const last = from + window.length === bytes.length
    let length = last ? window.length : cut(window, source.formatOptions)
    // A record longer than the window: take more until its end is seen.
    for (let size = window.length * 2; length === 0; size *= 2) {
      const wider = bytes.subarray(from, Math.min(bytes.length, from + size))
      length =
        from + wider.length === bytes.length ? wider.length : cut(wider, source.formatOptions)
    }
    const { position, ...rest } = receipt
    const part: Receipt = { ...rest, bytes: bytes.subarray(from, from + length) }
    parts.push(from > 0 && context !== undefined ? { ...part, context } : part)
    from += length
    // The source stands behind the whole only when the last part is in.
    const end = parts[parts.length - 1]!
    if (from >= bytes.length && position !== undefined)
      parts[parts.length - 1] = { ...end, position }
  }
  return parts
}

export function noTotals(): Totals {
  return { received: 0, accepted: 0, duplicate: 0, quarantined: 0, rejected: 0, events: 0 }
}

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    received: a.received + b.received,
    accepted: a.accepted + b.accepted,
    duplicate: a.duplicate + b.duplicate,
    quarantined: a.quarantined + b.quarantined,
    rejected: a.rejected + b.rejected,
    events: a.events + b.events,
  }
}
