/** Schemas that messages name by a number and do not carry (Confluent's wire format), fetched from a registry and kept. */
import { z } from 'zod'
import { HubError } from '#model/error.ts'
import { refuseOpenSecrets } from './oauth.ts'
import { auth } from './poll/options.ts'
import { authenticator } from './poll/request.ts'
import type { Host } from './port.ts'
import { setting, settingText } from './secret.ts'

/** A registry that answers as Confluent's does: `GET /schemas/ids/7`, `GET /subjects/<subject>/versions/<n>`. */
export const registryOptions = z.strictObject({ url: setting, auth: auth.optional() })
export type RegistryOptions = z.output<typeof registryOptions>

/** As formats expect it in a receipt's context. */
export type SchemaText = { readonly schema: string; readonly references: readonly string[] }

/** Formats that look into a receipt's context; to others it would be a head of the bytes. */
export const contextFormats: readonly string[] = [
  'avro',
  'protobuf',
  'debezium',
  'change-events',
  'sparkplug-b',
]

export type Registry = {
  /** Null for a number the registry does not know. Rejects when it does not answer. */
  readonly schema: (id: number, signal: AbortSignal) => Promise<SchemaText | null>
}

const answerMsMax = 15_000
const referencesMax = 100
const keptMax = 10_000

type Answer = {
  readonly schema?: string
  readonly references?: readonly { readonly subject: string; readonly version: number }[]
}

/** A number means the same schema for ever, so that what was fetched once is kept. */
export function createRegistry(
  host: Pick<Host, 'secret' | 'now'>,
  options: RegistryOptions,
): Registry {
  const kept = new Map<number, SchemaText>()
  const proof = authenticator(host, options.auth)
  const get = async (path: string, signal: AbortSignal): Promise<Answer | null> => {
    const base = (await settingText(host.secret, options.url)).replace(/\/+$/, '')
    const url = new URL(`${base}${path}`)
    if (options.auth !== undefined) refuseOpenSecrets(url)
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
      headers: { accept: 'application/json', ...(await proof.headers(signal)) },
    })
    if (response.status === 404) return null
    if (response.status === 200) return (await response.json()) as Answer
    throw new HubError({
      code: 'REGISTRY_REFUSED',
      message: `The schema registry ${url.host} answered ${response.status}.`,
    })
  }
  const referencesOf = async (
    answer: Answer,
    signal: AbortSignal,
    texts: string[],
  ): Promise<void> => {
    for (const { subject, version } of answer.references ?? []) {
      if (texts.length >= referencesMax) return
      const found = await get(
        `/subjects/${encodeURIComponent(subject)}/versions/${version}`,
        signal,
      )
      if (typeof found?.schema !== 'string') continue
      await referencesOf(found, signal, texts)
      texts.push(found.schema)
    }
  }
  return {
    async schema(id, signal) {
      const known = kept.get(id)
      if (known !== undefined) return known
      const answer = await get(`/schemas/ids/${id}`, signal)
      if (typeof answer?.schema !== 'string') return null
      const references: string[] = []
      await referencesOf(answer, signal, references)
      const text = { schema: answer.schema, references }
      if (kept.size >= keptMax) kept.clear()
      kept.set(id, text)
      return text
    },
  }
}

/** The number in front of a message: a zero byte and four of the number; null when it is none. */
export function schemaIdOf(message: Buffer): number | null {
  return message.length >= 5 && message[0] === 0 ? message.readUInt32BE(1) : null
}
