/**
 * The hub's own decisions over a memory instead of a database: `decide` batch by batch, and what the pipeline does around
 * it (commit, roll back, suspend, take orders apart after a ruling).
 */
import { joinEvent } from '#collation/join.ts'
import { emptyState } from '#collation/state.ts'
import {
  decide,
  FanOutExceeded,
  plan,
  settled,
  type Decision,
  type Knowledge,
  type Placed,
} from '#flow/decide.ts'
import { stateOf, type IdentifierSlot, type OrderSlot } from '#flow/world.ts'
import { identifierHex } from '#identity/identifier-id.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import { admit, partition, suspended } from '#identity/partition.ts'
import type { HubEvent } from '#model/event.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { tenantHash } from '../tenant-hash.ts'
import { voidedBy } from './oracle.ts'
import type { Ruling } from './history.ts'
import type { Step } from './play.ts'

type Order = {
  readonly text: string
  readonly scopes: readonly number[]
  readonly events: Map<string, HubEvent>
}
type Row = { orderKey: number; suspended: boolean; scopes: readonly number[] }

const suspensionsMax = 200

/** Plays the steps from nothing and returns the tenant's hash. Throws what a broken promise of its own looks like. */
export function play(steps: readonly Step[]): string {
  const engine = new Engine()
  for (const step of steps) engine.take(step)
  return engine.hash()
}

class Engine {
  #orders = new Map<number, Order>()
  #rows = new Map<IdentifierText, Row>()
  #slots = new Map<IdentifierText, IdentifierSlot>()
  #orderSlots = new Map<number, OrderSlot>()
  #rulings: Ruling[] = []
  #voided: ReadonlySet<string> = new Set()
  #approved = new Set<IdentifierText>()
  #keys = 0

  take(step: Step): void {
    if (step.kind === 'batch') this.#batch(step.events)
    else if (step.kind === 'ruling') this.#rule(step.ruling)
    else this.#approve()
  }

  hash(): string {
    this.#check()
    return tenantHash(
      [...this.#orders.values()].map(({ text }) => {
        return {
          golden: identifierHex((JSON.parse(text) as { ids: string[] }).ids[0]!),
          state: text,
        }
      }),
    )
  }

  #batch(events: readonly HubEvent[]): void {
    for (let attempt = 0; attempt < suspensionsMax; attempt++) {
      const placed = events.map((event, i) => plan(event, scopeOf(event), 0, i))
      try {
        this.#commit(placed, decide(placed, this.#knowledge()))
        return
      } catch (error) {
        this.#forget()
        if (!(error instanceof FanOutExceeded)) throw error
        this.#suspend(error.identifier)
      }
    }
    throw new Error('the batch never ends: suspending did not help')
  }

  #knowledge(): Knowledge {
    return {
      identifier: (text) => this.#slot(text),
      order: (key) => this.#orderSlot(key),
      newOrderKey: () => ++this.#keys,
      remember: (slot) => void this.#orderSlots.set(slot.key, slot),
      voided: this.#voided,
      approved: this.#approved,
    }
  }

  #slot(text: IdentifierText): IdentifierSlot {
    let slot = this.#slots.get(text)
    if (slot === undefined) {
      const row = this.#rows.get(text)
      const held = row?.suspended === true ? [] : this.#heldWith(text)
      slot =
        row === undefined
          ? { text, orderKey: 0, suspended: false, scopes: [], held, fresh: true }
          : { text, ...row, held, fresh: false }
      this.#slots.set(text, slot)
    }
    return slot
  }

  /** Neighbours of an identifier by claims held back. */
  #heldWith(text: IdentifierText): IdentifierText[] {
    if (this.#voided.size === 0 && ![...this.#rows.values()].some((row) => row.suspended)) return []
    const events = [...this.#orders.values()].flatMap((order) => [...order.events.values()])
    const held = events.flatMap(
      (event) => admit(event, this.#voided, (id) => this.#rows.get(id)?.suspended ?? false).held,
    )
    return [...new Set(held.flatMap(({ a, b }) => (a === text ? [b] : b === text ? [a] : [])))]
  }

  #orderSlot(key: number): OrderSlot {
    let slot = this.#orderSlots.get(key)
    if (slot === undefined) {
      const order = this.#orders.get(key)
      if (order === undefined) throw new Error(`order ${key} does not exist`)
      slot = {
        key,
        version: 1,
        text: order.text,
        open: null,
        name: null,
        scopes: order.scopes,
        into: null,
      }
      this.#orderSlots.set(key, slot)
    }
    return slot
  }

  #commit(placed: readonly Placed[], decision: Decision): void {
    for (const { from, into } of decision.merged) {
      const gone = this.#orders.get(from.key)
      if (gone === undefined) continue
      this.#orders.delete(from.key)
      const target = this.#orderOf(settled(into))
      for (const [id, event] of gone.events) target.events.set(id, event)
    }
    for (const { event, order } of placed) {
      const { events } = this.#orderOf(settled(order!))
      if (!events.has(event.id)) events.set(event.id, event)
    }
    for (const slot of decision.changed.keys()) {
      const order = this.#orderOf(slot)
      slot.text = JSON.stringify(stateOf(slot))
      slot.open = null
      slot.version++
      this.#orders.set(slot.key, { ...order, text: slot.text, scopes: slot.scopes })
    }
    for (const slot of [...decision.freshIdentifiers, ...decision.movedIdentifiers]) {
      slot.fresh = false
      this.#rows.set(slot.text, {
        orderKey: slot.orderKey,
        suspended: slot.suspended,
        scopes: slot.scopes,
      })
    }
  }

  #orderOf(slot: OrderSlot): Order {
    let order = this.#orders.get(slot.key)
    if (order === undefined)
      this.#orders.set(
        slot.key,
        (order = { text: slot.text, scopes: slot.scopes, events: new Map() }),
      )
    return order
  }

  /** What a rolled back batch leaves behind: nothing. */
  #forget(): void {
    this.#slots.clear()
    this.#orderSlots.clear()
  }

  #rule(ruling: Ruling): void {
    this.#rulings.push(ruling)
    this.#voided = voidedBy(this.#rulings)
    this.#resettle([ruling.claim.a, ruling.claim.b])
  }

  #suspend(identifier: IdentifierText): void {
    const row = this.#rows.get(identifier) ?? { orderKey: 0, scopes: [] }
    this.#rows.set(identifier, { ...row, suspended: true })
    this.#resettle([identifier], identifier)
  }

  #approve(): void {
    const open = [...this.#rows].filter(([, row]) => row.suspended).map(([text]) => text)
    for (const text of open) this.#approved.add(text)
    if (open.length > 0) this.#resettle(open)
  }

  /** Takes every order apart that these identifiers touch, and puts together what their events make now. */
  #resettle(touched: readonly IdentifierText[], suspending?: IdentifierText): void {
    this.#forget()
    this.#judge(touched, suspending)
    const isSuspended = (id: IdentifierText): boolean => this.#rows.get(id)?.suspended ?? false
    const keys = new Set<number>()
    for (let reached = this.#ordersNaming(touched); reached.size > 0;) {
      for (const key of reached) keys.add(key)
      const admitted = this.#eventsOf(keys).map((event) => admit(event, this.#voided, isSuspended))
      const ids = admitted.flatMap((entry) => entry.ids)
      reached = new Set(
        ids
          .map((id) => this.#rows.get(id)?.orderKey ?? 0)
          .filter((key) => key !== 0 && !keys.has(key)),
      )
    }
    this.#refold(keys, isSuspended)
  }

  /** A ruling changes how many neighbours its own identifiers have, and no other's. */
  #judge(touched: readonly IdentifierText[], suspending?: IdentifierText): void {
    const events = [...this.#orders.values()].flatMap((order) => [...order.events.values()])
    const over = suspended(events, { voided: this.#voided, approved: this.#approved })
    for (const id of touched) {
      const row = this.#rows.get(id)
      if (row !== undefined && id !== suspending)
        this.#rows.set(id, { ...row, suspended: over.has(id) })
    }
  }

  #ordersNaming(touched: readonly IdentifierText[]): Set<number> {
    const keys = new Set<number>()
    for (const [key, order] of this.#orders) {
      for (const event of order.events.values()) {
        if (linkingIdentifiers(event).some((text) => touched.includes(text))) keys.add(key)
      }
    }
    return keys
  }

  #eventsOf(keys: ReadonlySet<number>): HubEvent[] {
    return [...keys].flatMap((key) => [...this.#orders.get(key)!.events.values()])
  }

  #refold(keys: ReadonlySet<number>, isSuspended: (id: IdentifierText) => boolean): void {
    const events = this.#eventsOf(keys)
    for (const key of keys) this.#orders.delete(key)
    for (const row of this.#rows.values()) if (keys.has(row.orderKey)) row.orderKey = 0
    for (const { members } of partition(
      events.map((event) => admit(event, this.#voided, isSuspended)),
    )) {
      const state = emptyState()
      const key = ++this.#keys
      for (const { event, ids, links } of members) joinEvent(state, event, ids, links)
      const scopes = [...new Set(members.map((member) => scopeOf(member.event)))].toSorted(
        (a, b) => a - b,
      )
      this.#orders.set(key, {
        text: JSON.stringify(state),
        scopes,
        events: new Map(members.map(({ event }) => [event.id, event])),
      })
      for (const id of state.ids)
        this.#rows.set(id, { suspended: isSuspended(id), scopes, orderKey: key })
    }
  }

  /** No event twice, every identifier where its order is, and every claim's pair in one order or held back. */
  #check(): void {
    const seen = new Set<string>()
    for (const [key, order] of this.#orders) {
      for (const id of order.events.keys()) {
        if (seen.has(id)) throw new Error(`event ${id} stands in two timelines`)
        seen.add(id)
      }
      for (const id of (JSON.parse(order.text) as { ids: string[] }).ids) {
        if (this.#rows.get(id)?.orderKey !== key)
          throw new Error(`${id} does not lead to its order`)
      }
    }
  }
}

function scopeOf(event: HubEvent): number {
  return ['servers', 'storage', 'carriers', 'group'].indexOf(event.company) + 1
}
