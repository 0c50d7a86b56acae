/** One partition on its way into the hub: its messages gather while a receipt is under way. */
import { limits } from '#model/limits.ts'
import { envelope } from '../envelope.ts'
import type { Report } from '../follower.ts'
import type { Host } from '../port.ts'
import { contextFormats, type Registry, schemaIdOf } from '../schema-registry.ts'
import type { TopicMessage } from './port.ts'

export type Lane = {
  /** The offset that will be read next after a restart. */
  readonly reached: () => number
  /** Resolves when there is room for more. */
  readonly add: (message: TopicMessage) => Promise<void>
  /** Resolves when what is under way is committed; what only waits is let go. */
  readonly close: () => Promise<void>
}

export type LaneOptions = {
  readonly host: Host
  readonly report: Report
  readonly from: number
  readonly inEnvelope: boolean
  readonly registry: Registry | null
  readonly onFailed: (error: unknown) => void
}

const messagesMax = 2_000
/** Formats whose records stand a line each: messages of one line can share a receipt. */
const lineFormats = ['ndjson', 'debezium', 'cloudevents']

export function streamOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`
}

export function createLane(options: LaneOptions): Lane {
  const { host, report, from, inEnvelope, onFailed } = options
  const waiting: TopicMessage[] = []
  let bytesWaiting = 0
  let reached = from
  let closed = false
  let isWorking = false
  let working: Promise<void> = Promise.resolve()
  const sharesReceipts = inEnvelope || lineFormats.includes(host.source.format.name)

  const takeNext = async (): Promise<void> => {
    const some = nextOf(waiting, (message) => sharesReceipts && (inEnvelope || isLine(message)))
    const last = some.at(-1)!
    bytesWaiting -= some.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    const to = last.offset + 1
    const stream = streamOf(last)
    const bytes = bytesOf(some, inEnvelope, sharesReceipts, report)
    if (bytes.length === 0) await host.remember(stream, { value: to, mark: '' })
    else {
      const position = { stream, from: reached, to }
      const about = { name: `${stream}@${some[0]!.offset}`, position }
      const context = inEnvelope ? null : await contextOf(options, some[0]!)
      await host.take(bytes, context === null ? about : { ...about, context })
      report.taken()
    }
    reached = to
  }
  const work = async (): Promise<void> => {
    try {
      while (!closed && waiting.length > 0) await takeNext()
    } catch (error) {
      closed = true
      onFailed(error)
    } finally {
      // In the same turn as the last look at what waits: else a message could slip in between.
      isWorking = false
    }
  }
  return {
    reached: () => reached,
    async add(message) {
      if (closed) return
      waiting.push(message)
      bytesWaiting += message.value?.length ?? 0
      if (!isWorking) {
        isWorking = true
        working = work()
      }
      if (waiting.length >= messagesMax || bytesWaiting >= limits.receiptBytesAim) await working
    },
    async close() {
      closed = true
      await working
    },
  }
}

/** Takes from the front: one message, or as many lines as a receipt aims to hold. */
function nextOf(
  waiting: TopicMessage[],
  mayShare: (message: TopicMessage) => boolean,
): TopicMessage[] {
  let [count, length] = [0, 0]
  for (const message of waiting) {
    length += message.value?.length ?? 0
    if (count > 0 && (!mayShare(message) || length > limits.receiptBytesAim)) break
    count++
    if (!mayShare(message)) break
  }
  return waiting.splice(0, count)
}

/** Text; bytes with a schema's number in front are none. */
function isLine({ value }: TopicMessage): boolean {
  return value === null || schemaIdOf(value) === null
}

/** What the format needs beside the bytes: the topic, and the schema the message names. */
async function contextOf(
  { host, registry, report }: LaneOptions,
  { topic, value }: TopicMessage,
): Promise<string | null> {
  if (!contextFormats.includes(host.source.format.name)) return null
  const id = value === null ? null : schemaIdOf(value)
  const found = id === null || registry === null ? null : await registry.schema(id, report.signal)
  return JSON.stringify(found === null ? { topic } : { topic, schemas: { [String(id)]: found } })
}

/** Messages without a value say that a key is no more: they are passed over. */
function bytesOf(
  messages: readonly TopicMessage[],
  inEnvelope: boolean,
  sharesReceipts: boolean,
  report: Report,
): Buffer {
  const parts = messages.flatMap((message) => {
    const { value, key, headers, topic, partition, offset, timestamp } = message
    if (value === null || value.length === 0) return []
    if (value.length > limits.receiptBytesMax / 2) {
      report.alarm(`message ${offset} of ${topic}/${partition} is too large and was passed over`)
      return []
    }
    if (inEnvelope)
      return [
        envelope(
          { topic, partition, offset, timestamp, key: key?.toString() ?? null, headers },
          value,
        ),
      ]
    return sharesReceipts && isLine(message) ? [oneLine(value), newline] : [value]
  })
  return Buffer.concat(parts)
}

const newline = Buffer.from('\n')

/** Line breaks of JSON stand between its tokens, where a space does as well. */
function oneLine(value: Buffer): Buffer {
  if (!value.includes(10)) return value
  const line = Buffer.from(value)
  for (let at = line.indexOf(10); at >= 0; at = line.indexOf(10, at)) line[at] = 32
  return line
}
