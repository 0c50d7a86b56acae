/** What the hub needs of a broker of topics: one that speaks Kafka's protocol, or one in memory. */

export type TopicMessage = {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** Ms since 1970, by the producer or the broker. */
  readonly timestamp: number
}

/** Of one partition: the first offset that is still there, and the one the next message will get. */
export type Bounds = {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly next: number
}

/** Where to begin to read a partition. */
export type From = { readonly topic: string; readonly partition: number; readonly offset: number }

export type Topics = AsyncDisposable & {
  /** Of every partition of the topics. Rejects when the broker does not answer or a topic is not there. */
  readonly bounds: (topics: readonly string[]) => Promise<Bounds[]>
  /** Messages from there on, in their order in each partition, until the connection breaks (throws) or it is disposed. */
  readonly read: (from: readonly From[]) => AsyncIterable<TopicMessage>
}
