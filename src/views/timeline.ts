/** The events of an order as rows people read, oldest first. */
import { limits } from '#model/limits.ts'
import type { TimelineRow } from '#model/view.ts'
import { withAccess, type Access } from '#store/client.ts'
import { readEvents, type EventRow } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'
import type { ViewContext } from './context.ts'

export type TimelinePage = { readonly items: TimelineRow[]; readonly next: string | null }

/** `cursor` is the `next` of the page before. */
export async function readTimeline(
  ctx: ViewContext,
  access: Access,
  orderKey: number,
  options: { asOf?: Date; cursor?: string; limit?: number } = {},
): Promise<TimelinePage> {
  const limit = Math.min(options.limit ?? limits.pageRowsMax, limits.pageRowsMax)
  const rows = await withAccess(ctx.pool, access, (client) =>
    readEvents(client, [orderKey], options.asOf),
  )
  const from =
    options.cursor === undefined ? 0 : rows.findIndex((row) => cursorOf(row) === options.cursor) + 1
  const page = rows.slice(from, from + limit)
  const more = from + limit < rows.length
  return {
    items: withLateness(rows).slice(from, from + limit),
    next: more ? cursorOf(page[page.length - 1]!) : null,
  }
}

function cursorOf(row: EventRow): string {
  return `${row.event_at.getTime()}-${row.event_id}`
}

/** An event is late when the hub learned of it after it knew a later event of the same order. */
function withLateness(rows: readonly EventRow[]): TimelineRow[] {
  let soonest = Number.POSITIVE_INFINITY
  const items: TimelineRow[] = []
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!
    const recorded = row.recorded_at.getTime()
    items.push(timelineRow(row, recorded > soonest))
    const event = eventOf(row)
    if (event.classifier === 'ACT') soonest = Math.min(soonest, recorded)
  }
  return items.toReversed()
}

export function timelineRow(row: EventRow, late = false): TimelineRow {
  const event = eventOf(row)
  const ahead =
    row.event_at.getTime() - row.recorded_at.getTime() > limits.eventAheadFlagMs &&
    event.classifier === 'ACT'
  return {
    event: row.event_id.slice(0, 16),
    at: row.event_at.toISOString(),
    sourceText: event.time.text,
    certainty: event.time.certainty,
    recordedAt: row.recorded_at.toISOString(),
    source: row.source,
    company: row.company,
    region: row.region,
    milestone: event.milestone,
    classifier: event.classifier,
    part: event.part.kind === 'order' ? '' : `${event.part.kind}:${event.part.key}`,
    ...(event.words === undefined ? {} : { words: event.words }),
    ...(event.substatus === undefined ? {} : { substatus: event.substatus }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.place === undefined ? {} : { place: event.place }),
    ...(event.facts === undefined ? {} : { facts: event.facts }),
    ...(late ? { late: true as const } : {}),
    ...(ahead ? { ahead: true as const } : {}),
  }
}
