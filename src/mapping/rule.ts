import type { Part } from '#model/event.ts'
import type { FaultCode } from '#model/record.ts'
import type { IdentifierType } from '#model/identifier.ts'
import type { Classifier, Milestone } from '#model/milestone.ts'
import type { MappingExpression } from './frame.ts'
import type { TimeRule } from './time.ts'

/** An identifier of an event: `ns` is fixed or an expression. */
export type IdentifierRule = {
  readonly type: IdentifierType
  readonly ns: string | MappingExpression
  readonly value: MappingExpression
  readonly what: string
}

/** A named value: a fact or a part of a place. */
export type NamedRule = {
  readonly name: string
  readonly value: MappingExpression
  readonly what: string
}

export type LinesRule = {
  readonly each: MappingExpression
  readonly key: MappingExpression
  /** Sorted by name, which is the order of the canonical writing. */
  readonly facts: readonly NamedRule[]
}

/**
 * One entry of `events`, ready to run. `when` and `each` are null when absent; `whenOfElement` says that `when` looks at the
 * element. Either `milestone` or `term` is not null.
 */
export type EventRule = {
  readonly name: string
  readonly path: string
  readonly line: number
  readonly when: MappingExpression | null
  readonly whenOfElement: boolean
  readonly each: MappingExpression | null
  readonly milestone: Milestone | null
  readonly term: MappingExpression | null
  readonly classifier: Classifier
  readonly time: TimeRule
  /** When the source said so, for events that are not actual; null when the source never tells. */
  readonly told: TimeRule | null
  readonly partKind: Part['kind']
  readonly partKey: MappingExpression | null
  readonly identifiers: readonly IdentifierRule[]
  readonly sequence: MappingExpression | null
  readonly substatus: MappingExpression | null
  readonly words: MappingExpression | null
  readonly reason: MappingExpression | null
  readonly holdKind: MappingExpression | null
  readonly holdAction: 'placed' | 'released'
  readonly place: readonly NamedRule[]
  readonly facts: readonly NamedRule[]
  readonly lines: LinesRule | null
}

/**
 * Records by which a source reports an error, or that break a rule of their own standard (`code` says which); `because`
 * gives the sentence for people.
 */
export type RefuseRule = {
  readonly code: FaultCode
  readonly when: MappingExpression
  readonly because: MappingExpression
  readonly path: string
  readonly line: number
}

export type IgnoreRule = {
  readonly when: MappingExpression
  readonly because: string
  readonly path: string
}

/** A sign that a record is of this kind of system; `weight` 0 to 1 is how sure it makes. */
export type RecogniseRule = { readonly when: MappingExpression; readonly weight: number }
