/**
 * The decisions of one batch: which order every event belongs to, which orders merge, what their state becomes.
 * No I/O: all it needs was read before, or decided by the batches before it.
 */
import { joinEvent, joinState } from '#collation/join.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import { overFanOut } from '#identity/guard.ts'
import { claims, linkingIdentifiers, type Claim } from '#identity/links.ts'
import { admit, notAdmitted, type NotAdmitted } from '#identity/partition.ts'
import type { HubEvent } from '#model/event.ts'
import { limits } from '#model/limits.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { createPause } from './pause.ts'
import { stateOf, type IdentifierSlot, type OrderSlot } from './world.ts'

/** One event on its way: what it claims, where its bytes are, and the order it came to. */
export type Placed = {
  readonly event: HubEvent
  readonly texts: readonly IdentifierText[]
  readonly claims: readonly Claim[]
  /** The identifiers' slots, once they are known; looked up by text otherwise. */
  slots: IdentifierSlot[] | null
  readonly scope: number
  readonly item: number
  readonly record: number
  order: OrderSlot | null
  /** The key of that order when the batch decided. */
  orderKey: number
  /** Whether the order's state learned anything from the event: what it knew already may have come before. */
  news: boolean
}

export function plan(event: HubEvent, scope: number, item: number, record: number): Placed {
  const texts = linkingIdentifiers(event)
  return {
    event,
    texts,
    claims: claims(event, texts),
    slots: null,
    scope,
    item,
    record,
    order: null,
    orderKey: 0,
    news: false,
  }
}

/** How the decision reaches what is known; `identifier` has every text of the batch, known to the database or fresh. */
export type Knowledge = {
  identifier: (text: IdentifierText) => IdentifierSlot
  order: (key: number) => OrderSlot
  newOrderKey: () => number
  remember: (slot: OrderSlot) => void
  readonly voided: ReadonlySet<string>
  readonly approved: ReadonlySet<IdentifierText>
}

export type Decision = {
  /** Orders whose row changes, with the newest event that changed them. */
  readonly changed: Map<OrderSlot, HubEvent>
  /** Orders that ceased to exist, and where they went. */
  readonly merged: { readonly from: OrderSlot; readonly into: OrderSlot }[]
  readonly freshIdentifiers: IdentifierSlot[]
  /** Identifiers that moved to another order or became visible to another scope. */
  readonly movedIdentifiers: Set<IdentifierSlot>
  /** Claims that are void or held back because of a suspended identifier, once under each of their sides. */
  readonly heldBack: (NotAdmitted & { readonly placed: Placed })[]
}

/** Thrown when an event would take an identifier over its fan-out: it must be suspended before the batch can go on. */
export class FanOutExceeded extends Error {
  override readonly name = 'FanOutExceeded'
  readonly identifier: IdentifierText
  /** The scope of the event that would do it. */
  readonly scope: number
  constructor(identifier: IdentifierText, scope: number) {
    super(`${identifier} would join too many orders`)
    this.identifier = identifier
    this.scope = scope
  }
}

/** Decides a whole batch in the order given; the result does not hang on that order. */
export function decide(batch: readonly Placed[], known: Knowledge): Decision {
  const decision = noDecision()
  for (const placed of batch) place(placed, known, decision)
  return decided(batch, decision)
}

/** The same with pauses; nothing else may decide meanwhile. */
export async function decideInStretches(
  batch: readonly Placed[],
  known: Knowledge,
): Promise<Decision> {
  const decision = noDecision()
  const pause = createPause()
  for (const placed of batch) {
    place(placed, known, decision)
    if (pause.due()) await pause.take()
  }
  return decided(batch, decision)
}

function noDecision(): Decision {
  return {
    changed: new Map(),
    merged: [],
    freshIdentifiers: [],
    movedIdentifiers: new Set(),
    heldBack: [],
  }
}

function decided(batch: readonly Placed[], decision: Decision): Decision {
  for (const placed of batch) placed.orderKey = settled(placed.order!).key
  return decision
}

function place(placed: Placed, known: Knowledge, decision: Decision): void {
  let ids = placed.texts
  let links = placed.claims
  let held: readonly Claim[] = []
  let kept: readonly NotAdmitted[] = []
  const own = placed.slots ?? ids.map((text) => known.identifier(text))
  if (known.voided.size > 0 || own.some((slot) => slot.suspended)) {
    const admitted = admit(placed.event, known.voided, (text) => known.identifier(text).suspended)
    ids = admitted.ids
    links = admitted.links
    held = admitted.held
    kept = notAdmitted(admitted, known.voided)
  }
  const slots = ids === placed.texts ? own : ids.map((text) => known.identifier(text))
  const order = orderFor(slots, known, decision)
  guard(order, links, held, placed.scope, known)
  for (const claim of kept) holdBack(claim, placed, known, decision)
  for (const slot of slots) attach(slot, order, placed.scope, decision)
  placed.order = order
  placed.news = joinEvent(stateOf(order), placed.event, ids, links)
  if (placed.news) {
    const newest = decision.changed.get(order)
    if (newest === undefined || isNewer(placed.event, newest))
      decision.changed.set(order, placed.event)
    if (!order.scopes.includes(placed.scope))
      order.scopes = [...order.scopes, placed.scope].toSorted((a, b) => a - b)
  }
}

/** The order its identifiers already have; several are merged into the oldest, none makes a new one. */
function orderFor(
  slots: readonly IdentifierSlot[],
  known: Knowledge,
  decision: Decision,
): OrderSlot {
  let target: OrderSlot | null = null
  for (const slot of slots) {
    if (slot.orderKey === 0) continue
    const order = settled(known.order(slot.orderKey))
    if (target === null || target === order) target = order
    else target = merge(target, order, known, decision)
  }
  if (target !== null) return target
  const fresh: OrderSlot = {
    key: known.newOrderKey(),
    version: 0,
    text: '',
    open: emptyState(),
    name: null,
    scopes: [],
    into: null,
  }
  known.remember(fresh)
  return fresh
}

/** The order that this one is now a part of, or itself. */
export function settled(order: OrderSlot): OrderSlot {
  let slot = order
  while (slot.into !== null) slot = slot.into
  return slot
}

function merge(a: OrderSlot, b: OrderSlot, known: Knowledge, decision: Decision): OrderSlot {
  const [into, from] = a.key < b.key ? [a, b] : [b, a]
  joinState(stateOf(into), stateOf(from))
  into.scopes = [...new Set([...into.scopes, ...from.scopes])].toSorted((x, y) => x - y)
  from.into = into
  for (const text of stateOf(from).ids) {
    const slot = known.identifier(text)
    slot.orderKey = into.key
    if (!slot.fresh) decision.movedIdentifiers.add(slot)
  }
  const newest = decision.changed.get(from)
  decision.changed.delete(from)
  decision.merged.push({ from, into })
  const kept = decision.changed.get(into)
  if (newest !== undefined && (kept === undefined || isNewer(newest, kept)))
    decision.changed.set(into, newest)
  return into
}

/** What happened is news before what is planned or expected: those lie ahead, and would always seem the newest. */
export function isNewer(event: HubEvent, than: HubEvent): boolean {
  const actual = Number(event.classifier === 'ACT') - Number(than.classifier === 'ACT')
  return actual > 0 || (actual === 0 && event.time.at >= than.time.at)
}

function attach(slot: IdentifierSlot, order: OrderSlot, scope: number, decision: Decision): void {
  if (slot.orderKey === 0) {
    slot.orderKey = order.key
    if (slot.fresh) decision.freshIdentifiers.push(slot)
    else decision.movedIdentifiers.add(slot)
  }
  if (slot.scopes.includes(scope)) return
  slot.scopes = [...slot.scopes, scope]
  if (!slot.fresh) decision.movedIdentifiers.add(slot)
}

/**
 * Refuses an event that would take an identifier over its fan-out. Counted is what `partition.ts` counts: every neighbour
 * that a claim names, held back or not; so the same identifiers are suspended whatever came first.
 */
function guard(
  order: OrderSlot,
  links: readonly Claim[],
  held: readonly Claim[],
  scope: number,
  known: Knowledge,
): void {
  if (
    held.length === 0 &&
    stateOf(order).links.length + links.length <= limits.fanOutCheckFrom &&
    noneHeld(links, known)
  )
    return
  const named = new Map<IdentifierText, IdentifierText[]>()
  for (const { a, b } of held.length === 0 ? links : [...links, ...held]) {
    name(named, a, b)
    name(named, b, a)
  }
  for (const [id, others] of named) {
    const slot = known.identifier(id)
    if (slot.suspended || known.approved.has(id)) continue
    const neighbours = new Set(slot.held)
    const own = slot.orderKey === 0 ? order : settled(known.order(slot.orderKey))
    addNeighbours(neighbours, stateOf(own), id)
    const before = neighbours.size
    for (const other of others) neighbours.add(other)
    if (neighbours.size > before && overFanOut(id, neighbours)) throw new FanOutExceeded(id, scope)
  }
}

function noneHeld(links: readonly Claim[], known: Knowledge): boolean {
  return links.every(
    ({ a, b }) => known.identifier(a).held.length === 0 && known.identifier(b).held.length === 0,
  )
}

function name(
  named: Map<IdentifierText, IdentifierText[]>,
  id: IdentifierText,
  other: IdentifierText,
): void {
  const others = named.get(id)
  if (others === undefined) named.set(id, [other])
  else others.push(other)
}

function addNeighbours(found: Set<IdentifierText>, state: OrderState, id: IdentifierText): void {
  const index = state.ids.indexOf(id)
  if (index < 0) return
  for (const link of state.links) {
    if (link[0] === index) found.add(state.ids[link[1]]!)
    else if (link[1] === index) found.add(state.ids[link[0]]!)
  }
}

function holdBack(claim: NotAdmitted, placed: Placed, known: Knowledge, decision: Decision): void {
  decision.heldBack.push({ ...claim, placed })
  const slot = known.identifier(claim.identifier)
  if (claim.isVoid || slot.suspended || slot.held.includes(claim.other)) return
  slot.held = [...slot.held, claim.other]
}
