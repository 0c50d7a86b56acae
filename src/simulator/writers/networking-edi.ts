/** Polaris Networking's X12 5010 traffic: 850 in, 855, 856 and 997 out. Times are Chicago's. A set is its segments, ST to SE. */
import type { Instant } from '#model/time.ts'
import { compactDate, compactTime, wall } from '../calendar.ts'
import { sites } from '../catalog.ts'
import type { CompanyOrder, Deal, Line, Shipment } from '../world.ts'

const zone = 'America/Chicago'
const site = sites.networking

/** 850: the customer's purchase order. */
export function purchaseOrder(
  deal: Deal,
  order: CompanyOrder,
  at: Instant,
  requested: Instant,
  control: string,
): string {
  const w = wall(at, zone)
  return set('850', control, [
    `BEG*00*NE*${order.purchaseOrder}**${compactDate(w)}`,
    'CUR*BY*USD',
    `REF*DP*${deal.owner.slice(-6).trim().toUpperCase().replace('. ', '')}`,
    'PER*BD*PURCHASING*TE*3125550142',
    'ITD*01*3*2**10**30',
    `DTM*004*${compactDate(w)}*${compactTime(w)}`,
    `DTM*002*${compactDate(wall(requested, zone))}`,
    'TD5**2*FDEG*M*GROUND',
    ...party('BY', deal),
    ...party('ST', deal),
    `N1*VN*POLARIS NETWORKING*92*POLARIS`,
    ...order.lines.flatMap((line) => [
      `PO1*${line.number}*${line.quantity}*EA*${dollars(line.product.cents)}*PE*VP*${line.product.sku}*BP*C-${line.product.sku}`,
      `PID*F****${ascii(line.product.description)}`,
    ]),
    `CTT*${order.lines.length}*${order.lines.reduce((sum, line) => sum + line.quantity, 0)}`,
    `AMT*TT*${dollars(order.cents)}`,
  ])
}

export type Acknowledgement = {
  readonly at: Instant
  /** BAK02: AC with detail and change, AD with detail no change, AT accepted, RJ rejected, AK acknowledged. */
  readonly type: 'AC' | 'AD' | 'RJ' | 'AK'
  /** BAK01: 00 original, 01 cancellation, 06 confirmation. */
  readonly purpose: '00' | '01' | '06'
  readonly promised?: Instant
  readonly backordered?: ReadonlyMap<string, number>
  readonly note?: string
}

/** 855: what Polaris answers to a purchase order; carries its own order number in BAK08. */
export function acknowledgement(
  deal: Deal,
  order: CompanyOrder,
  answer: Acknowledgement,
  control: string,
): string {
  const w = wall(answer.at, zone)
  const promised = answer.promised === undefined ? '' : compactDate(wall(answer.promised, zone))
  return set('855', control, [
    `BAK*${answer.purpose}*${answer.type}*${order.purchaseOrder}*${compactDate(w)}****${order.number}`,
    `REF*CO*${order.number}`,
    `DTM*ACK*${compactDate(w)}*${compactTime(w)}`,
    ...(promised === '' ? [] : [`DTM*067*${promised}`]),
    ...(answer.note === undefined ? [] : ['N9*ZZ*STATUS', `MTX**${answer.note}`]),
    ...party('BY', deal),
    ...party('ST', deal),
    ...order.lines.flatMap((line) => ackLine(line, answer, promised)),
    `CTT*${order.lines.length}`,
  ])
}

/** 856: the advance ship notice, shipment - order - item. */
export function shipNotice(
  deal: Deal,
  order: CompanyOrder,
  shipment: Shipment,
  at: Instant,
  control: string,
): string {
  const w = wall(at, zone)
  const scac = shipment.carrier === 'fedex' ? 'FDEG' : 'CSCD'
  return set('856', control, [
    `BSN*00*${shipment.delivery}*${compactDate(w)}*${compactTime(w)}*0001`,
    'HL*1**S',
    `TD1*CTN25*${shipment.packages.length}****G*${(shipment.grams / 1000).toFixed(1)}*KG`,
    `TD5**2*${scac}*M*${shipment.carrier === 'fedex' ? 'FEDEX GROUND' : 'CASCADE FREIGHT'}`,
    `REF*CN*${shipment.tracking}`,
    // Parcels travel without a bill of lading.
    ...(shipment.carrier === 'cascade' ? [`REF*BM*B${shipment.delivery}`] : []),
    `DTM*011*${compactDate(w)}*${compactTime(w)}*CT`,
    `N1*SF*POLARIS ${site.code}*92*${site.code}`,
    `N4*${upper(site.city.name)}*${site.city.region}*${site.city.postal}*US`,
    ...party('ST', deal),
    'HL*2*1*O',
    `PRF*${order.purchaseOrder}***${compactDate(w)}`,
    `REF*VN*${order.number}`,
    ...party('BY', deal).slice(0, 1),
    ...shipment.packages.flatMap((sscc, at) => [`HL*${at + 3}*2*P`, `MAN*GM*${sscc}`]),
    ...shipment.contents.flatMap((content, at) => [
      `HL*${at + 3 + shipment.packages.length}*2*I`,
      `LIN*${content.line.number}*VP*${content.line.product.sku}`,
      `SN1*${content.line.number}*${content.quantity}*EA*${content.shippedToDate}*${content.line.quantity}*EA`,
      `PID*F****${ascii(content.line.product.description)}`,
      ...content.serials.map((serial) => `REF*SE*${serial}`),
    ]),
    `CTT*${2 + shipment.packages.length + shipment.contents.length}`,
  ])
}

/** 997: "I could read your group", accepted or rejected set by set. */
export function functionalAck(
  group: string,
  sets: readonly { readonly code: string; readonly control: string; readonly rejected: boolean }[],
  control: string,
): string {
  const rejected = sets.filter((entry) => entry.rejected).length
  return set('997', control, [
    `AK1*PO*${group}*005010`,
    ...sets.flatMap((entry) => [
      `AK2*${entry.code}*${entry.control}`,
      ...(entry.rejected ? ['AK3*PO1*12**8', 'AK4*4*212*1', 'AK5*R*5'] : ['AK5*A']),
    ]),
    `AK9*${rejected === 0 ? 'A' : 'P'}*${sets.length}*${sets.length}*${sets.length - rejected}`,
  ])
}

function ackLine(line: Line, answer: Acknowledgement, promised: string): string[] {
  const short = answer.backordered?.get(line.number) ?? 0
  const code = answer.type === 'RJ' || answer.purpose === '01' ? 'IR' : 'IA'
  const due = promised === '' ? '' : `*067*${promised}`
  return [
    `PO1*${line.number}*${line.quantity}*EA*${dollars(line.product.cents)}*PE*VP*${line.product.sku}`,
    `PID*F****${ascii(line.product.description)}`,
    ...(line.quantity - short > 0 ? [`ACK*${code}*${line.quantity - short}*EA${due}`] : []),
    ...(short > 0 ? [`ACK*IB*${short}*EA`] : []),
  ]
}

function party(role: string, deal: Deal): string[] {
  const { customer, shipTo } = deal
  return [
    `N1*${role}*${ascii(customer.name)}*92*${customer.number}`,
    `N3*${ascii(customer.street)}`,
    `N4*${ascii(shipTo.name)}*${shipTo.region.slice(0, 2)}*${shipTo.postal}*${shipTo.country}`,
  ]
}

/** Wraps segments in ST and SE with their true count. */
export function set(code: string, control: string, segments: readonly string[]): string {
  return `ST*${code}*${control}~\n${segments.join('~\n')}~\nSE*${segments.length + 2}*${control}~\n`
}

// The character sets of X12 know no umlauts, and a text may hold no separator.
const plain: Readonly<Record<string, string>> = {
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  Å: 'Aa',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  å: 'aa',
  ß: 'ss',
  '*': ' ',
  '~': ' ',
  '>': ' ',
  '^': ' ',
}

/** A text in X12's extended character set. */
export function ascii(text: string): string {
  return text.replace(/[ÄÖÜÅäöüåß*~>^]/g, (letter) => plain[letter]!)
}

/** A text in X12's basic character set, which has no small letters. */
export function upper(text: string): string {
  return ascii(text).toUpperCase()
}

const dollars = (cents: number) =>
  cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2)
