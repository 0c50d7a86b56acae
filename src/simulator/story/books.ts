/** How the order system of a company tells the life of an order; one implementation per acquired firm. */
import type { Instant } from '#model/time.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import type { Teller } from './teller.ts'
import { networkingBooks } from './networking.ts'
import { serversBooks } from './servers.ts'
import { storageBooks } from './storage.ts'

/** Pieces of each line that are short. */
export type Short = ReadonlyMap<string, number>

export type Books = {
  readonly placed: (at: Instant, requested: Instant) => void
  readonly confirmed: (at: Instant, promised: Instant, short: Short) => void
  readonly held: (at: Instant) => void
  readonly released: (at: Instant) => void
  readonly cancelled: (at: Instant) => void
  readonly rejected: (at: Instant) => void
  /** `lagMinutes`: how long after goods issue the system tells it. */
  readonly shipped: (at: Instant, shipment: Shipment, lagMinutes: number) => void
  readonly invoiced: (at: Instant) => void
}

export function booksOf(teller: Teller, order: CompanyOrder): Books {
  switch (order.company) {
    case 'servers':
      return serversBooks(teller, order)
    case 'storage':
      return storageBooks(teller, order)
    case 'networking':
      return networkingBooks(teller, order)
  }
}
