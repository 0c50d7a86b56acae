/** The way of receipts into orders: batches, their transactions, and what happens when one fails. */
import type { PoolConfig } from 'pg'
import { limits } from '#model/limits.ts'
import type { Instant } from '#model/time.ts'
import type { Totals } from '#model/record.ts'
import type { Head } from '#store/chain.ts'
import { batchOf, type Item } from './batch.ts'
import type { Committed } from './changes.ts'
import { FanOutExceeded } from './decide.ts'
import { createMemory } from './known.ts'
import { createLane, type Done, type Lane, type LaneContext, type Turn } from './lane.ts'
import type { InFlight } from './newness.ts'
import { createWires, type Wires } from './wires.ts'

export type PipelineOptions = Omit<LaneContext, 'memory'> & {
  readonly tenant: number
  readonly config: PoolConfig
  readonly now: () => Instant
  /** Reads the chain's head on a connection of its own; tells where the truth stands after a failure. */
  readonly readHead: () => Promise<Head>
  /** Suspends an identifier that would join too many orders. */
  readonly suspend: (identifier: string, scope: number) => Promise<void>
  /** Takes a receipt the database refuses for its content: quarantined whole. */
  readonly refuse: (item: Item, error: Error) => Item
  readonly onCommitted: (committed: Committed) => void
  readonly wait: (ms: number) => Promise<void>
}

export type Pipeline = {
  /** Resolves after COMMIT with what became of the receipt's records; waits while the queue is full. */
  submit: (item: Omit<Item, 'resolve' | 'reject'>) => Promise<Totals>
  readonly queuedBytes: number
  /** Runs `work` while nothing is in flight and memory is empty: for splits, approvals, new mappings. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

type Flight = {
  seq: number
  items: readonly Item[]
  hash: Buffer | null
  done: Promise<void>
  turn: Turn
}

const retryMs = [5, 20, 100, 500, 1000, 2000, 5000, 5000]

export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const pipeline = new PipelineState(options)
  await pipeline.start()
  return pipeline
}

class PipelineState implements Pipeline {
  #options: PipelineOptions
  #memory = createMemory()
  #queue: Item[] = []
  #queuedBytes = 0
  #queuedEvents = 0
  #room: (() => void)[] = []
  #idle: Lane[] = []
  #lanes: readonly Lane[]
  #wires: Wires
  #inFlight: InFlight = new Map()
  #flights: Flight[] = []
  #head: Head = { seq: 0, hash: Buffer.alloc(0) }
  #recovering: Promise<void> | null = null
  #exclusive: Promise<unknown> | null = null
  #closed = false
  #failures = 0
  #at = 0

  constructor(options: PipelineOptions) {
    this.#options = options
    const context: LaneContext = { ...options, memory: this.#memory }
    this.#lanes = Array.from({ length: limits.batchesInFlightMax }, () => createLane(context))
    this.#wires = createWires(options.config, { tenant: options.tenant, scopes: '*' })
  }

  async start(): Promise<void> {
    await this.#wires.connect()
    this.#idle = [...this.#lanes]
    this.#head = await this.#options.readHead()
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  async submit(item: Omit<Item, 'resolve' | 'reject'>): Promise<Totals> {
    while (this.#queuedBytes > limits.queueBytesMax)
      await new Promise<void>((resolve) => this.#room.push(resolve))
    if (this.#closed) throw new Error('the hub is stopping')
    return new Promise<Totals>((resolve, reject) => {
      this.#queue.push({ ...item, resolve, reject })
      this.#queuedEvents += item.events
      this.#queuedBytes += item.receipt.bytes.length
      this.#pump()
    })
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusive !== null) await this.#exclusive.catch(() => {})
    const turn = (async () => {
      while (this.#flights.length > 0 || this.#recovering !== null) await this.#quiet()
      try {
        return await work()
      } finally {
        this.#memory.identifiers.clear()
        this.#memory.orders.clear()
        this.#head = await this.#options.readHead()
      }
    })()
    this.#exclusive = turn
    try {
      return await turn
    } finally {
      this.#exclusive = null
      this.#pump()
    }
  }

  async close(): Promise<void> {
    while (this.#queue.length > 0 || this.#flights.length > 0) await this.#quiet()
    this.#closed = true
    await this.#wires.close()
  }

  async #quiet(): Promise<void> {
    if (this.#recovering !== null) await this.#recovering
    await Promise.all(this.#flights.map((flight) => flight.done))
    await new Promise((resolve) => setImmediate(resolve))
  }

  /**
   * Starts batches while there is work and a free lane. Few events wait for the batch under way and go together: a batch
   * costs as much as some thirty events, and that is what keeps up when events come one by one.
   */
  #pump(): void {
    while (
      this.#recovering === null &&
      this.#exclusive === null &&
      this.#idle.length > 0 &&
      this.#queue.length > 0 &&
      (this.#flights.length === 0 || this.#queuedEvents >= limits.eventsWorthOverlapping)
    ) {
      this.#launch(this.#idle.pop()!, this.#take())
    }
  }

  #take(): Item[] {
    let events = 0
    let count = 0
    for (const item of this.#queue) {
      if (
        count > 0 &&
        (events + item.events > limits.eventsPerBatchMax || count >= limits.receiptsPerBatchMax)
      )
        break
      events += item.events
      count++
    }
    this.#queuedEvents -= events
    return this.#queue.splice(0, count)
  }

  #launch(lane: Lane, items: readonly Item[]): void {
    const last = this.#flights[this.#flights.length - 1]
    const seq = (last?.seq ?? this.#head.seq) + 1
    const before: Turn = last?.turn ?? {
      decided: Promise.resolve(),
      written: Promise.resolve(this.#head),
    }
    const decided = Promise.withResolvers<void>()
    const written = Promise.withResolvers<Head>()
    const turn: Turn = { decided: decided.promise, written: written.promise }
    for (const promise of Object.values(turn)) promise.catch(() => {})
    const flight: Flight = { seq, items, hash: null, done: Promise.resolve(), turn }
    const steps = {
      decided: decided.resolve,
      written: (head: Head) => {
        flight.hash = head.hash
        written.resolve(head)
      },
    }
    // A clock that steps back must not make a later batch look known earlier.
    this.#at = Math.max(this.#at, this.#options.now())
    const passage = {
      batch: batchOf(items, this.#at),
      seq,
      before,
      steps,
      again: this.#failures > 0,
    }
    flight.done = lane.run(passage, this.#wires, this.#inFlight).then(
      (done) => this.#succeed(flight, lane, done),
      (error: Error) => {
        for (const { reject } of [decided, written]) reject(error)
        this.#recover(flight, error)
      },
    )
    this.#flights.push(flight)
  }

  #succeed(flight: Flight, lane: Lane, done: Done): void {
    this.#head = { seq: flight.seq, hash: flight.hash! }
    this.#inFlight.delete(flight.seq)
    this.#failures = 0
    this.#settle(flight, done.totals)
    this.#idle.push(lane)
    this.#options.onCommitted({ seq: done.seq, changes: done.changes })
    this.#pump()
  }

  #settle(flight: Flight, totals: readonly Totals[]): void {
    this.#flights.splice(this.#flights.indexOf(flight), 1)
    flight.items.forEach((item, i) => {
      this.#queuedBytes -= item.receipt.bytes.length
      item.resolve(totals[i]!)
    })
    if (this.#queuedBytes <= limits.queueBytesMax) for (const go of this.#room.splice(0)) go()
  }

  /**
   * After a failure nothing decided later may stand: all in flight end, memory is emptied, and whatever did not reach
   * the chain is done again in its order. A COMMIT whose answer was lost is recognised by its hash in the chain.
   */
  #recover(failed: Flight, error: Error): void {
    if (this.#recovering !== null) return
    const again: Item[] = []
    this.#recovering = (async () => {
      await Promise.all(
        this.#flights.filter((flight) => flight !== failed).map((flight) => flight.done),
      )
      this.#failures++
      await this.#reconnect()
      this.#inFlight.clear()
      this.#memory.identifiers.clear()
      this.#memory.orders.clear()
      const head = this.#flights.find(
        (flight) => flight.seq === this.#head.seq && flight.hash?.equals(this.#head.hash),
      )
      for (const flight of this.#flights.splice(0)) {
        if (head !== undefined && flight.seq <= head.seq) this.#settleUnknown(flight)
        else again.push(...flight.items)
      }
      const rest = await this.#treat(again, failed, error)
      for (const item of rest) this.#queuedEvents += item.events
      this.#queue.unshift(...rest)
    })()
      .catch((cause: Error) => {
        this.#queuedEvents = 0
        for (const item of [...again, ...this.#queue.splice(0)]) this.#drop(item, cause)
      })
      .finally(() => {
        this.#recovering = null
        this.#idle = [...this.#lanes]
        this.#pump()
      })
  }

  #drop(item: Item, cause: Error): void {
    this.#queuedBytes -= item.receipt.bytes.length
    item.reject(cause)
  }

  /** The batch did commit, only the answer was lost: its totals are told as accepted without detail. */
  #settleUnknown(flight: Flight): void {
    for (const item of flight.items) {
      this.#queuedBytes -= item.receipt.bytes.length
      const received = item.mapped.length
      const quarantined = item.mapped.filter((mapped) => mapped.kind === 'quarantined').length
      item.resolve({
        received,
        accepted: received - quarantined,
        duplicate: 0,
        quarantined,
        rejected: 0,
        events: item.events,
      })
    }
  }

  async #reconnect(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#wires.connect()
        this.#head = await this.#options.readHead()
        return
      } catch (error) {
        if (this.#closed || attempt >= limits.reconnectsMax) throw error
        await this.#options.wait(retryMs[Math.min(attempt, retryMs.length - 1)]!)
      }
    }
  }

  /** What to change before the failed items are tried again. */
  async #treat(items: Item[], failed: Flight, error: Error): Promise<Item[]> {
    if (error instanceof FanOutExceeded) {
      await this.#options.suspend(error.identifier, error.scope)
      this.#head = await this.#options.readHead()
      return items
    }
    if (isDataError(error)) {
      // The database refuses a value: the smallest batch that holds it goes to quarantine, the rest goes on.
      if (failed.items.length === 1)
        return items.map((item) =>
          item === failed.items[0] ? this.#options.refuse(item, error) : item,
        )
      return this.#singly(items, new Set(failed.items))
    }
    if (this.#failures > limits.batchRetriesMax) throw error
    return items
  }

  /** Tries each suspected item in a batch of its own: an item of that many events fills a batch. */
  #singly(items: Item[], suspects: ReadonlySet<Item>): Item[] {
    return items.map((item) =>
      suspects.has(item)
        ? { ...item, events: Math.max(item.events, limits.eventsPerBatchMax) }
        : item,
    )
  }
}

/** SQLSTATE class 22: the value itself is at fault. */
function isDataError(error: Error): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && code.startsWith('22')
}
