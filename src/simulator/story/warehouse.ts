/** What scanners in the warehouses see of a shipment. */
import type { Instant } from '#model/time.ts'
import { hourMs, minuteMs } from '../calendar.ts'
import { sites } from '../catalog.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import { scanLine, type ScanRecord } from '../writers/warehouse-scans.ts'
import type { Teller } from './teller.ts'

/** Picks, packs, binds a serial number and stages a shipment that leaves at `shippedAt`. Returns when it was packed. */
export function warehouse(
  teller: Teller,
  order: CompanyOrder,
  shipment: Shipment,
  shippedAt: Instant,
): Instant {
  const { dice, know } = teller
  const pickedAt = shippedAt - Math.floor(dice.between(4, 9) * hourMs)
  const packedAt = pickedAt + Math.floor(dice.between(0.5, 3) * hourMs)
  const scan = scanner(teller, order)
  for (const content of shipment.contents.slice(0, 3))
    scan(
      pickedAt,
      { scan: 'PICK', shipment, sku: content.line.product.sku, quantity: content.quantity },
      false,
    )
  shipment.packages.forEach((sscc, at) => {
    know('gs1', 'package', sscc)
    scan(packedAt + at * minuteMs, { scan: 'PACK', shipment, sscc }, true)
  })
  know(order.company, 'delivery', shipment.delivery)
  const serial = shipment.contents.flatMap((content) => content.serials)[0]
  if (serial !== undefined && dice.chance(0.6)) {
    know(order.company, 'serial', serial)
    scan(packedAt + 5 * minuteMs, { scan: 'BIND', shipment, serial }, true)
  }
  if (dice.chance(0.5))
    scan(packedAt + 30 * minuteMs, { scan: teller.renames() ? 'STG2' : 'STAGE', shipment }, false)
  return packedAt
}

/** Goods of a return come in. */
export function goodsBack(teller: Teller, order: CompanyOrder, at: Instant, rma: string): void {
  scanner(teller, order)(at, { scan: 'RETURN', rma }, true)
}

function scanner(teller: Teller, order: CompanyOrder) {
  const site = sites[order.company].code
  const device = `${site}-H${10 + teller.dice.int(0, 29)}`
  return (at: Instant, record: Omit<ScanRecord, 'at' | 'device' | 'site'>, essential: boolean) =>
    teller.tell(
      'warehouse-scans',
      'scan',
      at,
      (at) => scanLine(order, { at, device, site, ...record }),
      { lag: [0.1, 3], essential, clock: !essential },
    )
}
