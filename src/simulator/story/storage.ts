import type { CompanyOrder, Shipment } from '../world.ts'
import { lockDeleted, orderChange, shipmentChange, type OrderRow } from '../writers/storage-cdc.ts'
import { storageRowCount, storageRows, type StorageState } from '../writers/storage-csv.ts'
import type { Books } from './books.ts'
import type { Teller } from './teller.ts'

/** Keswick: the hourly drop and the change events of the database behind it tell the same, the drop in more words. */
export function storageBooks(teller: Teller, order: CompanyOrder): Books {
  const { deal, tell, know, ahead, dice } = teller
  let row: OrderRow | null = null
  const drop = (
    at: number,
    state: Omit<StorageState, 'at'>,
    options: { essential?: boolean; lag?: [number, number]; renamed?: boolean } = {},
  ) => {
    const records = storageRowCount(order, { at, ...state })
    tell(
      'storage-csv',
      'status',
      at,
      (shown) => storageRows(deal, order, { at: shown, ...state }),
      { essential: true, records, ...options },
    )
  }
  const change = (at: number, state: string, more: Omit<OrderRow, 'state' | 'at'> = {}) => {
    const before = row
    const after: OrderRow = { ...before, state, at: teller.warp(at), ...more }
    row = after
    tell(
      'storage-cdc',
      'orders',
      at,
      (shown) => orderChange(deal, order, before, { ...after, at: shown }, lsn(shown)),
      { essential: true, lag: [0.1, 0.5] },
    )
  }
  return {
    placed: (at, requested) => {
      know('storage', 'order', order.number)
      know(`customer:${deal.customer.number}`, 'purchase-order', order.purchaseOrder)
      drop(at, { word: 'Order received', requested: ahead(at, requested) })
      change(at, 'NEW')
      if (dice.chance(0.1))
        tell('storage-cdc', 'locks', at, (shown) => lockDeleted(order, shown, lsn(shown) + 1))
    },
    confirmed: (at, promised, short) => {
      drop(at, { word: 'Accepted', promised: ahead(at, promised) })
      change(at, 'CONFIRMED', { promised: ahead(at, promised) })
      for (const line of order.lines) {
        const quantity = short.get(line.number)
        if (quantity !== undefined)
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
      const step = (moment: number, before: string | null, after: string) =>
        tell(
          'storage-cdc',
          'shipments',
          moment,
          (shown) => shipmentChange(order, shipment, before, after, shown, lsn(shown) + 7),
          { essential: true, lag: [lagMinutes, lagMinutes + 1] },
        )
      step(at - 3_600_000, null, 'ALLOCATED')
      step(at, 'ALLOCATED', 'SHIPPED')
    },
    invoiced: (at) => change(at, 'INVOICED'),
  }
}

function knowShipment({ know }: Teller, shipment: Shipment): void {
  know('storage', 'delivery', shipment.delivery)
  know(shipment.carrier, 'tracking', shipment.tracking)
}

// A log position that grows with time and fits a double.
const lsn = (at: number) => Math.floor(at / 4) * 8
