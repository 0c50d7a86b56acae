import type { Instant } from '#model/time.ts'
import { hourMs } from '../calendar.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import {
  sapAnswer,
  sapDelivery,
  sapInvoice,
  sapOrder,
  type SapAnswer,
} from '../writers/servers-sap.ts'
import type { Books, Short } from './books.ts'
import type { Teller } from './teller.ts'

/** SAP: everything by IDoc. */
export function serversBooks(teller: Teller, order: CompanyOrder): Books {
  const { deal, tell, know, ahead } = teller
  const answer = answerOf(teller, order)
  return {
    placed: (at, requested) => {
      know('servers', 'order', order.number)
      know(`customer:${deal.customer.number}`, 'purchase-order', order.purchaseOrder)
      const text = (shown: Instant, control: string) =>
        sapOrder(deal, order, shown, ahead(at, requested), control)
      tell('servers-sap', 'ORDERS05', at, text, { essential: true })
    },
    confirmed: (at, promised, short) => {
      answer(at, { word: 'Bestätigt', action: '001', promised: ahead(at, promised) })
      if (short.size === 0) return
      const confirmed = confirmedOf(order, short)
      answer(at + hourMs, { word: 'Rückstand', action: '002', confirmed })
    },
    held: (at) => {
      const block = { code: '01', text: 'Kreditlimit überschritten' }
      answer(at, { word: 'Kreditsperre', action: '002', block })
    },
    released: (at) => answer(at, { word: 'Kreditsperre aufgehoben', action: '002' }),
    cancelled: (at) => answer(at, { word: 'Storniert', action: '003' }),
    rejected: (at) => answer(at, { word: 'Abgelehnt', action: '003' }),
    shipped: (at, shipment, lagMinutes) => tellDelivery(teller, order, shipment, at, lagMinutes),
    invoiced: (at) => {
      know('servers', 'invoice', order.invoice)
      const text = (at: Instant, control: string) => sapInvoice(deal, order, at, control)
      tell('servers-sap', 'INVOIC02', at, text, { essential: true })
    },
  }
}

function answerOf({ deal, tell }: Teller, order: CompanyOrder) {
  return (at: Instant, answer: Omit<SapAnswer, 'at'>) => {
    const text = (at: Instant, control: string) =>
      sapAnswer(deal, order, { at, ...answer }, control)
    tell('servers-sap', 'ORDERS05', at, text, { essential: true })
  }
}

function confirmedOf(order: CompanyOrder, short: Short): Map<string, number> {
  return new Map(
    order.lines.map((line) => [line.number, line.quantity - (short.get(line.number) ?? 0)]),
  )
}

// Picking is told when it is done; goods issue brings the waybill, sometimes much later than the carrier.
function tellDelivery(
  teller: Teller,
  order: CompanyOrder,
  shipment: Shipment,
  shippedAt: Instant,
  lagMinutes: number,
): void {
  const { deal, tell, know } = teller
  know('servers', 'delivery', shipment.delivery)
  know(shipment.carrier, 'tracking', shipment.tracking)
  for (const sscc of shipment.packages) know('gs1', 'package', sscc)
  const textOf = (word: string) => (at: Instant, control: string) =>
    sapDelivery(deal, order, shipment, at, word, control)
  const pickedAt = shippedAt - 2 * hourMs
  tell('servers-sap', 'DELVRY07', pickedAt, textOf('Kommissioniert'), { lag: [5, 15] })
  const renamed = teller.renames()
  const known = deal.index % 5 === 0 ? 'Warenausgang gebucht' : 'WA gebucht'
  const text = textOf(renamed ? 'WA abgeschlossen' : known)
  const lag = [lagMinutes, lagMinutes + 10] as const
  tell('servers-sap', 'DELVRY07', shippedAt, text, { essential: true, lag, renamed })
}
