import type { Milestone } from '#model/milestone.ts'
import type { AssignedField } from './assign.ts'
import type { TimePlan } from './plan-time.ts'

/** An expression for a key of the definition, with how sure it is and why. `check`: what a person should look at. */
export type Line = {
  readonly key: string
  readonly code: string
  readonly confidence: number
  readonly because: string
  readonly path: string
}

export type IdentifierLine = Line & { readonly ns: string | null }

export type EventPlan = {
  readonly name: string
  readonly base: string
  readonly each: string | null
  readonly when: string | null
  readonly term: Line | null
  readonly milestone: Milestone | null
  readonly classifier: string
  readonly time: TimePlan
  readonly part: { readonly kind: 'shipment'; readonly key: string } | null
  readonly also: readonly IdentifierLine[]
  readonly place: readonly Line[]
  readonly texts: readonly Line[]
  readonly facts: readonly Line[]
  readonly lines: LinesPlan | null
}

export type LinesPlan = {
  readonly each: string
  readonly key: Line
  readonly facts: readonly Line[]
}

/** What the draft will say; `blocked`: why none can be made. */
export type Plan = {
  readonly identifiers: readonly IdentifierLine[]
  readonly events: readonly EventPlan[]
  /** Paths of the fields whose words are statuses. */
  readonly statuses: readonly string[]
  readonly blocked: readonly string[]
}

/** A field's place in the definition, with what is known of the field. */
export function lineOf(
  key: string,
  code: string,
  { confidence, because, field }: AssignedField,
): Line {
  return { key, code, confidence, because, path: field.path }
}
