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

const inFlightMax = 200

/** Resolves with what became of all records, once all are committed. */
export async function feed(flow: Flow, messages: Iterable<Fed>): Promise<Totals> {
  let totals = noTotals()
  const pending: Promise<Totals>[] = []
  const settle = async (): Promise<void> => {
    for (const one of await Promise.all(pending.splice(0))) totals = addTotals(totals, one)
  }
  for (const { source, bytes, at, name } of messages) {
    const about = {
      ...(at === undefined ? {} : { receivedAt: at }),
      ...(name === undefined ? {} : { name }),
    }
    pending.push(flow.ingest(source, bytes, about))
    if (pending.length >= inFlightMax) await settle()
  }
  await settle()
  return totals
}
