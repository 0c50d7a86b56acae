/** Hand scanners and gates of the shared warehouses: one JSON object a line, epoch milliseconds by the device's own clock. */
import type { Instant } from '#model/time.ts'
import type { CompanyOrder, Shipment } from '../world.ts'

export type ScanRecord = {
  readonly at: Instant
  /** PICK, PACK, LABEL (a waybill to a delivery), BIND (a serial to a delivery), STAGE, LOAD, RETURN, ... */
  readonly scan: string
  readonly device: string
  readonly site: string
  readonly shipment?: Shipment
  readonly sscc?: string
  readonly sku?: string
  readonly serial?: string
  readonly quantity?: number
  readonly rma?: string
  /** The label's waybill is told. */
  readonly labelled?: boolean
}

export function scanLine(order: CompanyOrder, record: ScanRecord): string {
  return JSON.stringify({
    v: 1,
    device: record.device,
    site: record.site,
    ts: record.at,
    scan: record.scan,
    co: order.company,
    order: order.number,
    // A label may be printed before anybody knows the delivery.
    delivery: record.shipment?.delivery || undefined,
    sscc: record.sscc,
    sku: record.sku,
    serial: record.serial,
    qty: record.quantity,
    rma: record.rma,
    carrier: record.labelled === true ? record.shipment?.carrier : undefined,
    awb: record.labelled === true ? record.shipment?.tracking : undefined,
    rssi: -40 - (record.at % 37),
    op: `u${record.at % 23}`,
  })
}

/** What a device sends when nothing happens. */
export function heartbeat(device: string, site: string, at: Instant): string {
  return JSON.stringify({
    v: 1,
    device,
    site,
    ts: at,
    scan: 'HEARTBEAT',
    battery: 20 + (Math.floor(at / 1000) % 80),
  })
}
