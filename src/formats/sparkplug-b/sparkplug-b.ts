import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { eitherOf } from '../json/either.ts'
import { noOptions } from '../options.ts'
import { Unreadable } from '../protobuf/wire.ts'
import { contextOf, type ReceiptContext } from '../schemas.ts'
import { decodePayload, type Metric, type Payload } from './payload.ts'

/**
 * A message of Sparkplug B: where it comes from, and its metrics, also as `values` by name. `type` is that of the topic (NBIRTH,
 * DDATA, ...), null when the topic is not known.
 */
export type Message = Payload & {
  readonly topic: string | null
  readonly group: string | null
  readonly type: string | null
  readonly node: string | null
  readonly device: string | null
  readonly values: Readonly<Record<string, unknown>>
  /** How many metrics have an alias that no birth has told. */
  readonly unresolved: number
}

/**
 * Eclipse Sparkplug B: one payload (Protobuf), or its rendering as JSON with `topic` and `payload`. The receipt's context tells
 * the topic and the aliases that births gave: `{"topic": "spBv1.0/...", "aliases": {"7": "Line/State"}}`.
 */
export const sparkplugB: Format = {
  name: 'sparkplug-b',
  options: noOptions('sparkplug-b'),
  cut: null,
  read: readMessages,
  sniff: sniffPayload,
}

/** The names that a birth gives to aliases: what later messages of the same node need as `aliases` in their context. */
export function aliasesOf(message: Pick<Payload, 'metrics'>): Record<string, string> {
  const aliases: Record<string, string> = {}
  for (const { alias, name } of message.metrics)
    if (alias !== null && name !== null) aliases[String(alias)] = name
  return aliases
}

function* readMessages(bytes: Buffer, _options: unknown, context?: string): Generator<Found> {
  if (bytes.length === 0) return yield bad(0, 0, 'empty', 'There are no bytes.')
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return yield* renderings(bytes)
  try {
    yield good(0, bytes.length, messageOf(decodePayload(bytes), contextOf(context)))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    yield bad(0, bytes.length, error.code, error.message, `byte ${error.at}`)
  }
}

function messageOf(payload: Payload, context: ReceiptContext): Message {
  const topic = typeof context['topic'] === 'string' ? context['topic'] : null
  const [, group = null, type = null, node = null, device = null] =
    topic?.startsWith('spBv1.0/') === true ? topic.split('/') : []
  const aliases = (context['aliases'] ?? {}) as Record<string, unknown>
  const values: Record<string, unknown> = {}
  let unresolved = 0
  for (const metric of payload.metrics) {
    metric.name ??= nameOf(aliases, metric.alias)
    if (metric.name === null) unresolved++
    else if (metric.name !== '__proto__') values[metric.name] = metric.value
  }
  return { topic, group, type, node, device, ...payload, values, unresolved }
}

function nameOf(aliases: Record<string, unknown>, alias: Metric['alias']): string | null {
  const name =
    alias !== null && Object.hasOwn(aliases, String(alias)) ? aliases[String(alias)] : null
  return typeof name === 'string' ? name : null
}

function* renderings(bytes: Buffer): Generator<Found> {
  for (const found of eitherOf(bytes)) {
    if (!found.ok) yield found
    else {
      const { from, to, tree } = found
      const message = rendered(tree)
      yield message === null
        ? bad(from, to, 'unsupported', 'This is no message of Sparkplug B.')
        : good(from, to, message)
    }
  }
}

function rendered(tree: unknown): Message | null {
  const { topic, payload } = (tree ?? {}) as { topic?: unknown; payload?: unknown }
  if (typeof topic !== 'string' || !topic.startsWith('spBv1.0/')) return null
  const { timestamp, seq, uuid, metrics } = (payload ?? {}) as Record<string, unknown>
  const list = Array.isArray(metrics)
    ? metrics.filter((one) => typeof one === 'object' && one !== null)
    : []
  return messageOf(
    {
      timestamp: typeof timestamp === 'number' ? timestamp : null,
      seq: typeof seq === 'number' ? seq : null,
      uuid: typeof uuid === 'string' ? uuid : null,
      metrics: list.map((one: Record<string, unknown>) => ({
        name: typeof one['name'] === 'string' ? one['name'] : null,
        alias: typeof one['alias'] === 'number' ? one['alias'] : null,
        timestamp: typeof one['timestamp'] === 'number' ? one['timestamp'] : null,
        type: typeof one['dataType'] === 'string' ? one['dataType'] : null,
        value: one['value'] ?? null,
      })),
    },
    { topic },
  )
}

/** A timestamp first, then a metric with a name or an alias: the shape of every payload. */
function sniffPayload(bytes: Buffer): number {
  if (bytes[0] === 0x7b) {
    const head = bytes.toString('latin1', 0, Math.min(bytes.length, 4096))
    return /"topic"\s*:\s*"spBv1\.0\//.test(head) && head.includes('"payload"') ? 0.95 : 0
  }
  if (bytes[0] !== 0x08 || bytes.length > 1024 * 1024) return 0
  try {
    const { timestamp, metrics, seq } = decodePayload(bytes)
    const believable = timestamp !== null && timestamp > 9e11 && timestamp < 5e12
    if (!believable) return 0
    const named = metrics.filter((one) => one.name !== null || one.alias !== null).length
    return named > 0 && named === metrics.length
      ? 0.95
      : metrics.length === 0 && seq !== null
        ? 0.5
        : 0.2
  } catch {
    return 0
  }
}
