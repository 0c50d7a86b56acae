import type { SchemaText } from '#formats/schemas.ts'
import type { SchemaSource } from './port.ts'

export type CacheOptions = {
  /** Schemas kept; the one not asked for the longest goes first. */
  readonly schemasMax?: number
  /** How long "there is none" is believed: an id is given before its schema has come around. */
  readonly missingMs?: number
  readonly now: () => number
}

type Kept = { readonly answer: Promise<SchemaText | null>; until: number }

/**
 * Remembers answers: a schema under an id never changes. Many asking for one at once make one request; what fails is not
 * remembered.
 */
export function cachedSchemas(
  source: SchemaSource,
  { schemasMax = 1_000, missingMs = 30_000, now }: CacheOptions,
): SchemaSource {
  const kept = new Map<number, Kept>()
  return (id) => {
    const known = kept.get(id)
    kept.delete(id)
    if (known !== undefined && known.until > now()) {
      kept.set(id, known)
      return known.answer
    }
    const entry: Kept = { answer: source(id), until: Number.POSITIVE_INFINITY }
    kept.set(id, entry)
    entry.answer.then(
      (schema) => {
        if (schema === null) entry.until = now() + missingMs
      },
      () => {
        if (kept.get(id) === entry) kept.delete(id)
      },
    )
    for (const oldest of kept.keys()) {
      if (kept.size <= schemasMax) break
      kept.delete(oldest)
    }
    return entry.answer
  }
}
