/** What another version of a mapping would change, told before it is published; nothing is written. */
import type pg from 'pg'
import type { TrustOf } from '#collation/status.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import type { HubEvent } from '#model/event.ts'
import type { Mapped } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Access } from '#store/client.ts'
import { judgeOrders, type OrdersChanged } from './affected-orders.ts'
import { type Progress, readTwice, type Twice } from './reread.ts'

export type VersionDiff = {
  readonly source: string
  readonly receipts: number
  readonly records: number
  /** `changed`: what is told of the same thing and time in other words; neither added nor removed. */
  readonly events: {
    readonly before: number
    readonly after: number
    readonly added: number
    readonly removed: number
    readonly changed: number
  }
  /** Records that would leave quarantine or enter it, the latter by reason. */
  readonly quarantine: {
    readonly healed: number
    readonly fresh: number
    readonly reasons: readonly { readonly code: string; readonly records: number }[]
  }
  /** Words no term would know, most frequent first. */
  readonly unknownWords: readonly { readonly word: string; readonly times: number }[]
  readonly orders: OrdersChanged
  /** False when more changed than is looked into; the counts of orders are then of a part. */
  readonly complete: boolean
  readonly sentence: string
}

export type DiffContext = {
  readonly pool: pg.Pool
  readonly access: Access
  readonly trustOf: TrustOf
  readonly voided: ReadonlySet<string>
}

/** Events that differ and are looked into. */
const eventsMax = 500_000
const wordsShown = 50

type Counts = {
  records: number
  before: number
  after: number
  healed: number
  fresh: number
  reasons: Map<string, number>
  words: Map<string, number>
}

/** Reads every stored receipt of the source with both versions. `current`: what runs, null for a source that is new. */
export async function diffVersions(
  context: DiffContext,
  current: Source | null,
  candidate: Source,
  progress: Progress = () => undefined,
): Promise<VersionDiff> {
  const counts = noCounts()
  const differing = new Differing()
  const { pool, access } = context
  const receipts = await readTwice(
    pool,
    access,
    current,
    candidate,
    (record) => {
      count(counts, record)
      differing.note(eventsOf(record.before), eventsOf(record.after))
    },
    progress,
  )
  const { removed, added, changed } = differing.settle()
  const trustOf: TrustOf = (name, about) =>
    name === candidate.name
      ? (candidate.trust.facts[about] ?? candidate.trust.base)
      : context.trustOf(name, about)
  const change = { source: candidate.name, removed, added, makes: differing.makes }
  const orders = await judgeOrders({ ...context, trustOf }, change)
  const { records, before, after, healed, fresh, reasons, words } = counts
  const diff = {
    source: candidate.name,
    receipts,
    records,
    events: {
      before,
      after,
      added: added.length - changed,
      removed: removed.length - changed,
      changed,
    },
    quarantine: {
      healed,
      fresh,
      reasons: byCount(reasons).map(([code, times]) => ({ code, records: times })),
    },
    unknownWords: byCount(words)
      .slice(0, wordsShown)
      .map(([word, times]) => ({ word, times })),
    orders,
    complete: !differing.full,
  }
  return { ...diff, sentence: sentenceOf(diff) }
}

function noCounts(): Counts {
  return {
    records: 0,
    before: 0,
    after: 0,
    healed: 0,
    fresh: 0,
    reasons: new Map(),
    words: new Map(),
  }
}

function eventsOf(mapped: Mapped | null): readonly HubEvent[] {
  return mapped?.kind === 'events' ? mapped.events : []
}

function count(counts: Counts, { before, after }: Twice): void {
  counts.records++
  counts.before += eventsOf(before).length
  counts.after += eventsOf(after).length
  const held = before?.kind === 'quarantined'
  if (after?.kind === 'quarantined' && !held) {
    counts.fresh++
    counts.reasons.set(after.fault.code, (counts.reasons.get(after.fault.code) ?? 0) + 1)
  }
  if (after?.kind === 'events' && held) counts.healed++
  for (const { milestone, words = '' } of eventsOf(after))
    if (milestone === 'unknown') counts.words.set(words, (counts.words.get(words) ?? 0) + 1)
}

/** Events only one of the versions makes. An event that several records tell stays while one of them tells it. */
class Differing {
  readonly #before = new Set<number>()
  readonly #after = new Set<number>()
  readonly #removed = new Map<string, HubEvent>()
  readonly #added = new Map<string, HubEvent>()

  get full(): boolean {
    return this.#removed.size + this.#added.size >= eventsMax
  }

  note(before: readonly HubEvent[], after: readonly HubEvent[]): void {
    for (const event of before) this.#before.add(short(event.id))
    for (const event of after) this.#after.add(short(event.id))
    if (this.full) return
    for (const event of before)
      if (!this.#after.has(short(event.id))) this.#removed.set(event.id, event)
    for (const event of after)
      if (!this.#before.has(short(event.id))) this.#added.set(event.id, event)
  }

  /** Whether the new version makes the event of this id. */
  readonly makes = (id: string): boolean => this.#after.has(short(id))

  settle(): { removed: HubEvent[]; added: HubEvent[]; changed: number } {
    const removed = [...this.#removed.values()].filter(({ id }) => !this.#after.has(short(id)))
    const added = [...this.#added.values()].filter(({ id }) => !this.#before.has(short(id)))
    const places = new Map<string, number>()
    for (const event of removed) places.set(placeOf(event), (places.get(placeOf(event)) ?? 0) + 1)
    let changed = 0
    for (const event of added) {
      const left = places.get(placeOf(event)) ?? 0
      if (left > 0) changed++
      places.set(placeOf(event), left - 1)
    }
    return { removed, added, changed }
  }
}

/** 52 bits of an id: a number costs a fifth of its text. */
function short(id: string): number {
  return Number.parseInt(id.slice(0, 13), 16)
}

/** What is retold: the same anchor, part, classifier and instant. */
function placeOf(event: HubEvent): string {
  const part = event.part.kind === 'order' ? '' : `${event.part.kind} ${event.part.key}`
  return `${linkingIdentifiers(event)[0] ?? ''} ${part} ${event.classifier} ${event.time.at}`
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

const whole = new Intl.NumberFormat('en-US')

function sentenceOf({
  events,
  quarantine,
  orders,
  complete,
}: Omit<VersionDiff, 'sentence'>): string {
  const some = (amount: number, what: string) =>
    amount === 0 ? [] : [`${whole.format(amount)} ${what}`]
  const parts = [
    ...some(orders.statusesChanged, 'statuses'),
    ...some(orders.added, 'new orders'),
    ...some(orders.gone, 'orders gone'),
    ...some(events.added, 'events added'),
    ...some(events.removed, 'events removed'),
    ...some(events.changed, 'events changed'),
    ...some(quarantine.healed, 'records leave quarantine'),
    ...some(quarantine.fresh, 'records enter quarantine'),
  ]
  if (parts.length === 0) return 'This version changes nothing of what was received.'
  const least = complete ? '' : 'at least '
  return `This version changes ${least}${whole.format(orders.changed)} orders: ${parts.join(', ')}.`
}
