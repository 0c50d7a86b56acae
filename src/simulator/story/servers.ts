import { hourMs } from '../calendar.ts'
import type { CompanyOrder } from '../world.ts'
import { sapAnswer, sapDelivery, sapInvoice, sapOrder } from '../writers/servers-sap.ts'
import type { Books } from './books.ts'
import type { Teller } from './teller.ts'

/** SAP: everything by IDoc. */
export function serversBooks(teller: Teller, order: CompanyOrder): Books {
  const { deal, tell, know, ahead } = teller
  const answer = (at: number, word: string, action: '001' | '002' | '003', extra: object = {}) =>
    tell(
      'servers-sap',
      'ORDERS05',
      at,
      (at, control) => sapAnswer(deal, order, { at, word, action, ...extra }, control),
      { essential: true },
    )
  return {
    placed: (at, requested) => {
      know('servers', 'order', order.number)
      know(`customer:${deal.customer.number}`, 'purchase-order', order.purchaseOrder)
      tell(
        'servers-sap',
        'ORDERS05',
        at,
        (shown, control) => sapOrder(deal, order, shown, ahead(at, requested), control),
        { essential: true },
      )
    },
    confirmed: (at, promised, short) => {
      answer(at, 'Bestätigt', '001', { promised: ahead(at, promised) })
      if (short.size === 0) return
      const confirmed = new Map(
        order.lines.map((line) => [line.number, line.quantity - (short.get(line.number) ?? 0)]),
      )
      answer(at + hourMs, 'Rückstand', '002', { confirmed })
    },
    held: (at) =>
      answer(at, 'Kreditsperre', '002', {
        block: { code: '01', text: 'Kreditlimit überschritten' },
      }),
    released: (at) => answer(at, 'Kreditsperre aufgehoben', '002'),
    cancelled: (at) => answer(at, 'Storniert', '003'),
    rejected: (at) => answer(at, 'Abgelehnt', '003'),
    shipped: (at, shipment, lagMinutes) => {
      know('servers', 'delivery', shipment.delivery)
      know(shipment.carrier, 'tracking', shipment.tracking)
      for (const sscc of shipment.packages) know('gs1', 'package', sscc)
      const renamed = teller.renames()
      const delivery = (
        moment: number,
        word: string,
        essential: boolean,
        lag: number,
        renamed: boolean,
      ) =>
        tell(
          'servers-sap',
          'DELVRY07',
          moment,
          (at, control) => sapDelivery(deal, order, shipment, at, word, control),
          { essential, lag: [lag, lag + 10], renamed },
        )
      delivery(at - 2 * hourMs, 'Kommissioniert', false, 5, false)
      delivery(
        at,
        renamed ? 'WA abgeschlossen' : deal.index % 5 === 0 ? 'Warenausgang gebucht' : 'WA gebucht',
        true,
        lagMinutes,
        renamed,
      )
    },
    invoiced: (at) => {
      know('servers', 'invoice', order.invoice)
      tell('servers-sap', 'INVOIC02', at, (at, control) => sapInvoice(deal, order, at, control), {
        essential: true,
      })
    },
  }
}
