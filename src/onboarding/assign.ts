import type { Role } from './roles.ts'
import type { Candidate, ScoredField } from './score-fields.ts'

/** A field with the role it got; `role` null when nothing is likely enough. */
export type AssignedField = ScoredField & {
  readonly role: Role | null
  readonly confidence: number
  readonly because: string
}

/** Below it a role is not proposed. */
export const proposedFrom = 0.45
/** Below it a person should look. */
export const surelyFrom = 0.7

/**
 * Gives every field its role: the surest first, and each role that can have one field only once. What loses its role takes
 * its next one.
 */
export function assign(fields: readonly ScoredField[]): AssignedField[] {
  const offers = fields
    .flatMap((one, index) => one.candidates.map((candidate) => ({ one, index, candidate })))
    .filter(({ candidate }) => candidate.confidence >= proposedFrom)
    .map((offer) => ({ ...offer, weight: weightOf(offer.one, offer.candidate) }))
    .toSorted((a, b) => b.weight - a.weight || a.index - b.index)
  const given = new Map<number, Candidate>()
  const taken = new Map<string, number[]>()
  for (const { one, index, candidate } of offers) {
    if (given.has(index)) continue
    const { role } = candidate
    const place = placeOf(role, one.field.list)
    const holders = place === null ? [] : (taken.get(place) ?? [])
    // Numbers that no record has together are one number in different places.
    const apart =
      role.startsWith('id:') && holders.every((holder) => areApart(fields[holder]!, one))
    if (holders.length > 0 && !apart) continue
    // What lost its role takes another only when that was nearly as likely.
    if (candidate.confidence < one.candidates[0]!.confidence * secondChance) continue
    if (place !== null) taken.set(place, [...holders, index])
    given.set(index, candidate)
  }
  const assigned = fields.map((one, index) => {
    const candidate = given.get(index)
    const { role, confidence, because } = candidate ?? none
    return { ...one, role, confidence, because }
  })
  return withTexts(assigned)
}

const secondChance = 0.6

function areApart(a: ScoredField, b: ScoredField): boolean {
  return [...a.field.within].every((record) => !b.field.within.has(record))
}

/** Where no code tells what happened in a list, the text beside its time does. */
function withTexts(fields: readonly AssignedField[]): AssignedField[] {
  const has = (role: Role, list: string): boolean =>
    fields.some((one) => one.role === role && one.field.list === list)
  return fields.map((one) => {
    const { list } = one.field
    if (one.role !== 'words' || has('term', list) || !has('time', list)) return one
    return { ...one, role: 'term', because: `${one.because}; no code stands beside it` }
  })
}

const none = { role: null, confidence: 0, because: '' }

/** Fields that most records have, and that stand outside of lists, come first. */
function weightOf({ field, profile }: ScoredField, { confidence, role }: Candidate): number {
  const depth = field.segments.length * 0.004
  const listed = field.list !== '' && /^(id|fact):/.test(role) ? 0.03 : 0
  const rare = profile.count < 2 ? 0.01 : 0
  return confidence - depth - listed - rare
}

/** What may be given once: a fact in a source, a status in each list. Null where a role may be given again and again. */
function placeOf(role: Role, list: string): string | null {
  if (role === 'none' || role === 'term') return null
  if (/^(id:|time|clock|words|reason|sequence|zone|line-key|place:|line:)/.test(role))
    return `${role} ${list}`
  return role
}
