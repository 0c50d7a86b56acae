/** What messages must add up to, without any hub: read and mapped one by one, identity and fold over everything. */
import { mapReceipt } from '#flow/hub.ts'
import type { HubEvent } from '#model/event.ts'
import type { Source } from '#model/source.ts'
import { truthOfEvents } from './histories/oracle.ts'

export type Sent = { readonly source: string; readonly bytes: Buffer; readonly at: number }

/** `events`: by id, the first copy of each. */
export type Expected = {
  readonly hash: string
  readonly events: ReadonlyMap<string, HubEvent>
  readonly records: number
  readonly quarantined: number
}

export async function expectedOf(
  messages: readonly Sent[],
  sources: readonly Source[],
): Promise<Expected> {
  const named = new Map(sources.map((source) => [source.name, source]))
  const events = new Map<string, HubEvent>()
  let [records, quarantined] = [0, 0]
  for (const { source, bytes, at } of messages) {
    for (const mapped of await mapReceipt(named.get(source)!, { source, bytes, receivedAt: at })) {
      records++
      if (mapped.kind === 'quarantined') quarantined++
      else for (const event of mapped.events) if (!events.has(event.id)) events.set(event.id, event)
    }
  }
  const { hash } = truthOfEvents([...events.values()], { voided: new Set(), approved: new Set() })
  return { hash, events, records, quarantined }
}

/** Ids of the events one message makes. */
export async function eventIdsOf(message: Sent, source: Source): Promise<string[]> {
  const mapped = await mapReceipt(source, {
    source: message.source,
    bytes: message.bytes,
    receivedAt: message.at,
  })
  return mapped.flatMap((record) =>
    record.kind === 'events' ? record.events.map((event) => event.id) : [],
  )
}
