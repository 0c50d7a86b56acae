/** How the options of a transport are checked: a Zod schema beside it, errors as one sentence. */
import type { z } from 'zod'

/** Checks `raw`; throws a sentence that names the option and what was expected. */
export function checkedOptions<Schema extends z.ZodType>(
  kind: string,
  schema: Schema,
): (raw: unknown) => z.output<Schema> {
  return (raw) => {
    const result = schema.safeParse(raw ?? {})
    if (result.success) return result.data
    const sentences = result.error.issues.map(({ path, message, ...issue }) => {
      const at = path.map(String).join('.')
      if (issue.code === 'unrecognized_keys') {
        const { keys } = issue as { keys: readonly string[] }
        return `${[at, keys.join(', ')].filter(Boolean).join('.')} is unknown`
      }
      return at === '' ? message : `${at}: ${message}`
    })
    throw new TypeError(`Options of transport ${kind}: ${sentences.join('; ')}.`)
  }
}
