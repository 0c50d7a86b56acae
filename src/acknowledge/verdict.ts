import type { Fault, Mapped } from '#model/record.ts'

/** Whether a document could be read, which is all that a functional acknowledgement says. */
export type Verdict = 'accepted' | 'rejected'

/** A transaction set or message as received. `fault`: why it could not be read; `position` and `segment` of it, where known. */
export type ReceivedSet = {
  /** ST01, or UNH 0065. */
  readonly code: string
  /** ST02, or UNH 0062. */
  readonly control: string
  /** The rest of UNH S009, `D:96A:UN`; empty in X12. */
  readonly directory: string
  readonly verdict: Verdict
  readonly fault: Fault | null
}

/** A functional group as received; EDIFACT without groups has one whose `code` is empty. */
export type ReceivedGroup = {
  /** GS01, GS06, GS08, and who sent it to whom (GS02, GS03). */
  readonly code: string
  readonly control: string
  readonly version: string
  readonly sender: string
  readonly receiver: string
  readonly sets: readonly ReceivedSet[]
}

/** A party of an interchange and the qualifier of its name. */
export type Party = { readonly id: string; readonly qualifier: string }

/** One interchange as received. `version`: ISA12, or the syntax as UNB has it (`UNOC:3`). */
export type ReceivedInterchange = {
  readonly format: 'x12' | 'edifact'
  readonly sender: Party
  readonly receiver: Party
  readonly control: string
  readonly version: string
  readonly test: boolean
  readonly groups: readonly ReceivedGroup[]
}

/**
 * Faults of reading. What the hub could read and did not understand (no rule, no identifier, a time that cannot be) was
 * received all the same: the sender's program need not repeat it.
 */
const unread: ReadonlySet<Fault['code']> = new Set([
  'syntax',
  'encoding',
  'truncated',
  'too-large',
  'too-deep',
  'too-many',
  'too-slow',
  'hostile',
  'envelope',
  'control-total',
  'unsupported',
  'empty',
])

/** What became of a record, in the words of an acknowledgement. */
export function verdictOf(mapped: Mapped): { verdict: Verdict; fault: Fault | null } {
  if (mapped.kind === 'events' || !unread.has(mapped.fault.code))
    return { verdict: 'accepted', fault: null }
  return { verdict: 'rejected', fault: mapped.fault }
}

/** The segment that a fault names as its place, with its number in the set; null when it names none. */
export function placeOf(fault: Fault): { segment: string; position: number } | null {
  const match = /segment (\d+)(?: \(([A-Z0-9]{2,3})\))?$/.exec(fault.path ?? '')
  return match === null ? null : { segment: match[2] ?? '', position: Number(match[1]) }
}
