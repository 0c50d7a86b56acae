import type { CompanyOrder } from '../world.ts'
import {
  acknowledgement,
  purchaseOrder,
  shipNotice,
  type Acknowledgement,
} from '../writers/networking-edi.ts'
import type { Books } from './books.ts'
import type { Teller } from './teller.ts'

/** Polaris: X12 with its customers; its own order number appears with the first 855. */
export function networkingBooks(teller: Teller, order: CompanyOrder): Books {
  const { deal, tell, know, ahead } = teller
  const answer = (at: number, message: Omit<Acknowledgement, 'at'>) =>
    tell(
      'networking-edi',
      '855',
      at,
      (at, control) => acknowledgement(deal, order, { at, ...message }, control),
      { essential: true },
    )
  return {
    placed: (at, requested) => {
      know('networking', 'order', order.number)
      know(`customer:${deal.customer.number}`, 'purchase-order', order.purchaseOrder)
      tell(
        'networking-edi',
        '850',
        at,
        (shown, control) => purchaseOrder(deal, order, shown, ahead(at, requested), control),
        { essential: true },
      )
    },
    confirmed: (at, promised, short) =>
      answer(at, {
        purpose: '06',
        type: short.size > 0 ? 'AC' : 'AD',
        promised: ahead(at, promised),
        backordered: short,
      }),
    held: (at) => answer(at, { purpose: '00', type: 'AK', note: 'CREDIT HOLD' }),
    released: (at) => answer(at, { purpose: '00', type: 'AK', note: 'CREDIT RELEASED' }),
    cancelled: (at) => answer(at, { purpose: '01', type: 'AC' }),
    rejected: (at) => answer(at, { purpose: '00', type: 'RJ', note: 'NO STOCK' }),
    shipped: (at, shipment, lagMinutes) => {
      know('networking', 'delivery', shipment.delivery)
      know(shipment.carrier, 'tracking', shipment.tracking)
      for (const sscc of shipment.packages) know('gs1', 'package', sscc)
      tell(
        'networking-edi',
        '856',
        at,
        (at, control) => shipNotice(deal, order, shipment, at, control),
        { essential: true, lag: [lagMinutes, lagMinutes + 10] },
      )
    },
    // Polaris tells its invoices to nobody.
    invoiced: () => {},
  }
}
