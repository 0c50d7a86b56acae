/** Feeds messages to a flow as fast as it takes them, a bounded number at a time. */
import type { Flow } from '#flow/hub.ts'
import { addTotals, noTotals } from '#flow/split.ts'
import type { Totals } from '#model/record.ts'

export type Fed = {
  readonly source: string
  readonly bytes: Buffer
  readonly at?: number
  readonly name?: string
}

/** Enough for the batches in flight and the next ones to be full, whether receipts are small or large. */
const inFlightMax = 400

/** Resolves with what became of all records, once all are committed. */
export async function feed(flow: Flow, messages: Iterable<Fed>): Promise<Totals> {
  let totals = noTotals()
  const pending = new Set<Promise<void>>()
  for (const { source, bytes, at, name } of messages) {
    const about = {
      ...(at === undefined ? {} : { receivedAt: at }),
      ...(name === undefined ? {} : { name }),
    }
    const done = flow.ingest(source, bytes, about).then((told) => {
      totals = addTotals(totals, told)
      pending.delete(done)
    })
    pending.add(done)
    while (pending.size >= inFlightMax) await Promise.race(pending)
  }
  await Promise.all(pending)
  return totals
}
