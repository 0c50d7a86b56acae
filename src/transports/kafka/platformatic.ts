/** Topics of a broker that speaks Kafka's protocol, by @platformatic/kafka. */
import { randomUUID } from 'node:crypto'
import { Consumer } from '@platformatic/kafka'
import type { Host, RunningTransport } from '../port.ts'
import { settingText } from '../secret.ts'
import { followTopics } from './follow.ts'
import { type KafkaOptions, kafkaOptions } from './options.ts'
import type { Bounds, From, TopicMessage, Topics } from './port.ts'

const answerMsMax = 15_000
const waitMsMax = 500
/** ListOffsets' timestamps that stand for the ends of a partition. */
const [earliest, latest] = [-2n, -1n]
const readCommitted = 1

/** Starts following. Throws a sentence for options that are wrong. */
export function startKafka(host: Host, raw: unknown): RunningTransport {
  const options = kafkaOptions(raw)
  return followTopics(host, options, () => connectTopics(host, options))
}

async function connectTopics(host: Host, options: KafkaOptions): Promise<Topics> {
  const { secret, source } = host
  const { tls, ca, sasl, group } = options
  const consumer = new Consumer({
    clientId: `orderhub-${source.name}`,
    // Offsets are ours: a group of its own for every session keeps the broker from sharing partitions out.
    groupId: group ?? `orderhub-${source.name}-${randomUUID()}`,
    bootstrapBrokers: await Promise.all(
      options.brokers.map((broker) => settingText(secret, broker)),
    ),
    autocommit: false,
    retries: 1,
    timeout: answerMsMax,
    connectTimeout: answerMsMax,
    isolationLevel: readCommitted,
    maxWaitTime: waitMsMax,
    ...(tls === 'verify' && {
      tls: { rejectUnauthorized: true, ...(ca && { ca: await secret(ca) }) },
    }),
    ...(sasl && {
      sasl: {
        mechanism: sasl.mechanism,
        username: await settingText(secret, sasl.user),
        password: await secret(sasl.password),
      },
    }),
  })
  return {
    bounds: (topics) => boundsOf(consumer, topics),
    read: (from) => readFrom(consumer, from),
    [Symbol.asyncDispose]: () => consumer.close(true).catch(() => undefined),
  }
}

async function boundsOf(consumer: Consumer, topics: readonly string[]): Promise<Bounds[]> {
  const [firsts, nexts] = await Promise.all(
    [earliest, latest].map((timestamp) => consumer.listOffsets({ topics: [...topics], timestamp })),
  )
  return [...nexts!].flatMap(([topic, offsets]) =>
    offsets.map((next, partition) => {
      const first = firsts!.get(topic)?.[partition] ?? 0n
      return { topic, partition, first: Number(first), next: Number(next) }
    }),
  )
}

async function* readFrom(consumer: Consumer, from: readonly From[]): AsyncGenerator<TopicMessage> {
  const stream = await consumer.consume({
    topics: [...new Set(from.map(({ topic }) => topic))],
    mode: 'manual',
    offsets: from.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset: BigInt(offset),
    })),
    autocommit: false,
  })
  try {
    for await (const { topic, partition, offset, key, value, headers, timestamp } of stream) {
      yield {
        topic,
        partition,
        offset: Number(offset),
        key: key ?? null,
        value: value ?? null,
        headers: Object.fromEntries([...headers].map(([name, one]) => [String(name), String(one)])),
        timestamp: Number(timestamp),
      }
    }
  } finally {
    await stream.close().catch(() => undefined)
  }
}
