/** Keswick Storage's status drop: one row per order line, ';' between columns, Latin-1, Singapore wall clock, decimal comma. */
import type { Instant } from '#model/time.ts'
import { two, wall } from '../calendar.ts'
import type { CompanyOrder, Deal, Line, Shipment } from '../world.ts'

const zone = 'Asia/Singapore'

export const storageHeader =
  'OrderNo;CustRef;CustNo;CustomerName;ShipToCountry;Line;SKU;Qty;QtyDespatched;QtyShort;State;StateTime;DespatchNote;Carrier;ConsignmentNo;RequestedDate;PromisedDate;Value;Currency;Remarks'

export type StorageState = {
  readonly at: Instant
  readonly word: string
  readonly requested?: Instant
  readonly promised?: Instant
  readonly shipment?: Shipment
  readonly short?: { readonly line: Line; readonly quantity: number }
  readonly remarks?: string
}

/** The rows (CRLF between them, none at the end) that tell a state of an order: one per line it concerns. */
export function storageRows(deal: Deal, order: CompanyOrder, state: StorageState): string {
  return linesOf(order, state)
    .map((line) => row(deal, order, line, state))
    .join('\r\n')
}

/** How many rows `storageRows` writes. */
export function storageRowCount(order: CompanyOrder, state: StorageState): number {
  return linesOf(order, state).length
}

/** A drop: the header and the rows of several orders. */
export function storageFile(rows: readonly string[]): string {
  return `${storageHeader}\r\n${rows.join('\r\n')}\r\n`
}

function linesOf(order: CompanyOrder, state: StorageState): readonly Line[] {
  if (state.short !== undefined) return [state.short.line]
  return state.shipment === undefined
    ? order.lines
    : state.shipment.contents.map((content) => content.line)
}

function row(deal: Deal, order: CompanyOrder, line: Line, state: StorageState): string {
  const { shipment } = state
  const content = shipment?.contents.find((entry) => entry.line === line)
  return [
    order.number,
    order.purchaseOrder,
    `KD-${deal.customer.number}`,
    quoted(deal.customer.name),
    deal.shipTo.country,
    line.number,
    line.product.sku,
    line.quantity,
    content === undefined ? '' : content.shippedToDate,
    state.short?.quantity ?? '',
    state.word,
    stamp(state.at),
    shipment?.delivery ?? '',
    shipment === undefined ? '' : carrierCodes[shipment.carrier],
    shipment?.tracking ?? '',
    day(state.requested),
    day(state.promised),
    ((line.quantity * line.product.cents) / 100).toFixed(2).replace('.', ','),
    order.currency,
    quoted(state.remarks ?? ''),
  ].join(';')
}

export const carrierCodes = { fedex: 'FDX', cascade: 'CSCD' } as const

/** `22/11/2026 15:03` */
export function stamp(at: Instant): string {
  const w = wall(at, zone)
  return `${two(w.day)}/${two(w.month)}/${w.year} ${two(w.hour)}:${two(w.minute)}:${two(w.second)}`
}

function day(at: Instant | undefined): string {
  return at === undefined ? '' : stamp(at).slice(0, 10)
}

function quoted(text: string): string {
  return text.includes(';') || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text
}
