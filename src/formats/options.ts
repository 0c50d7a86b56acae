import type { FormatOptions } from '#model/format.ts'

/** An object with no other keys than `allowed`; throws a sentence that names the unknown one. */
export function optionsOf(
  format: string,
  raw: unknown,
  allowed: readonly string[],
): Record<string, unknown> {
  if (raw === undefined || raw === null) return {}
  if (typeof raw !== 'object' || Array.isArray(raw))
    throw new TypeError(`Options of format ${format}: expected an object.`)
  const known = allowed.length === 0 ? 'none are known' : `known are ${allowed.join(', ')}`
  for (const key of Object.keys(raw)) {
    if (key !== 'name' && !allowed.includes(key))
      throw new TypeError(`Option '${key}' of format ${format} is unknown; ${known}.`)
  }
  return raw as Record<string, unknown>
}

/** Accepts no options at all. */
export function noOptions(format: string): (raw: unknown) => FormatOptions {
  return (raw) => {
    optionsOf(format, raw, [])
    return {}
  }
}

/** A dotted path, as its names; `[]` when absent. */
export function pathOption(format: string, key: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string' && value !== '' && !value.split('.').includes(''))
    return value.split('.')
  throw new TypeError(
    `Option '${key}' of format ${format}: expected a dotted path such as output.results.`,
  )
}

/** One of a list of words. */
export function choiceOption<T extends string>(
  format: string,
  key: string,
  value: unknown,
  choices: readonly T[],
  fallback: T,
): T {
  if (value === undefined || value === null) return fallback
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  throw new TypeError(`Option '${key}' of format ${format}: expected one of ${choices.join(', ')}.`)
}
