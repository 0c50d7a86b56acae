import type { Field } from './flatten.ts'
import { readName } from './names.ts'
import type { Candidate, ScoredField } from './score-fields.ts'
import type { Role } from './roles.ts'

const unnamed = /^(?:column\d+|#\d+|field\d+|col\d+|value|_\d+|f\d+)$/i
const confidence = 0.52

/** Whether a field has no name but its place. */
export function isUnnamed({ segments }: Field): boolean {
  return unnamed.test(segments.at(-1) ?? '')
}

/**
 * Candidates for columns that nobody named, by their place and what stands in them: a number that is different in every record
 * and stands first, the first time, numbers that come again below others. Guesses, all of them.
 */
export function withUnnamed(fields: readonly ScoredField[], topic: string): ScoredField[] {
  const nameless = fields.filter(({ field }) => isUnnamed(field))
  if (nameless.length < fields.length * 0.5) return [...fields]
  const about = readName(topic).concepts
  const orders = about.has('order') || about.has('purchase')
  // Nothing but its name or a number that proves itself says that a table without names is one of orders.
  const linked = fields.some(({ candidates }) =>
    candidates.some(({ role, confidence }) => role.startsWith('id:') && confidence >= 0.6),
  )
  const sent =
    (about.has('ship') || about.has('delivery') || about.has('invoice') || about.has('return')) &&
    !about.has('service')
  if (!orders && !sent && !linked) return [...fields]
  const extra = new Map<ScoredField, Candidate>()
  const offer = (one: ScoredField | undefined, role: Role, because: string): void => {
    if (one === undefined || extra.has(one)) return
    if ((one.candidates[0]?.confidence ?? 0) < confidence)
      extra.set(one, { role, confidence, because })
  }
  const atRoot = nameless.filter(({ field }) => field.list === '')
  const first = atRoot.find((one) => isNumber(one))
  const second = atRoot[atRoot.indexOf(first!) + 1]
  // Beside numbers of parcels, the number of a header may be that of a list, which would join what does not belong together.
  if (first !== undefined && isDifferent(first) && (orders || !linked))
    offer(first, 'id:order', 'the first column, every value is different')
  else if (first !== undefined && second !== undefined && isNumber(second) && isDifferent(second)) {
    offer(first, 'id:order', 'the first column, the same in rows that follow each other')
    offer(second, 'line-key', 'the second column, every value is different')
  }
  const times = nameless.filter(({ profile }) => profile.time !== null && profile.charsMean >= 8)
  offer(times[0], orders ? 'date:ordered:ACT' : 'time', 'the first column with times')
  offer(
    nameless.find((one) => one.profile.clock !== null && beside(one, times[0], nameless)),
    'clock',
    'times of day beside the date',
  )
  const words = nameless.filter(({ profile }) => isStatus(profile))
  if (!fields.some(({ candidates }) => candidates[0]?.role === 'term'))
    offer(words[0], 'term', 'few short words that come again')
  return fields.map((one) => {
    const candidate = extra.get(one)
    return candidate === undefined ? one : { ...one, candidates: [candidate, ...one.candidates] }
  })
}

function isNumber({ profile }: ScoredField): boolean {
  return (
    profile.charsMean <= 25 &&
    profile.wordsMean === 1 &&
    (profile.whole === 1 || profile.letters < 1 || /\d/.test(profile.examples.join(''))) &&
    (profile.time === null || (profile.whole === 1 && profile.charsMean < 8)) &&
    profile.clock === null
  )
}

function isDifferent({ profile }: ScoredField): boolean {
  return profile.distinct >= profile.count * 0.98
}

function beside(
  one: ScoredField,
  time: ScoredField | undefined,
  fields: readonly ScoredField[],
): boolean {
  return (
    time !== undefined &&
    one.field.list === time.field.list &&
    fields.indexOf(one) === fields.indexOf(time) + 1
  )
}

function isStatus(profile: ScoredField['profile']): boolean {
  const { letters, distinct, count, wordsMean, charsMean, time, numbered, currency, country } =
    profile
  return (
    letters === 1 &&
    time === null &&
    numbered === null &&
    wordsMean <= 2 &&
    charsMean >= 3 &&
    charsMean <= 20 &&
    distinct > 1 &&
    distinct <= count / 3 &&
    currency < 0.5 &&
    country < 0.5
  )
}
