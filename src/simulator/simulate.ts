/**
 * A world of orders as its systems tell it: seeded, lazy, in the order in which messages reach the hub.
 * Memory holds one small entry per running deal; a deal is drawn anew when it speaks again and has left the cache.
 */
import { Buffer } from 'node:buffer'
import type { Instant } from '#model/time.ts'
import {
  batchKey,
  envelop,
  fileName,
  isFull,
  polaris,
  sendAt,
  type Batch,
  type Extra,
} from './batches.ts'
import { dayMs, hourMs, minuteMs } from './calendar.ts'
import { poison } from './poison.ts'
import { random, type Random } from './random.ts'
import { schedule } from './schedule.ts'
import { live, type Life } from './story/life.ts'
import { usualFaults, type Faults, type Warp } from './story/teller.ts'
import type { DealTruth, SourceName } from './world.ts'
import { functionalAck } from './writers/networking-edi.ts'
import { heartbeat } from './writers/warehouse-scans.ts'
import { groupControl, interchange } from './writers/x12-envelope.ts'

export type World = {
  readonly seed: number
  /** Golden orders; each is one to three orders of different companies. */
  readonly orders: number
  /** Number of the first golden order, 0 where not given: worlds whose ranges do not overlap share no identifier. */
  readonly firstOrder?: number
  readonly from: Instant
  /** Orders are placed over this many days; their stories run on until they end. */
  readonly days: number
  /** Rates of what goes wrong; `usualFaults` where not given. */
  readonly faults?: Partial<Faults>
  /** Bends story time, for demos. Must never decrease. */
  readonly warp?: Warp
  /** How long sources gather statements at most, at a given time. */
  readonly patienceMsMax?: (at: Instant) => number
}

/**
 * What reaches the hub in one go. `records` counts what is inside, `poison` how many of them no mapping can take,
 * `late` how many statements come days after they were true; `duplicateOf` is the `seq` of the same bytes sent before.
 */
export type Message = {
  readonly seq: number
  readonly source: SourceName
  readonly kind: string
  readonly at: Instant
  readonly bytes: Buffer
  readonly name?: string
  readonly records: number
  readonly poison: number
  readonly late: number
  readonly duplicateOf?: number
}

export type Simulation = {
  /** In delivery order; may be iterated once or more, always the same. */
  readonly messages: () => Generator<Message, void, undefined>
  /** The truth about the nth golden order, from 0 to `orders` - 1, drawn when asked for. */
  readonly truth: (index: number) => DealTruth
  readonly truths: () => Generator<DealTruth, void, undefined>
}

const livesKeptMax = 4096

/** The simulated world; the same arguments give the same bytes. Throws nothing. */
export function simulate(world: World): Simulation {
  const faults: Faults = { ...usualFaults, ...world.faults }
  const warp = world.warp ?? ((at: Instant) => at)
  const spacing = (world.days * dayMs) / world.orders
  const lives = new Map<number, Life>()
  const lifeOf = (index: number): Life => {
    const kept = lives.get(index)
    if (kept !== undefined) return kept
    const startsAt =
      world.from + Math.floor(spacing * (index + random(world.seed ^ 0x5eed, index).next()))
    const life = live(world.seed, (world.firstOrder ?? 0) + index, startsAt, faults, warp)
    if (lives.size >= livesKeptMax) lives.delete(lives.keys().next().value!)
    lives.set(index, life)
    return life
  }
  const truth = (index: number) => lifeOf(index).truth
  return {
    messages: () =>
      deliver(world, faults, lifeOf, (index) => warp(world.from + Math.floor(spacing * index))),
    truth,
    *truths() {
      for (let index = 0; index < world.orders; index++) yield truth(index)
    },
  }
}

// Statements of all deals in time, put together by the habits of their sources.
function* deliver(
  world: World,
  faults: Faults,
  lifeOf: (index: number) => Life,
  earliest: (index: number) => Instant,
): Generator<Message, void, undefined> {
  const turns = schedule()
  const batches = new Map<string, Batch>()
  const post = postOffice(world, faults)
  let entered = 0
  const enter = () => turns.push(lifeOf(entered).tellings[0]?.at ?? Infinity, entered++, 0)
  const patience = world.patienceMsMax ?? (() => Infinity)
  for (;;) {
    while (entered < world.orders && earliest(entered) <= turns.at()) enter()
    const due = nextBatch(batches)
    const nextAt = Math.min(turns.at(), due?.[1].sendAt ?? Infinity)
    yield* post.waiting(nextAt)
    if (nextAt === Infinity) return
    if (due !== null && due[1].sendAt <= turns.at()) {
      batches.delete(due[0])
      yield* post.send(due[1])
      continue
    }
    const turn = turns.pop()
    const { tellings } = lifeOf(turn.deal)
    const telling = tellings[turn.nth]!
    if (turn.nth + 1 < tellings.length)
      turns.push(tellings[turn.nth + 1]!.at, turn.deal, turn.nth + 1)
    const key = batchKey(telling)
    let batch = batches.get(key)
    if (batch === undefined)
      batches.set(
        key,
        (batch = {
          source: telling.source,
          kind: telling.kind,
          sendAt: sendAt(telling, patience(telling.at)),
          tellings: [],
        }),
      )
    batch.tellings.push(telling)
    if (!isFull(batch) && batch.sendAt > telling.at) continue
    batches.delete(key)
    yield* post.send({ ...batch, sendAt: telling.at })
  }
}

function nextBatch(batches: ReadonlyMap<string, Batch>): [string, Batch] | null {
  let next: [string, Batch] | null = null
  for (const entry of batches) if (next === null || entry[1].sendAt < next[1].sendAt) next = entry
  return next
}

// Numbers and seals messages, adds what sources send besides, and sends some twice.
function postOffice(world: World, faults: Faults) {
  const dice = random(world.seed ^ 0x9057, 0xffff_ffff)
  const later: Omit<Message, 'seq'>[] = []
  let seq = 0
  const postpone = (message: Omit<Message, 'seq'>) => {
    const place = later.findIndex((other) => other.at > message.at)
    later.splice(place === -1 ? later.length : place, 0, message)
  }
  function* waiting(until: Instant): Generator<Message, void, undefined> {
    while (later.length > 0 && later[0]!.at <= until) yield { seq: seq++, ...later.shift()! }
  }
  function* send(batch: Batch): Generator<Message, void, undefined> {
    const control = seq + 1
    const extras = extrasOf(batch, dice)
    const broken =
      faults.poison > 0 && dice.chance(faults.poison)
        ? poison(batch.source, batch.kind, control)
        : null
    const alone = batch.source === 'tickets' && broken !== null
    const parts: Extra[] = [
      ...batch.tellings,
      ...extras.parts,
      ...(broken === null || alone ? [] : [broken]),
    ]
    const message: Message = {
      seq: seq++,
      source: batch.source,
      kind: batch.kind,
      at: batch.sendAt,
      bytes: envelop(batch, parts, control),
      ...named(batch, control),
      records:
        batch.tellings.reduce((sum, telling) => sum + telling.records, 0) +
        extras.parts.length +
        (broken === null || alone ? 0 : 1),
      poison: broken === null || alone ? 0 : 1,
      late: batch.tellings.filter((telling) => telling.late === true).length,
    }
    yield message
    if (alone)
      yield {
        ...message,
        seq: seq++,
        bytes: envelop(batch, [broken], control),
        records: 1,
        poison: 1,
        late: 0,
      }
    const acknowledged =
      batch.source === 'networking-edi' ? acknowledge(batch, control, dice) : null
    if (acknowledged !== null) postpone(acknowledged)
    if (faults.duplicates > 0 && dice.chance(faults.duplicates)) {
      const { seq: duplicateOf, ...again } = message
      postpone({
        ...again,
        at: message.at + Math.floor(dice.between(0.02, 30) * hourMs),
        duplicateOf,
      })
    }
  }
  return { waiting, send }
}

function named(batch: Batch, control: number): { name?: string } {
  const name = fileName(batch.source, batch.sendAt, control)
  return name === undefined ? {} : { name }
}

function extrasOf(batch: Batch, dice: Random): { parts: Extra[] } {
  if (batch.source !== 'warehouse-scans') return { parts: [] }
  const device = `SIN2-H${dice.int(10, 39)}`
  return { parts: [{ kind: 'scan', text: () => heartbeat(device, 'SIN2', batch.sendAt - 1000) }] }
}

// The partner acknowledges our purchase orders' group a few minutes later.
function acknowledge(batch: Batch, control: number, dice: Random): Omit<Message, 'seq'> | null {
  const kinds = [...new Set(batch.tellings.map((telling) => telling.kind))]
  const nth = kinds.indexOf('850')
  if (nth === -1) return null
  const count = batch.tellings.filter((telling) => telling.kind === '850').length
  const sets = Array.from({ length: count }, (_, at) => ({
    code: '850',
    control: String(at + 1).padStart(4, '0'),
    rejected: false,
  }))
  const at = batch.sendAt + Math.floor(dice.between(2, 15) * minuteMs)
  const text = functionalAck(String(groupControl(control, nth)), sets, '0001')
  // Control numbers of the answers count in a range of their own.
  const bytes = Buffer.from(
    interchange(polaris, control + 500_000_000, at, new Map([['997', [text]]])),
  )
  return { source: 'networking-edi', kind: '997', at, bytes, records: 1, poison: 0, late: 0 }
}
