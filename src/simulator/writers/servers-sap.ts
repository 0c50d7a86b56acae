/** SAP ECC of Nordwind Servers: outbound IDocs as XML. Numbers are padded with zeros, texts are German, times are Berlin's. */
import type { Instant } from '#model/time.ts'
import { compactDate, compactTime, wall } from '../calendar.ts'
import { sites } from '../catalog.ts'
import type { CompanyOrder, Deal, Line, Shipment } from '../world.ts'

const zone = 'Europe/Berlin'
const site = sites.servers

type Fields = Readonly<Record<string, string | number | null>>

/** ORDERS05/ORDERS: the sales order as it was entered. */
export function sapOrder(
  deal: Deal,
  order: CompanyOrder,
  at: Instant,
  requested: Instant,
  control: string,
): string {
  const w = wall(at, zone)
  return idoc('ORDERS05', 'ORDERS', control, at, [
    seg('E1EDK01', {
      ACTION: '000',
      CURCY: order.currency,
      WKURS: '1.00000',
      ZTERM: '0001',
      BSART: 'TA',
      BELNR: padded(order.number),
      NTGEW: kilos(grams(order.lines)),
      GEWEI: 'KGM',
      RECIPNT_NO: 'NWHUB',
      VSART: '01',
    }),
    organisation(),
    date('012', compactDate(w), compactTime(w)),
    date('002', compactDate(wall(requested, zone)), '000000'),
    partners(deal),
    reference('001', order.purchaseOrder, compactDate(w)),
    seg('E1EDK17', { QUALF: '001', LKOND: 'DAP', LKTEXT: deal.shipTo.name }),
    seg('E1EDK18', { QUALF: '001', TAGE: '30', PRZNT: '0' }),
    ...order.lines.map((line) =>
      item(order, line, compactDate(wall(requested, zone)), '000', line.quantity),
    ),
    seg('E1EDS01', { SUMID: '002', SUMME: money(order.cents), WAERQ: order.currency }),
  ])
}

export type SapAnswer = {
  readonly at: Instant
  /** What SAP says about the order, in the words of its users. */
  readonly word: string
  readonly action: '001' | '002' | '003'
  readonly promised?: Instant
  readonly block?: { readonly code: string; readonly text: string }
  /** Confirmed pieces per line where they differ from the ordered ones. */
  readonly confirmed?: ReadonlyMap<string, number>
}

/** ORDERS05/ORDRSP: confirmation, block, release or cancellation. */
export function sapAnswer(
  deal: Deal,
  order: CompanyOrder,
  answer: SapAnswer,
  control: string,
): string {
  const w = wall(answer.at, zone)
  const promised = answer.promised === undefined ? null : compactDate(wall(answer.promised, zone))
  const block =
    answer.block === undefined ? {} : { LIFSK: answer.block.code, LIFSK_BEZ: answer.block.text }
  return idoc('ORDERS05', 'ORDRSP', control, answer.at, [
    seg('E1EDK01', {
      ACTION: answer.action,
      CURCY: order.currency,
      BSART: 'TA',
      BELNR: padded(order.number),
      ...block,
    }),
    organisation(),
    date('012', compactDate(w), compactTime(w)),
    promised === null ? '' : date('010', promised, '000000'),
    partners(deal),
    reference('001', order.purchaseOrder, null),
    reference('002', padded(order.number), null),
    seg('Z1STATUS', { TXT: answer.word, DATUM: compactDate(w), UZEIT: compactTime(w) }),
    ...order.lines.map((line) =>
      item(
        order,
        line,
        promised,
        answer.action,
        answer.confirmed?.get(line.number) ?? line.quantity,
      ),
    ),
    seg('E1EDS01', { SUMID: '002', SUMME: money(order.cents), WAERQ: order.currency }),
  ])
}

/** DELVRY07/DESADV: the delivery at picking, packing or goods issue; `word` says which. */
export function sapDelivery(
  deal: Deal,
  order: CompanyOrder,
  shipment: Shipment,
  at: Instant,
  word: string,
  control: string,
): string {
  const w = wall(at, zone)
  const head = {
    VBELN: padded(shipment.delivery),
    VSTEL: site.code,
    VKORG: '1000',
    ROUTE: 'R00120',
    BTGEW: kilos(shipment.grams),
    GEWEI: 'KGM',
    ANZPK: shipment.packages.length,
    TRATY: 'AWB',
    TRAID: word === 'Kommissioniert' ? null : shipment.tracking,
    LIFEX: order.purchaseOrder,
  }
  return idoc('DELVRY07', 'DESADV', control, at, [
    open('E1EDL20', head),
    address('WE', deal.customer.number, deal.customer.name, deal.customer.street, deal.shipTo),
    address(
      'SP',
      shipment.carrier.toUpperCase(),
      shipment.carrier === 'fedex' ? 'FedEx Express' : 'Cascade Freight',
      '',
      site.city,
    ),
    seg('E1EDT13', {
      QUALF: '006',
      NTANF: compactDate(w),
      NTANZ: compactTime(w),
      ISDD: compactDate(w),
      ISDZ: compactTime(w),
    }),
    seg('Z1STATUS', { TXT: word, DATUM: compactDate(w), UZEIT: compactTime(w) }),
    ...shipment.contents.map((content, at) => deliveryItem(order, content, at)),
    ...shipment.packages.map((sscc, at) =>
      seg('E1EDL37', { EXIDV: `00${sscc}`, VHILM: 'KARTON-L', LAUFNR: at + 1 }),
    ),
    '</E1EDL20>',
  ])
}

/** INVOIC02/INVOIC. */
export function sapInvoice(deal: Deal, order: CompanyOrder, at: Instant, control: string): string {
  const w = wall(at, zone)
  return idoc('INVOIC02', 'INVOIC', control, at, [
    seg('E1EDK01', {
      CURCY: order.currency,
      WKURS: '1.00000',
      ZTERM: '0001',
      BSART: 'INVO',
      BELNR: padded(order.invoice),
      FKART_RL: 'LR',
    }),
    partners(deal),
    reference('001', order.purchaseOrder, null),
    reference('002', padded(order.number), null),
    date('012', compactDate(w), compactTime(w)),
    ...order.lines.map((line) =>
      seg('E1EDP01', { POSEX: position(line), MENGE: quantity(line.quantity), MENEE: 'PCE' }, [
        seg('E1EDP26', { QUALF: '003', BETRG: money(line.quantity * line.product.cents) }),
        seg('E1EDP19', { QUALF: '002', IDTNR: line.product.sku, KTEXT: line.product.description }),
      ]),
    ),
    seg('E1EDS01', { SUMID: '010', SUMME: money(order.cents), WAERQ: order.currency }),
    seg('E1EDS01', { SUMID: '011', SUMME: money(order.cents), WAERQ: order.currency }),
  ])
}

/** Puts IDocs of one type into the file that SAP's XML port writes. */
export function sapFile(type: string, idocs: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${type}>\n${idocs.join('\n')}\n</${type}>\n`
}

function item(
  order: CompanyOrder,
  line: Line,
  due: string | null,
  action: string,
  confirmed: number,
): string {
  const value = money(line.quantity * line.product.cents)
  return seg(
    'E1EDP01',
    {
      POSEX: position(line),
      ACTION: action,
      PSTYP: '0',
      MENGE: quantity(line.quantity),
      MENEE: 'PCE',
      PMENE: 'PCE',
      VPREI: money(line.product.cents),
      PEINH: '1',
      NETWR: value,
      NTGEW: kilos(line.quantity * line.product.grams),
      GEWEI: 'KGM',
      CURCY: order.currency,
      WERKS: site.code,
      PSTYV: 'TAN',
    },
    [
      seg('E1EDP02', { QUALF: '001', BELNR: order.purchaseOrder, ZEILE: position(line) }),
      due === null ? '' : seg('E1EDP20', { WMENG: quantity(confirmed), EDATU: due }),
      seg('E1EDP19', { QUALF: '002', IDTNR: line.product.sku, KTEXT: line.product.description }),
    ],
  )
}

function deliveryItem(
  order: CompanyOrder,
  content: Shipment['contents'][number],
  at: number,
): string {
  const { line } = content
  return seg(
    'E1EDL24',
    {
      POSNR: String((at + 1) * 10).padStart(6, '0'),
      MATNR: line.product.sku,
      ARKTX: line.product.description,
      WERKS: site.code,
      LFIMG: quantity(content.quantity),
      VRKME: 'PCE',
      NTGEW: kilos(content.quantity * line.product.grams),
      GEWEI: 'KGM',
    },
    [
      seg('E1EDL43', { QUALF: 'C', BELNR: padded(order.number), POSNR: position(line) }),
      seg('E1EDL41', { QUALI: '001', BSTNR: order.purchaseOrder, POSEX: position(line) }),
      seg('Z1EDL24', { KUM_LFIMG: quantity(content.shippedToDate) }),
      ...content.serials.map((serial) => seg('E1EDL11', { SERNR: serial })),
    ],
  )
}

function idoc(
  type: string,
  message: string,
  control: string,
  at: Instant,
  parts: readonly string[],
): string {
  const w = wall(at, zone)
  const head = seg('EDI_DC40', {
    TABNAM: 'EDI_DC40',
    MANDT: '100',
    DOCNUM: control.padStart(16, '0'),
    DOCREL: '750',
    STATUS: '30',
    DIRECT: '1',
    OUTMOD: '2',
    IDOCTYP: type,
    MESTYP: message,
    SNDPOR: 'SAPNWP',
    SNDPRT: 'LS',
    SNDPRN: 'NWPCLNT100',
    RCVPOR: 'A000000017',
    RCVPRT: 'LS',
    RCVPRN: 'NWHUB',
    CREDAT: compactDate(w),
    CRETIM: compactTime(w),
    SERIAL: compactDate(w) + compactTime(w),
  })
  return `<IDOC BEGIN="1">\n${[head, ...parts].filter((part) => part !== '').join('\n')}\n</IDOC>`
}

function organisation(): string {
  return [
    seg('E1EDK14', { QUALF: '008', ORGID: '1000' }),
    seg('E1EDK14', { QUALF: '007', ORGID: '10' }),
    seg('E1EDK14', { QUALF: '006', ORGID: '00' }),
  ].join('\n')
}

function partners(deal: Deal): string {
  const { customer, shipTo } = deal
  const party = {
    PARTN: padded(customer.number),
    NAME1: customer.name,
    STRAS: customer.street,
    ORT01: shipTo.name,
    PSTLZ: shipTo.postal,
    LAND1: shipTo.country,
    SPRAS: 'D',
  }
  return [
    seg('E1EDKA1', { PARVW: 'AG', ...party }),
    seg('E1EDKA1', { PARVW: 'WE', ...party, LIFNR: null }),
    seg('E1EDKA1', { PARVW: 'RE', ...party }),
  ].join('\n')
}

function address(
  qualifier: string,
  id: string,
  name: string,
  street: string,
  place: Deal['shipTo'],
): string {
  return seg('E1ADRM1', {
    PARTNER_Q: qualifier,
    PARTNER_ID: id,
    LANGUAGE: 'D',
    NAME1: name,
    STREET1: street,
    POSTL_COD1: place.postal,
    CITY1: place.name,
    COUNTRY1: place.country,
    REGION: place.region,
  })
}

function reference(qualifier: string, number: string, day: string | null): string {
  return seg('E1EDK02', { QUALF: qualifier, BELNR: number, DATUM: day })
}

function date(qualifier: string, day: string, time: string): string {
  return seg('E1EDK03', { IDDAT: qualifier, DATUM: day, UZEIT: time })
}

function seg(name: string, fields: Fields, children: readonly string[] = []): string {
  return `${open(name, fields)}${children.length === 0 ? '' : `\n${children.filter((child) => child !== '').join('\n')}\n`}</${name}>`
}

function open(name: string, fields: Fields): string {
  let text = `<${name} SEGMENT="1">`
  for (const field in fields) {
    const value = fields[field]
    if (value === null || value === undefined || value === '') continue
    text += `<${field}>${typeof value === 'number' ? value : escaped(value)}</${field}>`
  }
  return text
}

function escaped(text: string): string {
  return text.includes('&') || text.includes('<')
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    : text
}

const padded = (number: string) => number.padStart(10, '0')
const position = (line: Line) => line.number.padStart(6, '0')
const quantity = (pieces: number) => pieces.toFixed(3)
const kilos = (grams: number) => (grams / 1000).toFixed(3)
const money = (cents: number) => (cents / 100).toFixed(2)
const grams = (lines: readonly Line[]) =>
  lines.reduce((sum, line) => sum + line.quantity * line.product.grams, 0)
