import type { AssignedField } from './assign.ts'
import { expressionFor } from './expressions.ts'

/** The time of an event: expression and formats. `check`: what a person should look at, null when all is clear. */
export type TimePlan = {
  readonly value: string
  readonly formats: readonly string[]
  readonly local: boolean
  readonly zone: string | null
  readonly confidence: number
  readonly because: string
  readonly check: string | null
}

/**
 * The time of events in a list (`base`, '' for records). `about`: the field the event is for: a date's own value, or a status,
 * whose time stands beside it, else above it; where there is none, the likeliest date of the record stands in.
 */
export function timePlan(
  base: string,
  fields: readonly AssignedField[],
  about: AssignedField | null,
): TimePlan | null {
  if (about?.role?.startsWith('date:')) return planFor(about, base, fields, null)
  const reachable = fields.filter(
    ({ field, profile }) => isAbove(field.list, base) && profile.time !== null,
  )
  const nearest = (list: readonly AssignedField[]): AssignedField | undefined =>
    list.toSorted(
      (a, b) => b.field.list.length - a.field.list.length || b.confidence - a.confidence,
    )[0]
  const own = nearest(reachable.filter(({ role }) => role === 'time'))
  if (own !== undefined) return planFor(own, base, fields, null)
  const date = nearest(reachable.filter(({ role }) => /^date:.*:ACT$/.test(role ?? '')))
  if (date === undefined) return null
  return planFor(
    date,
    base,
    fields,
    `no field tells the time of the status; '${date.field.path}' stands in`,
  )
}

function isAbove(list: string, base: string): boolean {
  return list === '' || base === list || base.startsWith(`${list}.`)
}

function planFor(
  one: AssignedField,
  base: string,
  fields: readonly AssignedField[],
  doubt: string | null,
): TimePlan | null {
  const guess = one.profile.time
  const code = expressionFor(one.field, base)
  if (guess === null || code === null) return null
  const clock = guess.kind === 'date' ? clockBeside(one, fields) : undefined
  const clockCode = clock === undefined ? null : expressionFor(clock.field, base)
  const undecided =
    guess.undecided === null
      ? null
      : `days or months first? ${guess.because}; the other reading is ${guess.undecided}`
  const zoneField = fields.find(
    ({ role, field }) => role === 'zone' && field.list === one.field.list,
  )
  const zone = zoneField === undefined ? null : expressionFor(zoneField.field, base)
  const shared = {
    zone,
    confidence:
      doubt !== null || undecided !== null ? Math.min(one.confidence, 0.5) : one.confidence,
    because: `${one.because === '' ? one.field.path : one.because}; ${guess.because}`,
    check: [doubt, undecided].filter((text) => text !== null).join('; ') || null,
  }
  if (clock === undefined || clockCode === null)
    return { value: code, formats: [guess.format], local: guess.kind === 'local', ...shared }
  const day = dayPattern(guess.format, one)
  return {
    value: `join([${code}, ${clockCode}], ' ')`,
    formats: [`${day} ${clock.profile.clock}`, day],
    local: true,
    ...shared,
  }
}

/** The time of day that belongs to a date: the nearest field of the same list. */
function clockBeside(
  one: AssignedField,
  fields: readonly AssignedField[],
): AssignedField | undefined {
  const at = fields.indexOf(one)
  return fields
    .filter(
      ({ role, field, profile }) =>
        role === 'clock' && profile.clock !== null && field.list === one.field.list,
    )
    .toSorted((a, b) => Math.abs(fields.indexOf(a) - at) - Math.abs(fields.indexOf(b) - at))[0]
}

function dayPattern(format: string, { field }: AssignedField): string {
  if (format !== 'iso') return format
  return String(field.values[0]).includes('-') ? 'yyyy-MM-dd' : 'yyyyMMdd'
}
