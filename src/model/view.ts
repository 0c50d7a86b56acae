import type { FactValue, Place } from './event.ts'
import type { IdentifierType } from './identifier.ts'
import type { Classifier, Milestone } from './milestone.ts'

/** Status of an order or a part of it. First the TM Forum-like broad states, then what a person reads. */
export type Status =
  | 'unknown'
  | 'quoted'
  | 'ordered'
  | 'confirmed'
  | 'in-production'
  | 'in-fulfilment'
  | 'partially-shipped'
  | 'shipped'
  | 'in-transit'
  | 'customs'
  | 'out-for-delivery'
  | 'attempt-failed'
  | 'exception'
  | 'partially-delivered'
  | 'delivered'
  | 'on-hold'
  | 'rejected'
  | 'cancelled'
  | 'returning'
  | 'returned'
  | 'completed'

/** The event a shown value comes from; `GET /v1/orders/{id}/evidence?event=` opens it. */
export type EvidenceRef = { readonly event: string; readonly source: string; readonly at: string }

export type ValueView = {
  readonly value: FactValue
  readonly evidence: EvidenceRef
  /** Present when other sources say something else: what they say, and the rule that chose. */
  readonly dispute?: {
    readonly rule: string
    readonly others: readonly { readonly value: FactValue; readonly evidence: EvidenceRef }[]
  }
  /** What other companies of the deal say of their own part, where it differs. */
  readonly elsewhere?: readonly {
    readonly company: string
    readonly value: FactValue
    readonly evidence: EvidenceRef
  }[]
}

export type MilestoneView = {
  readonly milestone: Milestone
  readonly classifier: Classifier
  readonly at: string
  readonly part: string
  readonly substatus?: string
  readonly words?: string
  readonly evidence: EvidenceRef
}

export type PartView = {
  readonly key: string
  readonly kind: 'line' | 'shipment' | 'package'
  readonly label: string
  readonly company?: string
  readonly status: Status
  readonly substatus?: string
  readonly facts: Readonly<Record<string, ValueView>>
  readonly milestones: readonly MilestoneView[]
  readonly packages?: readonly PartView[]
}

export type OrderView = {
  /** Golden id, e.g. `G-7K2M4Q9TX3RB`. Any former id keeps resolving. */
  readonly id: string
  readonly asOf: string | null
  readonly version: number
  /** One honest sentence, made from evidence. */
  readonly sentence: string
  readonly status: Status
  readonly substatus?: string
  readonly statusEvidence?: EvidenceRef & { readonly words?: string }
  readonly companies: readonly string[]
  readonly regions: readonly string[]
  readonly updatedAt: string
  readonly facts: Readonly<Record<string, ValueView>>
  readonly identifiers: readonly {
    readonly ns: string
    readonly type: IdentifierType
    readonly value: string
    readonly label: string
    readonly suspended?: true
  }[]
  readonly links: readonly {
    readonly a: string
    readonly b: string
    readonly source: string
    readonly event: string
    readonly voided?: true
  }[]
  readonly promises: readonly {
    readonly kind: 'requested' | 'promised' | 'estimated' | 'actual'
    readonly at: string
    readonly part: string
    readonly evidence: EvidenceRef
  }[]
  readonly milestones: readonly MilestoneView[]
  readonly lines: readonly PartView[]
  readonly shipments: readonly PartView[]
  readonly holds: readonly {
    readonly kind: string
    readonly part: string
    readonly open: boolean
    readonly placedAt?: string
    readonly releasedAt?: string
    readonly evidence: EvidenceRef
  }[]
  readonly disputes: readonly {
    readonly field: string
    readonly part: string
    readonly chosen: FactValue
    readonly others: readonly FactValue[]
    readonly rule: string
  }[]
  readonly flags: readonly {
    readonly kind: 'invalid-transition' | 'unknown-word' | 'suspended-identifier'
    readonly text: string
    readonly part: string
    readonly evidence?: EvidenceRef
  }[]
}

/** One row of the timeline: an event as stored, with where it came from. */
export type TimelineRow = {
  readonly event: string
  readonly at: string
  readonly sourceText: string
  readonly certainty: string
  readonly recordedAt: string
  readonly source: string
  readonly company: string
  readonly region: string
  readonly milestone: Milestone
  readonly classifier: Classifier
  readonly part: string
  readonly words?: string
  readonly substatus?: string
  readonly reason?: string
  readonly place?: Place
  readonly facts?: Readonly<Record<string, FactValue>>
  readonly late?: true
  readonly ahead?: true
}

export type OrderRow = {
  readonly id: string
  readonly label: string
  readonly status: Status
  readonly companies: readonly string[]
  readonly regions: readonly string[]
  readonly updatedAt: string
}

export type SearchHit = {
  readonly id: string
  readonly ns: string
  readonly type: IdentifierType
  readonly value: string
  readonly label: string
  readonly status: Status
}
