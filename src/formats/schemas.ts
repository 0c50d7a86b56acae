/** Schemas that messages need and do not carry: from a format's options, and from what the transport fetched with the receipt. */

/** A schema as a registry gives it; `references` are the texts of what it imports. */
export type SchemaText = { readonly schema: string; readonly references: readonly string[] }

/** Schemas by their id in the registry. */
export type Schemas = ReadonlyMap<number, SchemaText>

/** What a transport tells about a receipt, as JSON: `{"schemas": {"7": {"schema": "..."}}, "topic": "..."}`. */
export type ReceiptContext = Readonly<Record<string, unknown>>

const schemaCharsMax = 1024 * 1024

/** Option `schemas`: a map of ids to texts. Throws a sentence that says what was expected. */
export function schemasOption(format: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {}
  const entries = typeof value === 'object' ? Object.entries(value) : []
  for (const [id, text] of entries)
    if (!/^\d{1,10}$/.test(id) || typeof text !== 'string' || text.length > schemaCharsMax)
      throw new TypeError(
        `Option 'schemas' of format ${format}: expected numbers with the text of a schema each.`,
      )
  if (typeof value !== 'object' || Array.isArray(value))
    throw new TypeError(
      `Option 'schemas' of format ${format}: expected a map of numbers to schemas.`,
    )
  return Object.fromEntries(entries) as Record<string, string>
}

/** Option `schema`: one text. */
export function schemaOption(format: string, value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && value.length <= schemaCharsMax) return value
  if (typeof value === 'object') return JSON.stringify(value)
  throw new TypeError(`Option 'schema' of format ${format}: expected the text of a schema.`)
}

/** The context of a receipt; empty when there is none, or none that can be read. */
export function contextOf(context: string | undefined): ReceiptContext {
  if (context === undefined || !context.startsWith('{')) return {}
  try {
    return JSON.parse(context) as ReceiptContext
  } catch {
    return {}
  }
}

/** Schemas of the options and of the context together; those of the context win, because the registry gave them. */
export function knownSchemas(option: unknown, context: ReceiptContext): Schemas {
  const known = new Map<number, SchemaText>()
  for (const [id, text] of entriesOf(option))
    if (typeof text === 'string') known.set(Number(id), { schema: text, references: [] })
  for (const [id, given] of entriesOf(context['schemas'])) {
    const { schema, references } = (given ?? {}) as { schema?: unknown; references?: unknown }
    if (typeof schema !== 'string') continue
    const texts = Array.isArray(references)
      ? references.filter((one): one is string => typeof one === 'string')
      : []
    known.set(Number(id), { schema, references: texts })
  }
  return known
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** The id in front of a message in Confluent's wire format: a zero byte and four of the id; null when it is none. */
export function wireId(bytes: Buffer, at: number): number | null {
  return bytes.length - at >= 5 && bytes[at] === 0 ? bytes.readUInt32BE(at + 1) : null
}
