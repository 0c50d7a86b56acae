/** What the pipeline knows of orders and identifiers while it works: a bounded memory over the database. */
import type { OrderState } from '#collation/state.ts'
import type { IdentifierText } from '#model/identifier.ts'

/**
 * An order as the last decided batch left it; `version` is what the database holds once that batch has committed.
 * Between batches only `text` is kept: as one string it costs the garbage collector nothing, as an object graph it
 * dominated it.
 */
export type OrderSlot = {
  key: number
  version: number
  text: string
  open: OrderState | null
  /** How the order is named, while its least identifier stays the same. */
  name: OrderName | null
  scopes: readonly number[]
  /** The order this one was merged into. */
  into: OrderSlot | null
}

/** Derived from the order's least identifier, its anchor. */
export type OrderName = {
  readonly anchor: IdentifierText
  readonly hex: string
  readonly id: string
  readonly label: string
}

/** The state of a slot, parsed at most once a batch. */
export function stateOf(slot: OrderSlot): OrderState {
  return (slot.open ??= JSON.parse(slot.text) as OrderState)
}

export type IdentifierSlot = {
  readonly text: IdentifierText
  orderKey: number
  suspended: boolean
  /** Neighbours that events name it with in claims held back; kept while it links itself. */
  held: readonly IdentifierText[]
  scopes: readonly number[]
  /** Not in the database before the batch that first saw it. */
  fresh: boolean
}

/**
 * A bounded map of two generations: what was not touched while a whole generation filled is forgotten. Entries touched
 * by a batch in flight outlive it, because a generation holds more than all batches in flight together.
 */
export class Recent<K, V> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  #max: number

  constructor(entriesMax: number) {
    this.#max = entriesMax
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key)
    if (found !== undefined) return found
    const older = this.#old.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#max) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
