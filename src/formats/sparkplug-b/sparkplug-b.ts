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
 * Eclipse Sparkplug B: one payload (Protobuf), or lines of JSON with a `topic` and the payload as `bodyBase64` (as MQTT's envelope
 * has it) or as JSON in `payload`. Aliases are known from births read before, and from the receipt's context, which may tell the topic
 * too: `{"topic": "spBv1.0/...", "aliases": {"7": "Line/State"}}`.
 */
export const sparkplugB: Format = {
  name: 'sparkplug-b',
  options: noOptions('sparkplug-b'),
  cut: null,
  read: readMessages,
  sniff: sniffPayload,
}

/** The names that a birth gives to aliases: what later messages of the same node need. */
export function aliasesOf(message: Pick<Payload, 'metrics'>): Record<string, string> {
  const aliases: Record<string, string> = {}
  for (const { alias, name } of message.metrics)
    if (alias !== null && name !== null) aliases[String(alias)] = name
  return aliases
}

function* readMessages(bytes: Buffer, _options: unknown, context?: string): Generator<Found> {
  if (bytes.length === 0) return yield bad(0, 0, 'empty', 'There are no bytes.')
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return yield* renderings(bytes, contextOf(context))
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

function* renderings(bytes: Buffer, context: ReceiptContext): Generator<Found> {
  const told = new Map<string, Record<string, string>>()
  for (const found of eitherOf(bytes)) {
    if (!found.ok) {
      yield found
      continue
    }
    const { from, to } = found
    const { topic, ...rest } = (found.tree ?? {}) as Record<string, unknown>
    if (typeof topic !== 'string' || !topic.startsWith('spBv1.0/')) {
      yield bad(from, to, 'unsupported', 'This is no message of Sparkplug B.')
      continue
    }
    // An alias means the same in all messages of an edge node.
    const node = topic.split('/').slice(0, 4).with(2, '').join('/')
    const aliases = { ...(context['aliases'] as object | undefined), ...told.get(node) }
    const message = enveloped(from, to, rest, { topic, aliases })
    if (message.ok && topic.includes('BIRTH/') && told.size < nodesMax)
      told.set(node, { ...told.get(node), ...aliasesOf(message.tree as Message) })
    yield message
  }
}

const nodesMax = 10_000

function enveloped(
  from: number,
  to: number,
  rest: Record<string, unknown>,
  context: ReceiptContext,
): Found {
  const { bodyBase64, body, payload } = rest
  const raw =
    typeof bodyBase64 === 'string'
      ? Buffer.from(bodyBase64, 'base64')
      : typeof body === 'string'
        ? Buffer.from(body)
        : null
  try {
    return good(
      from,
      to,
      messageOf(raw === null ? rendered(payload ?? body) : decodePayload(raw), context),
    )
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return bad(from, to, error.code, error.message, 'body')
  }
}

function rendered(payload: unknown): Payload {
  const { timestamp, seq, uuid, metrics } = (payload ?? {}) as Record<string, unknown>
  const list = Array.isArray(metrics)
    ? metrics.filter((one) => typeof one === 'object' && one !== null)
    : []
  const whole = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  const named = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    timestamp: whole(timestamp),
    seq: whole(seq),
    uuid: named(uuid),
    metrics: list.map((one: Record<string, unknown>) => ({
      name: named(one['name']),
      alias: whole(one['alias']),
      timestamp: whole(one['timestamp']),
      type: named(one['dataType']),
      value: one['value'] ?? null,
    })),
  }
}

/** A timestamp first, then a metric with a name or an alias: the shape of every payload. */
function sniffPayload(bytes: Buffer): number {
  if (bytes[0] === 0x7b) {
    const head = bytes.toString('latin1', 0, Math.min(bytes.length, 4096))
    return /"topic"\s*:\s*"spBv1\.0\//.test(head) && /"(?:payload|bodyBase64|body)"/.test(head)
      ? 0.95
      : 0
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
