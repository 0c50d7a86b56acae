/**
 * The state of an order: what its events add up to, in a form that joins.
 *
 * Every register keeps the greatest (or least) entry by a total order over what the event itself says, never by when it
 * was received. Joining is therefore commutative, associative and idempotent: any arrival order, any repetition and any
 * later merge of two orders give the same state, and its JSON text is canonical (all lists are kept sorted).
 * Source of the idea: join-semilattice replicated data types, Shapiro et al. 2011.
 */
import type { FactValue } from '#model/event.ts'
import type { Classifier } from '#model/milestone.ts'
import type { Instant } from '#model/time.ts'
import type { IdentifierText } from '#model/identifier.ts'

/**
 * One telling of a milestone: [event time, event (first 16 hex digits), substatus?, told?, sequence?]; what is empty,
 * equal to the event time or 0 at the end is left out, because states are read and written all the time.
 * Only what takes part in the event's id may stand here: free text differs between copies of one event.
 */
export type Occurrence = [
  at: Instant,
  event: string,
  substatus?: string,
  told?: Instant,
  sequence?: number,
]

/** A source, as its place in the state's list of sources. That list is sorted by name, and so are places. */
export type SourceIndex = number

/** A milestone as one source tells it; actual ones keep first and last, the others the newest tellings (a promise ledger).
 * A status no term knows has the name `unknown:<its words>`. */
export type MilestoneEntry = [
  milestone: string,
  classifier: Classifier,
  source: SourceIndex,
  occurrences: Occurrence[],
]

/**
 * What one telling still stands for: the facts of a part that its source has not told anew since, as name, value, name,
 * value ..., sorted by name. Tellings are sorted by source, then by when they were told, sequence and event.
 */
export type FactTelling = [
  source: SourceIndex,
  told: Instant,
  sequence: number,
  event: string,
  ...facts: (string | FactValue)[],
]

/** Where the names and values of a telling begin. */
export const factsFrom = 4

/** A hold as one source tells it: newest placement and newest release, [at, event] or null. */
export type HoldEntry = [
  kind: string,
  source: SourceIndex,
  placed: [Instant, string] | null,
  released: [Instant, string] | null,
]

/** A part of the order; `key` is '' for the order itself, else `line:10`, `shipment:tracking:fedex:7946`, `package:...`. */
export type PartState = [
  key: string,
  milestones: MilestoneEntry[],
  facts: FactTelling[],
  holds: HoldEntry[],
]

/** [index of a, index of b, source, at, event]: the earliest claim of that source that a and b are one order. */
export type LinkEntry = [a: number, b: number, source: SourceIndex, at: Instant, event: string]

/** When a source was last heard about this order, and for which company and region; 0 where it never says when. */
export type HeardEntry = [source: SourceIndex, company: string, region: string, at: Instant]

export type OrderState = {
  sources: string[]
  ids: IdentifierText[]
  links: LinkEntry[]
  heard: HeardEntry[]
  parts: PartState[]
}

export function occurrence(
  at: Instant,
  event: string,
  substatus: string,
  told: Instant,
  sequence: number,
): Occurrence {
  if (sequence !== 0) return [at, event, substatus, told, sequence]
  if (told !== at) return [at, event, substatus, told]
  return substatus === '' ? [at, event] : [at, event, substatus]
}

export function emptyState(): OrderState {
  return { sources: [], ids: [], links: [], heard: [], parts: [] }
}
