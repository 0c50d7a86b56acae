/** The life of a deal from the first offer to its end, as every system tells it. */
import type { Instant } from '#model/time.ts'
import { dayMs, hourMs } from '../calendar.ts'
import { drawDeal } from '../deal.ts'
import { random } from '../random.ts'
import type { CompanyOrder, Deal, DealTruth, FinalStatus, OrderTruth, Telling } from '../world.ts'
import { booksOf, type Books, type Short } from './books.ts'
import { cancellationRequest, opportunity, question, returnRequest } from './people.ts'
import { teller, type Faults, type Teller, type Warp } from './teller.ts'
import { transport } from './transport.ts'
import { goodsBack, warehouse } from './warehouse.ts'

export type Life = {
  readonly deal: Deal
  readonly tellings: readonly Telling[]
  readonly truth: DealTruth
}

/** Tells deal `index` of world `seed`; it starts at `startsAt`. Tellings are sorted by the time they reach the hub. */
export function live(
  seed: number,
  index: number,
  startsAt: Instant,
  faults: Faults,
  warp: Warp,
): Life {
  const dice = random(seed, index)
  const deal = drawDeal(index, dice)
  const tell = teller(deal, dice, faults, warp)
  const orderedAt =
    startsAt + (deal.opportunity === null ? 0 : Math.floor(dice.between(1, 5) * dayMs))
  opportunity(tell, startsAt, orderedAt)
  const ordered = deal.orders.map((order, nth) => {
    const at = orderedAt + nth * Math.floor(dice.between(0.2, 6) * hourMs)
    orderLife(tell, order, at)
    return at
  })
  tell.tellings.sort((a, b) => a.at - b.at)
  return { deal, tellings: tell.tellings, truth: truthOf(tell, ordered) }
}

function orderLife(teller: Teller, order: CompanyOrder, orderedAt: Instant): void {
  const { deal, dice } = teller
  const books = booksOf(teller, order)
  const requested = orderedAt + dice.int(7, 21) * dayMs
  books.placed(orderedAt, requested)
  let at = orderedAt + Math.floor(dice.between(2, 20) * hourMs)
  if (deal.fate === 'rejected') return books.rejected(at)
  at = creditHold(teller, books, at)
  if (deal.fate === 'held') return
  const short = dice.chance(0.12) && order.shipments.length > 1 ? shortOf(order) : noShort
  books.confirmed(at, requested + dice.int(-1, 4) * dayMs, short)
  if (deal.fate === 'stuck') return
  if (deal.fate === 'cancelled') {
    at += Math.floor(dice.between(3, 40) * hourMs)
    cancellationRequest(teller, order, at)
    return books.cancelled(at + Math.floor(dice.between(0.5, 5) * hourMs))
  }
  shipAll(teller, books, order, at, short.size > 0)
}

// The way from a confirmed order to the customer's door, one shipment after the other.
function shipAll(
  teller: Teller,
  books: Books,
  order: CompanyOrder,
  confirmedAt: Instant,
  backordered: boolean,
): void {
  const { deal, dice } = teller
  let shippedAt = confirmedAt + Math.floor(dice.between(1, 4) * dayMs)
  let arrivedAt: Instant | null = null
  order.shipments.forEach((shipment, nth) => {
    if (nth > 0)
      shippedAt += Math.floor((backordered ? dice.between(5, 10) : dice.between(0.5, 3)) * dayMs)
    const packedAt = warehouse(teller, order, shipment, shippedAt)
    books.shipped(shippedAt, shipment, dice.chance(0.12) ? dice.int(360, 2400) : dice.int(2, 25))
    const lost = deal.fate === 'lost' && nth === order.shipments.length - 1
    arrivedAt = transport(teller, order, shipment, packedAt, shippedAt, lost) ?? arrivedAt
    if (lost) question(teller, order, shipment, shippedAt + 4 * dayMs, 'complaint')
  })
  books.invoiced(shippedAt + dayMs)
  if (deal.fate === 'delivered' && order === deal.orders[0] && dice.chance(0.08))
    question(
      teller,
      order,
      dice.chance(0.5) ? order.shipments[0] : undefined,
      shippedAt + dayMs,
      'question',
    )
  if (deal.fate === 'returned' && arrivedAt !== null) {
    const askedAt = arrivedAt + Math.floor(dice.between(1, 6) * dayMs)
    const rma = returnRequest(teller, order, askedAt)
    goodsBack(teller, order, askedAt + Math.floor(dice.between(3, 9) * dayMs), rma)
  }
}

function creditHold(teller: Teller, books: Books, at: Instant): Instant {
  const { deal, dice } = teller
  const forever = deal.fate === 'held'
  if (!forever && !dice.chance(0.07)) return at
  books.held(at)
  const releasedAt = at + Math.floor(dice.between(6, 60) * hourMs)
  teller.holds.push({
    kind: 'credit',
    placedAt: teller.warp(at),
    releasedAt: forever ? null : teller.warp(releasedAt),
  })
  if (!forever) books.released(releasedAt)
  return releasedAt + 2 * hourMs
}

const noShort: Short = new Map()

// What does not leave with the first shipment is short.
function shortOf(order: CompanyOrder): Short {
  const first = new Map(
    order.shipments[0]!.contents.map((content) => [content.line.number, content.quantity]),
  )
  return new Map(
    order.lines.flatMap((line) => {
      const missing = line.quantity - (first.get(line.number) ?? 0)
      return missing > 0 ? [[line.number, missing]] : []
    }),
  )
}

function truthOf(teller: Teller, orderedAt: readonly Instant[]): DealTruth {
  const { deal, shipments } = teller
  const orders: OrderTruth[] = deal.orders.map((order, nth) => ({
    company: order.company,
    number: order.number,
    purchaseOrder: order.purchaseOrder,
    orderedAt: teller.warp(orderedAt[nth]!),
    lines: order.lines.map((line) => ({
      number: line.number,
      sku: line.product.sku,
      quantity: line.quantity,
    })),
  }))
  return {
    index: deal.index,
    identifiers: [...teller.identifiers.values()],
    status: statusOf(deal, shipments.length),
    cancelled: deal.fate === 'cancelled',
    returned: deal.fate === 'returned',
    orders,
    shipments,
    holds: teller.holds,
  }
}

function statusOf(deal: Deal, shipments: number): FinalStatus {
  switch (deal.fate) {
    case 'stuck':
      return 'confirmed'
    case 'held':
      return 'on-hold'
    case 'lost':
      return shipments > 1 ? 'partially-delivered' : 'exception'
    default:
      return deal.fate
  }
}
