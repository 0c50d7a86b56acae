/** What each step in the life of a load order sends, and how many events its mapping makes of it. */
import { dayMs } from '../calendar.ts'
import { cities, customers, products, type Company } from '../catalog.ts'
import type { CompanyOrder, Deal, Line, Shipment, SourceName } from '../world.ts'
import { trackingPush } from '../writers/carrier-fedex.ts'
import { opportunityPush } from '../writers/crm.ts'
import { acknowledgement, purchaseOrder, shipNotice } from '../writers/networking-edi.ts'
import { sapAnswer, sapDelivery, sapOrder } from '../writers/servers-sap.ts'
import { storageRows, type StorageState } from '../writers/storage-csv.ts'
import { scanLine, type ScanRecord } from '../writers/warehouse-scans.ts'
import { markedAt as at, markers, template, type Gaps } from './template.ts'

export type Step = {
  readonly source: SourceName
  /** Kind of IDoc or transaction set; '' elsewhere. */
  readonly kind: string
  readonly events: number
  readonly write: (gaps: Gaps) => string
}

/** The steps of an order's life in their order. Every variant makes six to eight events. */
export type Recipe = { readonly steps: readonly Step[] }

const variants = 12

/** Half JSON, a fifth CSV, the rest X12 and IDoc XML by events. Order n follows recipe n modulo their number. */
export function mixedRecipes(): Recipe[] {
  const companies: Company[] = [
    'storage',
    'networking',
    'servers',
    'storage',
    'networking',
    'servers',
    'storage',
    'networking',
    'servers',
    'storage',
  ]
  return Array.from({ length: variants * companies.length }, (_, nth) => {
    const marked = markedDeal(companies[nth % companies.length]!, nth)
    const [placed, confirmed, shipped] = {
      storage: storageSteps,
      networking: networkingSteps,
      servers: serversSteps,
    }[marked.order.company](marked)
    const [pickedUp, delivered] = [
      fedexStep(marked, 'PU', 'Picked up'),
      fedexStep(marked, 'DL', 'Delivered'),
    ]
    const house =
      nth % 4 === 0
        ? [crmStep(marked)]
        : [
            scanStep(marked, { scan: 'PICK', sku: marked.order.lines[0]!.product.sku }),
            scanStep(marked, { scan: 'PACK' }),
          ]
    return { steps: [placed!, confirmed!, ...house, shipped!, pickedUp, delivered] }
  })
}

/** Warehouse, carrier and CRM only. */
export function jsonRecipes(): Recipe[] {
  return Array.from({ length: variants * 4 }, (_, nth) => {
    const marked = markedDeal((['servers', 'storage', 'networking'] as const)[nth % 3]!, nth)
    const { shipment } = marked
    const scans = [
      scanStep(marked, { scan: 'PICK' }),
      scanStep(marked, { scan: 'PACK' }),
      scanStep(marked, { scan: 'LABEL', shipment: { ...shipment, delivery: '' }, labelled: true }),
    ]
    const way = [
      fedexStep(marked, 'PU', 'Picked up'),
      fedexStep(marked, 'OD', 'On FedEx vehicle for delivery'),
      fedexStep(marked, 'DL', 'Delivered'),
    ]
    return { steps: [...(nth % 4 === 0 ? [crmStep(marked)] : []), ...scans, ...way] }
  })
}

type Marked = { readonly deal: Deal; readonly order: CompanyOrder; readonly shipment: Shipment }

// A deal whose identifiers are markers; customers, products and numbers of lines vary.
function markedDeal(company: Company, nth: number): Marked {
  const offered = products[company]
  const lines: Line[] = Array.from(
    { length: company === 'storage' ? 1 : 1 + (nth % 5) },
    (_, at) => ({
      number: String(company === 'servers' ? (at + 1) * 10 : at + 1),
      product: offered[(nth + at) % offered.length]!,
      quantity: 1 + ((nth * 3 + at) % 9),
    }),
  )
  const contents = lines.map((line) => ({
    line,
    quantity: line.quantity,
    shippedToDate: line.quantity,
    serials: [],
  }))
  const shipment: Shipment = {
    delivery: markers.delivery,
    carrier: 'fedex',
    tracking: markers.tracking,
    packages: [],
    contents,
    grams: 24_500,
  }
  const order: CompanyOrder = {
    company,
    number: markers.order,
    // Keswick's drops seldom know the customer's number.
    purchaseOrder: company === 'storage' ? '' : markers.po,
    lines,
    shipments: [shipment],
    cents: 1_234_500,
    currency: 'EUR',
    invoice: '9',
  }
  const customer = customers[nth % customers.length]!
  const deal: Deal = {
    index: nth,
    customer,
    shipTo: customer.city,
    opportunity: markers.opportunity,
    owner: 'A. Berger',
    orders: [order],
    fate: 'delivered',
  }
  return { deal, order, shipment }
}

function serversSteps({ deal, order, shipment }: Marked): Step[] {
  const step = (kind: string, events: number, text: string): Step => ({
    source: 'servers-sap',
    kind,
    events,
    write: template(text, 'Europe/Berlin'),
  })
  return [
    step('ORDERS05', 2, sapOrder(deal, order, at, at + 14 * dayMs, markers.control)),
    step(
      'ORDERS05',
      1,
      sapAnswer(deal, order, { at, word: 'Bestätigt', action: '001' }, markers.control),
    ),
    step('DELVRY07', 1, sapDelivery(deal, order, shipment, at, 'WA gebucht', markers.control)),
  ]
}

function networkingSteps({ deal, order, shipment }: Marked): Step[] {
  const step = (kind: string, events: number, text: string): Step => ({
    source: 'networking-edi',
    kind,
    events,
    write: template(text, 'America/Chicago'),
  })
  return [
    step('850', 2, purchaseOrder(deal, order, at, at + 14 * dayMs, markers.control)),
    step(
      '855',
      1,
      acknowledgement(deal, order, { at, purpose: '06', type: 'AD' }, markers.control),
    ),
    step('856', 1, shipNotice(deal, order, shipment, at, markers.control)),
  ]
}

function storageSteps({ deal, order, shipment }: Marked): Step[] {
  const step = (events: number, state: Omit<StorageState, 'at'>): Step => ({
    source: 'storage-csv',
    kind: '',
    events,
    write: template(storageRows(deal, order, { at, ...state }), 'Asia/Singapore'),
  })
  return [
    step(2, { word: 'Order received', requested: at + 14 * dayMs }),
    step(1, { word: 'Accepted' }),
    step(1, { word: 'Dispatched', shipment }),
  ]
}

function scanStep({ order }: Marked, record: Omit<ScanRecord, 'at' | 'device' | 'site'>): Step {
  return {
    source: 'warehouse-scans',
    kind: '',
    events: 1,
    write: template(scanLine(order, { at, device: 'FRA1-H17', site: 'FRA1', ...record }), 'UTC'),
  }
}

function fedexStep({ deal, order, shipment }: Marked, code: string, description: string): Step {
  const text = trackingPush(
    deal,
    order.company,
    shipment,
    [{ at, code, description, place: cities.memphis }],
    null,
  )
  return {
    source: 'carrier-fedex',
    kind: '',
    events: 1,
    write: template(text, cities.memphis.zone),
  }
}

function crmStep({ deal }: Marked): Step {
  return {
    source: 'crm',
    kind: '',
    events: 2,
    write: template(
      opportunityPush(deal, { at, stage: 'Closed Won', linked: true, version: 2 }),
      'UTC',
    ),
  }
}
