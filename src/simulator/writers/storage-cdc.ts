/** Keswick's order database as change events in Debezium's envelope (PostgreSQL connector), one JSON object a line. */
import type { Instant } from '#model/time.ts'
import { isoDate, wall } from '../calendar.ts'
import type { CompanyOrder, Deal, Shipment } from '../world.ts'
import { carrierCodes } from './storage-csv.ts'

/** A row of `orders` before and after; `before` is null for an insert. */
export type OrderRow = {
  readonly state: string
  readonly at: Instant
  readonly promised?: Instant
  readonly reason?: string
}

/** A change of the table `orders`. */
export function orderChange(
  deal: Deal,
  order: CompanyOrder,
  before: OrderRow | null,
  after: OrderRow,
  lsn: number,
): string {
  return change(
    'orders',
    before === null ? null : orderRow(deal, order, before),
    orderRow(deal, order, after),
    after.at,
    lsn,
  )
}

/** A change of the table `shipments`. */
export function shipmentChange(
  order: CompanyOrder,
  shipment: Shipment,
  before: string | null,
  after: string,
  at: Instant,
  lsn: number,
): string {
  return change(
    'shipments',
    before === null ? null : shipmentRow(order, shipment, before, at),
    shipmentRow(order, shipment, after, at),
    at,
    lsn,
  )
}

/** The deletion of a lock row, told as Debezium tells it: an event with `op` d; housekeeping, of no meaning to orders. */
export function lockDeleted(order: CompanyOrder, at: Instant, lsn: number): string {
  return JSON.stringify({
    payload: {
      before: { order_no: order.number, session: lsn % 97 },
      after: null,
      source: source('order_locks', at, lsn),
      op: 'd',
      ts_ms: at + 240,
      transaction: null,
    },
  })
}

function change(table: string, before: unknown, after: unknown, at: Instant, lsn: number): string {
  return JSON.stringify({
    payload: {
      before,
      after,
      source: source(table, at, lsn),
      op: before === null ? 'c' : 'u',
      ts_ms: at + 240,
      transaction: null,
    },
  })
}

function source(table: string, at: Instant, lsn: number): object {
  return {
    version: '3.3.1.Final',
    connector: 'postgresql',
    name: 'keswick',
    ts_ms: at + 35,
    snapshot: 'false',
    db: 'shop',
    sequence: `["${lsn - 56}","${lsn}"]`,
    schema: 'public',
    table,
    txId: 500_000 + (lsn % 400_000),
    lsn,
    xmin: null,
  }
}

function orderRow(deal: Deal, order: CompanyOrder, row: OrderRow): object {
  return {
    order_no: order.number,
    customer_no: `KD-${deal.customer.number}`,
    customer_po: order.purchaseOrder,
    state: row.state,
    state_reason: row.reason ?? null,
    total_cents: order.cents,
    currency: order.currency,
    promised_on: row.promised === undefined ? null : isoDate(wall(row.promised, 'Asia/Singapore')),
    updated_at: row.at * 1000,
  }
}

function shipmentRow(order: CompanyOrder, shipment: Shipment, state: string, at: Instant): object {
  return {
    despatch_note: shipment.delivery,
    order_no: order.number,
    carrier: carrierCodes[shipment.carrier],
    consignment_no: shipment.tracking,
    parcels: shipment.packages.length,
    weight_g: shipment.grams,
    state,
    updated_at: at * 1000,
  }
}
