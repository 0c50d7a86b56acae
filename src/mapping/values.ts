import type { FactValue } from '#model/event.ts'
import { flat } from '#model/flat.ts'
import { limits } from '#model/limits.ts'
import { kindOf } from '#language/problem.ts'
import { refuseRecord } from './fault.ts'

/** True for texts of capital letters, digits and signs without spaces: nearly every identifier, which then stays as it is. */
function isNormal(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code <= 32 || code > 126 || (code >= 97 && code <= 122)) return false
  }
  return true
}

/** An identifier's value: trimmed, upper case, inner runs of white space to one space. '' when nothing is left. */
export function identifierText(value: unknown, what: string): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    refuseRecord(
      'bad-value',
      what,
      'the identifier is a number beyond 9007199254740991, which loses digits on the way: send it as text, in quotes',
    )
  }
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof text !== 'string')
    return refuseRecord('bad-value', what, `${kindOf(value)} is no identifier`)
  const normal = isNormal(text) ? text : text.trim().toUpperCase().replaceAll(/\s+/g, ' ')
  if (normal.length > limits.identifierCharsMax) {
    refuseRecord(
      'bad-value',
      what,
      `the identifier has ${normal.length} characters, at most ${limits.identifierCharsMax} are taken`,
    )
  }
  if (normal.includes('\0')) refuseRecord('bad-value', what, 'the identifier has a NUL character')
  return flat(normal)
}

/** A short text: trimmed; null for null and ''. */
export function shortText(value: unknown, what: string): string | null {
  if (value === null) return null
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text !== 'string')
    return refuseRecord('bad-value', what, `${kindOf(value)} is no text`)
  const trimmed = clean(text)
  if (trimmed.length > limits.textCharsMax) {
    refuseRecord(
      'bad-value',
      what,
      `the text has ${trimmed.length} characters, at most ${limits.textCharsMax} are taken`,
    )
  }
  return trimmed === '' ? null : flat(trimmed)
}

/** Free text is shown, not computed with: too long is cut, the bytes of the record stay whole. */
export function freeText(value: unknown, what: string): string | null {
  if (value === null) return null
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text !== 'string')
    return refuseRecord('bad-value', what, `${kindOf(value)} is no text`)
  const trimmed = clean(text)
  if (trimmed === '') return null
  return trimmed.length > limits.textCharsMax
    ? `${trimmed.slice(0, limits.textCharsMax - 3)}...`
    : flat(trimmed)
}

/** PostgreSQL stores no NUL. */
function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '').trim() : text.trim()
}

/** The value of a fact, or null when there is none. */
export function factValue(value: unknown, what: string): FactValue | null {
  if (typeof value === 'string') return shortText(value, what)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return refuseRecord(
    'bad-value',
    what,
    `${kindOf(value)} is no fact: a text, a number, true or false`,
  )
}

/** A fact in canonical writing: its kind, and texts with their length so that no text can imitate another. */
export function canonicalFact(name: string, value: FactValue): string {
  return typeof value === 'string'
    ? `${name}=s${value.length}:${value};`
    : `${name}=${String(value)};`
}

/** A source's sequence: a whole number, 0 when it has none. */
export function sequenceOf(value: unknown): number {
  if (value === null || value === '') return 0
  const number = typeof value === 'string' ? Number(value) : value
  if (Number.isSafeInteger(number)) return number as number
  return refuseRecord('bad-value', 'sequence', `${kindOf(value)} is no sequence: a whole number`)
}
