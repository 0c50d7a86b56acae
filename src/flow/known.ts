/** Gathers what a batch needs to decide: from memory where it is, else from the database. */
import type { ClientBase } from 'pg'
import { identifierId } from '#identity/identifier-id.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { limits } from '#model/limits.ts'
import { readHeldBack, readIdentifiers, readOrders, type OrderRow } from '#store/read-known.ts'
import type { Knowledge, Placed } from './decide.ts'
import { Recent, stateOf, type IdentifierSlot, type OrderSlot } from './world.ts'

export type Memory = {
  readonly identifiers: Recent<IdentifierText, IdentifierSlot>
  readonly orders: Recent<number, OrderSlot>
}

export function createMemory(): Memory {
  return {
    identifiers: new Recent(limits.identifierCacheMax),
    orders: new Recent(limits.orderCacheMax),
  }
}

/** What one batch read ahead of its turn; memory wins over it, because batches before it may have decided since. */
export type ReadAhead = {
  readonly identifiers: Map<IdentifierText, IdentifierSlot>
  readonly orders: Map<number, OrderRow>
  /** For each event, what memory held of its identifiers; it holds them as long as the batch is under way. */
  readonly slots: readonly (readonly (IdentifierSlot | undefined)[])[]
}

/** First reading, beside the batches still in flight. */
export async function readAhead(
  client: ClientBase,
  placed: readonly Placed[],
  memory: Memory,
  rulings: Rulings,
): Promise<ReadAhead> {
  const missing = new Set<IdentifierText>()
  const keys = new Set<number>()
  const identifiers = new Map<IdentifierText, IdentifierSlot>()
  const slots = placed.map(({ texts }) =>
    texts.map((text) => {
      const slot = memory.identifiers.get(text)
      if (slot === undefined) missing.add(text)
      else if (slot.orderKey !== 0 && memory.orders.get(slot.orderKey) === undefined)
        keys.add(slot.orderKey)
      return slot
    }),
  )
  const texts = [...missing]
  for (const row of await readIdentifiers(client, texts.map(identifierId))) {
    const text = texts[row.n - 1]!
    identifiers.set(text, {
      text,
      orderKey: row.order_key,
      suspended: row.suspended,
      held: [],
      scopes: row.scope_keys,
      fresh: false,
    })
    if (row.order_key !== 0 && memory.orders.get(row.order_key) === undefined)
      keys.add(row.order_key)
  }
  const orders = new Map<number, OrderRow>()
  for (const row of await readOrders(client, [...keys])) orders.set(row.order_key, row)
  if (rulings.holdBack) await addHeldBack(client, identifiers, texts)
  return { identifiers, orders, slots }
}

/** What is held back counts for the fan-out of identifiers that still link, known ones and new ones. */
async function addHeldBack(
  client: ClientBase,
  identifiers: Map<IdentifierText, IdentifierSlot>,
  texts: readonly IdentifierText[],
): Promise<void> {
  const linking = texts.filter((text) => identifiers.get(text)?.suspended !== true)
  for (const [text, held] of await readHeldBack(client, linking)) {
    const slot = identifiers.get(text)
    if (slot === undefined)
      identifiers.set(text, { text, orderKey: 0, suspended: false, held, scopes: [], fresh: true })
    else slot.held = held
  }
}

/**
 * Makes everything the batch will ask for answerable without I/O. Runs when all earlier batches have decided; reads
 * again only what they moved.
 */
export async function settleKnowledge(
  client: ClientBase,
  placed: readonly Placed[],
  memory: Memory,
  ahead: ReadAhead,
  rulings: Rulings,
): Promise<void> {
  const keys = new Set<number>()
  for (const [i, event] of placed.entries()) {
    event.slots = []
    for (const [j, text] of event.texts.entries()) {
      let slot = ahead.slots[i]![j] ?? memory.identifiers.get(text)
      if (slot === undefined) {
        slot = ahead.identifiers.get(text) ?? {
          text,
          orderKey: 0,
          suspended: false,
          held: [],
          scopes: [],
          fresh: true,
        }
        memory.identifiers.set(text, slot)
      }
      event.slots.push(slot)
      if (slot.orderKey !== 0 && memory.orders.get(slot.orderKey) === undefined) {
        const row = ahead.orders.get(slot.orderKey)
        if (row === undefined) keys.add(slot.orderKey)
        else memory.orders.set(row.order_key, slotOf(row))
      }
    }
  }
  for (const row of await readOrders(client, [...keys]))
    memory.orders.set(row.order_key, slotOf(row))
  await readMergeable(client, placed, memory, rulings)
}

/** Orders about to merge bring identifiers along that the batch does not name: those must be known too. */
async function readMergeable(
  client: ClientBase,
  placed: readonly Placed[],
  memory: Memory,
  rulings: Rulings,
): Promise<void> {
  const missing = new Set<IdentifierText>()
  for (const key of mergeable(placed)) {
    const order = memory.orders.get(key)
    for (const text of order === undefined ? [] : stateOf(order).ids) {
      if (memory.identifiers.get(text) === undefined) missing.add(text)
    }
  }
  const texts = [...missing]
  const found = new Map<IdentifierText, IdentifierSlot>()
  for (const row of await readIdentifiers(client, texts.map(identifierId))) {
    const text = texts[row.n - 1]!
    found.set(text, {
      text,
      orderKey: row.order_key,
      suspended: row.suspended,
      held: [],
      scopes: row.scope_keys,
      fresh: false,
    })
  }
  if (rulings.holdBack) await addHeldBack(client, found, texts)
  for (const [text, slot] of found) memory.identifiers.set(text, slot)
}

/** New identifiers that the batch's events join, and the orders they join them to. */
type Joined = { keys: number[]; into: Joined | null }

/** Orders that events of the batch name together, or join by way of an identifier that has no order yet. */
function mergeable(placed: readonly Placed[]): Set<number> {
  const found = new Set<number>()
  const joinedBy = new Map<IdentifierText, Joined>()
  for (const { slots } of placed) {
    if (slots === null || slots.length < 2) continue
    const fresh = slots.filter((slot) => slot.orderKey === 0)
    const keys = slots.map((slot) => slot.orderKey).filter((key) => key !== 0)
    if (fresh.length > 0) joinAll(fresh, keys, joinedBy)
    else if (keys.some((key) => key !== keys[0])) for (const key of keys) found.add(key)
  }
  for (const joined of joinedBy.values()) {
    const { keys } = rootOf(joined)
    if (keys.some((key) => key !== keys[0])) for (const key of keys) found.add(key)
  }
  return found
}

/** Joins new identifiers of one event to each other and to its orders. */
function joinAll(
  fresh: readonly IdentifierSlot[],
  keys: readonly number[],
  joinedBy: Map<IdentifierText, Joined>,
): void {
  let joined: Joined | null = null
  for (const { text } of fresh) {
    const known = joinedBy.get(text)
    if (known === undefined) continue
    const root = rootOf(known)
    if (joined === null) joined = root
    else if (joined !== root) {
      joined.keys.push(...root.keys)
      root.into = joined
    }
  }
  joined ??= { keys: [], into: null }
  for (const { text } of fresh) joinedBy.set(text, joined)
  for (const key of keys) if (!joined.keys.includes(key)) joined.keys.push(key)
}

function rootOf(joined: Joined): Joined {
  let root = joined
  while (root.into !== null) root = root.into
  return root
}

function slotOf(row: OrderRow): OrderSlot {
  return {
    key: row.order_key,
    version: row.version,
    text: row.state,
    open: null,
    name: null,
    scopes: row.scope_keys,
    into: null,
  }
}

/** Rulings of people, kept whole in memory because they are few. */
export type Rulings = {
  voided: ReadonlySet<string>
  approved: ReadonlySet<IdentifierText>
  /** Whether any claim may be held back at all: a claim is void, or an identifier is suspended. */
  holdBack: boolean
}

/** Raised when memory lost what a decision needs; the batch is simply done again. */
export class MemoryGap extends Error {
  override readonly name = 'MemoryGap'
}

export function knowledgeOf(
  memory: Memory,
  rulings: Rulings,
  newOrderKey: () => number,
): Knowledge {
  return {
    identifier: (text) => {
      const slot = memory.identifiers.get(text)
      if (slot === undefined) throw new MemoryGap(`identifier ${text} is not in memory`)
      return slot
    },
    order: (key) => {
      const slot = memory.orders.get(key)
      if (slot === undefined) throw new MemoryGap(`order ${key} is not in memory`)
      return slot
    },
    newOrderKey,
    remember: (slot) => memory.orders.set(slot.key, slot),
    voided: rulings.voided,
    approved: rulings.approved,
  }
}
