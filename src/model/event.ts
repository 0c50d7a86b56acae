import type { Identifier } from './identifier.ts'
import type { Classifier, Milestone } from './milestone.ts'
import type { Instant, SourceTime } from './time.ts'

/** What an event is about. `key` is unique inside the order: a line's number, a shipment's or package's identifier. */
export type Part =
  | { readonly kind: 'order' }
  | { readonly kind: 'line'; readonly key: string }
  | { readonly kind: 'shipment'; readonly key: string }
  | { readonly kind: 'package'; readonly key: string }

export type Place = {
  readonly name?: string
  readonly city?: string
  readonly region?: string
  readonly country?: string
  readonly code?: string
}

export type FactValue = string | number | boolean

/** A deliberate stop with a release condition, e.g. credit, customs, quality, address. */
export type Hold = { readonly kind: string; readonly action: 'placed' | 'released' }

/**
 * What a record says happened, in canonical words.
 * `id`: 32 hex digits, a hash of source and content without free text; the same fact told twice has one id.
 * `identifiers[0]` is the anchor: the order the event belongs to is the anchor's.
 * `facts`: canonical field names (see `facts.ts`) to values; dates are ISO 8601 texts.
 * `words`: what the source said, verbatim.
 */
export type HubEvent = {
  readonly id: string
  readonly source: string
  readonly company: string
  readonly region: string
  readonly milestone: Milestone
  readonly classifier: Classifier
  readonly time: SourceTime
  /** When the source made this statement, for planned, requested and estimated dates; an actual event is told when it happens. */
  readonly told?: Instant
  /** The source's own sequence (a version, an LSN); 0 where it has none. */
  readonly sequence: number
  readonly identifiers: readonly Identifier[]
  readonly part: Part
  readonly substatus?: string
  readonly words?: string
  readonly reason?: string
  readonly place?: Place
  readonly hold?: Hold
  readonly facts?: Readonly<Record<string, FactValue>>
  /** Facts of order lines told by the same record: line number to facts. */
  readonly lines?: Readonly<Record<string, Readonly<Record<string, FactValue>>>>
}
