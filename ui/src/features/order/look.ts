import type { OrderView, TimelineRow } from '#model/view.ts'
import type { Tone } from '#ui/design/status.ts'

const critical = new Set(['exception', 'damaged', 'lost', 'rejected'])
const hazard = new Set([
  'customs-held',
  'delayed',
  'delivery-attempted',
  'backordered',
  'cancel-requested',
  'return-requested',
])
const done = new Set(['delivered', 'installed', 'closed'])

/** What an event means for the order: its colour, shape and word in the timeline. Ordinary progress is `closed`, drawn neutral. */
export function toneOfEvent(row: Pick<TimelineRow, 'milestone' | 'classifier'>): Tone {
  if (row.milestone === 'unknown') return 'unknown'
  if (critical.has(row.milestone)) return 'critical'
  if (hazard.has(row.milestone)) return 'hazard'
  return done.has(row.milestone) && row.classifier === 'ACT' ? 'done' : 'closed'
}

/** Events whose values are disputed: those of disputed facts on both sides, and actual events of a disputed milestone. */
export function disputedEvents(view: OrderView, rows: readonly TimelineRow[]): ReadonlySet<string> {
  const events = new Set<string>()
  const parts = [
    ...view.lines,
    ...view.shipments,
    ...view.shipments.flatMap(({ packages }) => packages ?? []),
  ]
  for (const facts of [view.facts, ...parts.map((part) => part.facts)]) {
    for (const value of Object.values(facts)) {
      if (value.dispute === undefined) continue
      events.add(value.evidence.event)
      for (const other of value.dispute.others) events.add(other.evidence.event)
    }
  }
  for (const dispute of view.disputes) {
    for (const row of rows) {
      if (row.milestone === dispute.field && row.part === dispute.part && row.classifier === 'ACT')
        events.add(row.event)
    }
  }
  return events
}
