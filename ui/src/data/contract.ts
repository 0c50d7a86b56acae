import type { IdentifierType } from '#model/identifier.ts'
import type { Classifier } from '#model/milestone.ts'
import type { OrderRow, SearchHit, Status, TimelineRow } from '#model/view.ts'

/** One keyset page. `next` is the cursor of the following page, null on the last. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null }

/** An order in the live list; milestone and source of the newest change when the API tells them. */
export type FeedRow = OrderRow & {
  readonly milestone?: string
  readonly classifier?: Classifier
  readonly source?: string
}

/** Orders by value of a facet, for the whole result and not only for the page. */
export type FacetCounts = Readonly<Record<string, number>>
export type OrderPage = Page<FeedRow> & {
  readonly facets?: { readonly status?: FacetCounts; readonly company?: FacetCounts }
}

/** `event: orders` of `GET /v1/live`. */
export type LiveChange = {
  readonly id: string
  readonly label: string
  readonly status: Status
  readonly companies: readonly string[]
  readonly regions: readonly string[]
  readonly at: string
  readonly milestone: string
  readonly classifier?: Exclude<Classifier, 'ACT'>
  readonly source: string
}

/** What joins two identifiers; `a` and `b` are `type:ns:value`. */
export type EventLink = {
  readonly a: string
  readonly b: string
  readonly source: string
  readonly event: string
  readonly voided?: true
}

/** What a shown value stands on: the event, the bytes it was read from, the mapping that read them, the links it made. */
export type EvidenceAnswer = {
  readonly event: TimelineRow & {
    /** Every identifier the event carries, as `type:ns:value`. */
    readonly identifiers?: readonly string[]
    readonly mapping: {
      readonly hash: string
      readonly version: number | string
      readonly file: string
    }
  }
  readonly record: {
    readonly receipt: string
    readonly source: string
    readonly receivedAt: string
    readonly name?: string
    /** Byte offsets of the record in its receipt, `to` exclusive. */
    readonly from: number
    readonly to: number
    readonly bytesBase64: string
    readonly text: string
    readonly context?: string
    readonly format: string
    /** A little of the receipt on both sides of the record, when the API gives it. */
    readonly before?: string
    readonly after?: string
    /** The record is longer than what is given here. */
    readonly truncated?: boolean
  }
  readonly links: readonly EventLink[]
}

export type GraphNode = {
  readonly id: string
  readonly ns: string
  readonly type: IdentifierType
  readonly value: string
  readonly label: string
  readonly suspended?: true
}
export type GraphAnswer = {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly EventLink[]
}

export type QuarantineItem = {
  readonly id: string
  readonly source: string
  readonly code: string
  readonly detail: string
  readonly path?: string
  readonly receivedAt: string
  readonly preview: string
  readonly mappingVersion: number | string
  readonly status: string
}

/** `GET /v1/sources`: a system that tells of orders, by name; the title is for people. */
export type SourceItem = {
  readonly name: string
  readonly title: string
  readonly company: string
  readonly region: string
}

export type LedgerRow = {
  readonly source: string
  readonly day: string
  readonly received: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
  readonly rejected: number
  readonly difference: number
}
export type LedgerAnswer = { readonly rows: readonly LedgerRow[]; readonly balanced: boolean }

/** Candidates of an identifier that more than one order carries (status 300). */
export type Candidates = { readonly candidates: readonly SearchHit[] }
