import type { HubEvent } from '#model/event.ts'
import type { EventRow } from './read-events.ts'
import { decodeBody } from '#model/event-body.ts'

/** A stored row as the event it holds. */
export function eventOf(row: EventRow): HubEvent {
  return decodeBody(row.body, {
    id: row.event_id,
    source: row.source,
    company: row.company,
    region: row.region,
  })
}
