import type { Instant } from '#model/time.ts'
import { hourMs } from '../calendar.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import { lockDeleted, orderChange, shipmentChange, type OrderRow } from '../writers/storage-cdc.ts'
import { storageRowCount, storageRows, type StorageState } from '../writers/storage-csv.ts'
import type { Books } from './books.ts'
import type { Teller, TellOptions } from './teller.ts'

/** Keswick: the hourly drop and the change events of the database behind it tell the same, the drop in more words. */
export function storageBooks(teller: Teller, order: CompanyOrder): Books {
  const { deal, tell, know, ahead, dice } = teller
  const drop = dropOf(teller, order)
  const change = changesOf(teller, order)
  return {
    placed: (at, requested) => {
      know('storage', 'order', order.number)
      know(`customer:${deal.customer.number}`, 'purchase-order', order.purchaseOrder)
      drop(at, { word: 'Order received', requested: ahead(at, requested) })
      change(at, 'NEW')
      if (!dice.chance(0.1)) return
      tell('storage-cdc', 'locks', at, (shown) => lockDeleted(order, shown, lsn(shown) + 1))
    },
    confirmed: (at, promised, short) => {
      drop(at, { word: 'Accepted', promised: ahead(at, promised) })
      change(at, 'CONFIRMED', { promised: ahead(at, promised) })
      for (const line of order.lines) {
        const quantity = short.get(line.number)
        if (quantity === undefined) continue
        drop(at + 1000, { word: 'Short supply', short: { line, quantity } })
      }
    },
    held: (at) => change(at, 'CREDIT_STOP', { reason: 'limit exceeded' }),
    released: (at) => change(at, 'CREDIT_OK'),
    cancelled: (at) => {
      drop(at, { word: 'Cancelled by customer' })
      change(at, 'CANCELLED')
    },
    rejected: (at) => {
      drop(at, { word: 'Declined', remarks: 'Not deliverable; see sales note' })
      change(at, 'DECLINED')
    },
    shipped: (at, shipment, lagMinutes) => {
      knowShipment(teller, shipment)
      const renamed = teller.renames()
      const word = renamed ? 'Left dock' : deal.index % 4 === 0 ? 'Sent out' : 'Dispatched'
      drop(at, { word, shipment }, { lag: [lagMinutes, lagMinutes + 5], renamed })
      tellShipmentRow(teller, order, shipment, at, lagMinutes)
    },
    invoiced: (at) => change(at, 'INVOICED'),
  }
}

function dropOf({ deal, tell }: Teller, order: CompanyOrder) {
  return (at: Instant, state: Omit<StorageState, 'at'>, options: TellOptions = {}) => {
    const records = storageRowCount(order, { at, ...state })
    const text = (shown: Instant) => storageRows(deal, order, { at: shown, ...state })
    tell('storage-csv', 'status', at, text, { essential: true, records, ...options })
  }
}

function changesOf({ deal, tell, warp }: Teller, order: CompanyOrder) {
  let row: OrderRow | null = null
  return (at: Instant, state: string, more: Omit<OrderRow, 'state' | 'at'> = {}) => {
    const before = row
    const after: OrderRow = { ...before, state, at: warp(at), ...more }
    row = after
    const text = (shown: Instant) =>
      orderChange(deal, order, before, { ...after, at: shown }, lsn(shown))
    tell('storage-cdc', 'orders', at, text, { essential: true, lag: [0.1, 0.5] })
  }
}

function tellShipmentRow(
  { tell }: Teller,
  order: CompanyOrder,
  shipment: Shipment,
  shippedAt: Instant,
  lagMinutes: number,
): void {
  const step = (at: Instant, before: string | null, after: string) => {
    const text = (shown: Instant) =>
      shipmentChange(order, shipment, before, after, shown, lsn(shown) + 7)
    tell('storage-cdc', 'shipments', at, text, {
      essential: true,
      lag: [lagMinutes, lagMinutes + 1],
    })
  }
  step(shippedAt - hourMs, null, 'ALLOCATED')
  step(shippedAt, 'ALLOCATED', 'SHIPPED')
}

function knowShipment({ know }: Teller, shipment: Shipment): void {
  know('storage', 'delivery', shipment.delivery)
  know(shipment.carrier, 'tracking', shipment.tracking)
}

// A log position that grows with time and fits a double.
const lsn = (at: number) => Math.floor(at / 4) * 8
