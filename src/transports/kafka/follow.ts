/** Follows topics: the position of each partition is ours, kept with its messages; the broker's own is not used. */
import { pause, type Report, startFollower } from '../follower.ts'
import type { Host, RunningTransport } from '../port.ts'
import { createLane, type Lane, streamOf } from './lane.ts'
import type { KafkaOptions } from './options.ts'
import { createRegistry } from '../schema-registry.ts'
import type { Bounds, From, Topics } from './port.ts'

const watchMs = 10_000

/** `connect` is called for every session; it rejects when the broker cannot be reached. */
export function followTopics(
  host: Host,
  options: KafkaOptions,
  connect: (signal: AbortSignal) => Promise<Topics>,
): RunningTransport {
  return startFollower(host, 'kafka', async (report) => {
    await using topics = await connect(report.signal)
    await session(host, options, topics, report)
    return 0
  })
}

/** Until the connection breaks (rejects) or it is to stop (resolves). */
async function session(
  host: Host,
  options: KafkaOptions,
  topics: Topics,
  report: Report,
): Promise<void> {
  const from = await beginnings(host, options, await topics.bounds(options.topics), report)
  report.heard()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const { envelope: inEnvelope } = options
  const registry = options.registry === undefined ? null : createRegistry(host, options.registry)
  const onFailed = broken.reject
  const lanes = new Map<string, Lane>()
  for (const one of from)
    lanes.set(
      streamOf(one),
      createLane({ host, report, from: one.offset, inEnvelope, registry, onFailed }),
    )
  const done = new AbortController()
  const stopped = new Promise<void>((resolve) => {
    if (report.signal.aborted) resolve()
    report.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  report.state('idle')
  const reading = readAll(topics, from, lanes, report)
  reading.catch(broken.reject)
  watch(topics, options, lanes, report, done.signal).catch(broken.reject)
  try {
    await Promise.race([stopped, broken.promise])
  } finally {
    done.abort()
    await Promise.all([...lanes.values()].map((lane) => lane.close()))
  }
}

async function readAll(
  topics: Topics,
  from: readonly From[],
  lanes: ReadonlyMap<string, Lane>,
  report: Report,
): Promise<void> {
  for await (const message of topics.read(from)) {
    if (report.signal.aborted) return
    report.heard()
    await lanes.get(streamOf(message))?.add(message)
  }
  if (!report.signal.aborted) throw new Error('the broker ended the stream of messages')
}

/** Where each partition begins; what the broker has thrown away unread, or forgotten altogether, is told. */
async function beginnings(
  host: Host,
  { begin }: KafkaOptions,
  all: readonly Bounds[],
  report: Report,
): Promise<From[]> {
  const from: From[] = []
  for (const { topic, partition, first, next } of all) {
    const known = (await host.positionOf(streamOf({ topic, partition })))?.value
    if (known === undefined) {
      const offset = begin === 'earliest' ? first : next
      // So that what comes while the hub is away is not taken for what was there before it.
      await host.remember(streamOf({ topic, partition }), { value: offset, mark: '' })
      from.push({ topic, partition, offset })
    } else if (known < first) {
      report.alarm(
        `the broker has thrown away messages ${known} to ${first - 1} of ${topic}/${partition} before they were read`,
      )
      from.push({ topic, partition, offset: first })
    } else if (known > next) {
      report.alarm(
        `${topic}/${partition} ends at ${next}, before ${known}: the topic was made anew and is read from its beginning`,
      )
      from.push({ topic, partition, offset: first })
    } else from.push({ topic, partition, offset: known })
  }
  return from
}

/** Tells how far behind we are; partitions that were added make the session begin anew. */
async function watch(
  topics: Topics,
  options: KafkaOptions,
  lanes: ReadonlyMap<string, Lane>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const all = await topics.bounds(options.topics)
    report.heard()
    const value = all.reduce(
      (sum, one) => sum + Math.max(0, one.next - (lanes.get(streamOf(one))?.reached() ?? 0)),
      0,
    )
    report.lag({ value, unit: 'messages' })
    if (all.some((one) => !lanes.has(streamOf(one)))) throw new Error('a topic has new partitions')
    await pause(watchMs, signal)
  }
}
