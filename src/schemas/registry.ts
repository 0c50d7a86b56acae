/** A schema registry that speaks Confluent's REST interface (Confluent, Karapace, Apicurio, Redpanda). */
import { HubError } from '#model/error.ts'
import type { SchemaText } from '#formats/schemas.ts'
import type { SchemaSource } from './port.ts'

export type RegistryOptions = {
  /** The registry's address, e.g. `https://registry.example:8081`; a path is kept. */
  readonly url: string
  /** The value of the header Authorization, when the registry wants one. */
  readonly authorization?: string
  readonly timeoutMs?: number
}

const answerBytesMax = 4 * 1024 * 1024
const referencesMax = 100
const timeoutMsDefault = 10_000

type Reference = { readonly subject: string; readonly version: number }
type Answer = { readonly schema: string; readonly references: readonly Reference[] }

/** Asks the registry for schemas, and for all that they refer to, each before what needs it. */
export function schemaRegistry(
  options: RegistryOptions,
  fetcher: typeof fetch = fetch,
): SchemaSource {
  return async (id) => {
    const found = await ask(options, fetcher, `schemas/ids/${id}`)
    return found === null ? null : withReferences(options, fetcher, found)
  }
}

async function withReferences(
  options: RegistryOptions,
  fetcher: typeof fetch,
  found: Answer,
): Promise<SchemaText> {
  const seen = new Map<string, string>()
  const visit = async ({ subject, version }: Reference): Promise<void> => {
    const key = `${subject} ${version}`
    if (seen.has(key)) return
    if (seen.size >= referencesMax)
      throw unusable(options, `the schema refers to more than ${referencesMax} others`)
    seen.set(key, '')
    const path = `subjects/${encodeURIComponent(subject)}/versions/${version}`
    const one = await ask(options, fetcher, path)
    if (one === null) throw unusable(options, `${subject}, version ${version}, is missing`)
    for (const inner of one.references) await visit(inner)
    // Put behind what it refers to.
    seen.delete(key)
    seen.set(key, one.schema)
  }
  for (const reference of found.references) await visit(reference)
  return { schema: found.schema, references: [...seen.values()] }
}

async function ask(
  { url, authorization, timeoutMs = timeoutMsDefault }: RegistryOptions,
  fetcher: typeof fetch,
  path: string,
): Promise<Answer | null> {
  const address = `${url.replace(/\/+$/, '')}/${path}`
  const headers: Record<string, string> = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
  }
  if (authorization !== undefined) headers['authorization'] = authorization
  let response: Response
  let text: string
  try {
    response = await fetcher(address, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = response.ok ? await bounded(response) : ''
  } catch (cause) {
    throw new HubError({
      code: 'SCHEMA_REGISTRY_SILENT',
      message: `The schema registry ${new URL(url).host} does not answer.`,
      hint: 'Its messages wait until it does; see that it can be reached from here.',
      cause,
    })
  }
  if (response.status === 404) return null
  if (!response.ok) throw unusable({ url }, `it answers ${response.status}`)
  return answerOf(text) ?? raise(unusable({ url }, 'it answers something that is no schema'))
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > answerBytesMax) throw new Error(`The answer is longer than ${answerBytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function answerOf(text: string): Answer | null {
  try {
    const { schema, references } = JSON.parse(text) as { schema?: unknown; references?: unknown }
    if (typeof schema !== 'string') return null
    const list = Array.isArray(references) ? (references as Partial<Reference>[]) : []
    return {
      schema,
      references: list.map(({ subject, version }) => ({
        subject: String(subject),
        version: Number(version),
      })),
    }
  } catch {
    return null
  }
}

function unusable({ url }: { readonly url: string }, what: string): HubError {
  return new HubError({
    code: 'SCHEMA_REGISTRY_UNUSABLE',
    message: `The schema registry ${new URL(url).host} is of no use: ${what}.`,
    hint: 'Check its address and what it wants as authorization.',
  })
}

function raise(error: Error): never {
  throw error
}
