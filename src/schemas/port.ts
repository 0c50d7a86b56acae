import type { SchemaText } from '#formats/schemas.ts'

/**
 * Where schemas come from, by the id that stands in front of messages. Null when there is no schema with that id: then the message
 * is told so in quarantine. Throws a `HubError` when nobody answers: then the message has to wait.
 */
export type SchemaSource = (id: number) => Promise<SchemaText | null>
