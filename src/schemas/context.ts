import { wireId, type SchemaText } from '#formats/schemas.ts'
import type { SchemaSource } from './port.ts'

/**
 * What a receipt of messages in Confluent's wire format needs as its context, so that it can be read again in ten years without a
 * registry: the schemas of their ids, and what else is known (`topic`). Undefined when no message has an id. Throws what the source
 * throws.
 */
export async function schemaContext(
  messages: readonly Buffer[],
  source: SchemaSource,
  about: Readonly<Record<string, unknown>> = {},
): Promise<string | undefined> {
  const ids = new Set<number>()
  for (const message of messages) {
    const id = wireId(message, 0)
    if (id !== null) ids.add(id)
  }
  if (ids.size === 0) return undefined
  const schemas: Record<string, SchemaText> = {}
  for (const id of [...ids].toSorted((a, b) => a - b)) {
    const found = await source(id)
    if (found !== null) schemas[id] = found
  }
  return JSON.stringify({ ...about, schemas })
}
