import { day, hour, id, sources, tell, type Told } from './told.ts'

const { sap, cdc, csv, x12, fedex, haulier, crm, desk, scans } = sources
const minute = 60_000

export const heroNumber = '4500017231'

/** Identifiers of the mock's showpiece. Exported for page tests. */
export const heroIds = {
  order: id('servers', 'order', heroNumber),
  po: id('hanse-robotics', 'purchase-order', 'HR-2026-0817'),
  opportunity: id('sales', 'opportunity', 'OPP-33817'),
  production: id('servers', 'production', '1004417'),
  delivery1: id('servers', 'delivery', '80017441'),
  delivery2: id('servers', 'delivery', '80017442'),
  storage: id('storage', 'order', 'ST-88213'),
  edi: id('networking', 'order', 'NW66120'),
  awb1: id('fedex', 'tracking', '771234567890'),
  awb2: id('fedex', 'tracking', '771234567904'),
  pro: id('haulier', 'bol', 'PRO-5517803'),
  serial: id('servers', 'serial', 'SRV9K2M771X'),
  serial2: id('servers', 'serial', 'SRV9K2M772X'),
  ticket: id('support', 'ticket', 'INC-20417'),
} as const

const frankfurt = { name: 'Frankfurt Airport', city: 'Frankfurt', country: 'DE', code: 'FRA' }
const memphis = { name: 'Memphis Hub', city: 'Memphis', region: 'TN', country: 'US' }
const prague = { city: 'Prague', country: 'CZ' }
const date = (at: number) => new Date(at).toISOString().slice(0, 10)

/**
 * The order of the design's example: two parcels, one held at customs Frankfurt, the promise in danger;
 * five systems of four companies, a dispute, a late link, a clock ahead, an unknown word. `now` in ms.
 */
export function heroEvents(now: number): readonly Told[] {
  const t = (days: number, hours = 0) =>
    Math.floor((now + days * day + hours * hour) / minute) * minute
  return [...commerce(t), ...promising(t), ...making(t), ...moving(t), ...arriving(t)]
}

type At = (days: number, hours?: number) => number

function commerce(t: At): readonly Told[] {
  const h = heroIds
  return [
    tell(crm, t(-13, -3), 'quoted', [h.opportunity], {
      words: 'Proposal/Price Quote',
      facts: {
        customer: 'Hanse Robotics GmbH',
        owner: 'M. Okafor',
        deal: 'Hanse Robotics, line 4',
        value: 184200,
        currency: 'EUR',
      },
      lag: 50 * minute,
    }),
    tell(crm, t(-12, 2), 'ordered', [h.opportunity, h.po], {
      words: 'Closed Won',
      facts: { owner: 'M. Okafor', tier: 'Gold' },
    }),
    tell(sap, t(-12, 3), 'ordered', [h.order, h.po], {
      words: 'ORDERS',
      text: new Date(t(-12, 3)).toISOString().slice(0, 10).replaceAll('-', ''),
      certainty: 'date',
      facts: {
        customer: 'Hanse Robotics GmbH',
        customerNumber: '1004412',
        value: 186950,
        currency: 'EUR',
        incoterms: 'DAP Hamburg',
        orderType: 'ZOR',
        shipTo: 'Hanse Robotics, Billbrook 12',
        shipToCountry: 'DE',
        priority: 'High',
      },
      lines: {
        10: {
          sku: 'SRV-R760-24',
          description: 'Rack server R760, 24 bay',
          quantity: 6,
          unit: 'EA',
          requested: date(t(0)),
        },
        20: {
          sku: 'STO-PV-96T',
          description: 'Storage shelf 96 TB',
          quantity: 2,
          unit: 'EA',
          requested: date(t(0)),
        },
        30: {
          sku: 'NET-SW48',
          description: 'Switch, 48 ports',
          quantity: 4,
          unit: 'EA',
          requested: date(t(0)),
        },
      },
    }),
  ]
}

function promising(t: At): readonly Told[] {
  const h = heroIds
  const promise = date(t(1))
  return [
    tell(sap, t(0, -2), 'delivered', [h.order], {
      classifier: 'REQ',
      lag: -(12 * day) + 2 * hour,
      text: date(t(0)),
      certainty: 'date',
    }),
    tell(sap, t(1), 'delivered', [h.order], {
      classifier: 'PLN',
      words: 'confirmed delivery date',
      lag: -(12 * day),
      text: promise,
      certainty: 'date',
      facts: { promised: promise },
    }),
    tell(sap, t(-11, 4), 'confirmed', [h.order], {
      words: 'ORDRSP',
      lines: {
        10: { quantityConfirmed: 6, promised: promise },
        20: { quantityConfirmed: 2, promised: promise },
        30: { quantityConfirmed: 4, promised: promise },
      },
    }),
    tell(cdc, t(-11, 6), 'received', [h.storage, h.po], {
      words: 'NEW',
      facts: { customer: 'HANSE ROBOTICS' },
      part: '',
    }),
    tell(x12, t(-11, 9), 'acknowledged', [h.edi, h.po], {
      words: '855 AD',
      reason: 'Acknowledge with detail, no change',
      text: '20261111 0312',
    }),
    tell(desk, t(-2, -4), 'note', [h.ticket, h.awb2], {
      words: 'Customer asks for parcel 771234567904',
      facts: { subject: 'Where is our second parcel?', severity: 'P2' },
      lag: 3 * minute,
    }),
  ]
}

function making(t: At): readonly Told[] {
  const h = heroIds
  return [
    tell(sap, t(-9, 2), 'build-started', [h.order, h.production], {
      words: 'REL',
      part: 'line:10',
      lines: { 10: { lineState: 'In production' } },
    }),
    tell(cdc, t(-9, 8), 'allocated', [h.storage], { words: 'ALLOC', part: 'line:20' }),
    tell(csv, t(-8, 1), 'backordered', [h.storage], {
      words: 'BO 1',
      part: 'line:20',
      facts: { quantityBackordered: 1 },
      lines: { 20: { quantityBackordered: 1 } },
      lag: 7 * hour,
      late: true,
      text: '11/14/2026 02:11',
      certainty: 'zoned',
    }),
    tell(sap, t(-7, 3), 'built', [h.order, h.production, h.serial, h.serial2], {
      words: 'CNF',
      part: 'line:10',
    }),
    tell(scans, t(-6, -5), 'packed', [h.serial, h.delivery1], {
      words: 'PACK_OK',
      part: 'shipment:771234567890',
      place: { name: 'Prague DC', ...prague },
      facts: { device: 'scanner-17' },
    }),
    tell(scans, t(-6, -4), 'packed', [h.serial2, h.delivery2], {
      words: 'PACK_OK',
      part: 'shipment:771234567904',
      place: { name: 'Prague DC', ...prague },
      ahead: true,
      facts: { device: 'scanner-04' },
    }),
    tell(cdc, t(-6, 4), 'released', [h.storage], { words: 'Q7-HOLDCHK', part: 'line:20' }),
    tell(cdc, t(-5, 20), 'unknown', [h.storage], { words: 'Q7-RECHK', part: 'line:20' }),
    tell(x12, t(-5, 2), 'shipped', [h.edi, h.pro], {
      words: '856 SH',
      part: 'shipment:PRO-5517803',
      facts: { carrier: 'Elbe Haulage', pieces: 4 },
      lines: { 30: { quantityShipped: 4 } },
      lag: 26 * hour,
      late: true,
    }),
    tell(sap, t(-5, -6), 'shipped', [h.order, h.delivery1, h.awb1], {
      words: 'DESADV',
      part: 'shipment:771234567890',
      lines: { 10: { quantityShipped: 3 } },
    }),
    tell(sap, t(-5, -5), 'shipped', [h.order, h.delivery2, h.awb2], {
      words: 'DESADV',
      part: 'shipment:771234567904',
      lines: { 10: { quantityShipped: 6 }, 20: { quantityShipped: 1 } },
    }),
  ]
}

function moving(t: At): readonly Told[] {
  const h = heroIds
  const one = { part: 'shipment:771234567890' }
  const two = { part: 'shipment:771234567904' }
  const facts = {
    carrier: 'FedEx',
    service: 'Intl Priority Freight',
    from: 'Prague',
    to: 'Hamburg',
  }
  return [
    tell(fedex, t(-5, -8), 'label-created', [h.awb1], {
      ...one,
      words: 'Shipment information sent to FedEx',
      facts: { ...facts, weight: '112 kg', pieces: 2 },
    }),
    tell(fedex, t(-5, -7), 'label-created', [h.awb2], {
      ...two,
      words: 'Shipment information sent to FedEx',
      facts: { ...facts, weight: '164 kg', pieces: 3 },
    }),
    tell(fedex, t(-5, 3), 'picked-up', [h.awb1], { ...one, words: 'Picked up', place: prague }),
    tell(fedex, t(-5, 3.3), 'picked-up', [h.awb2], { ...two, words: 'Picked up', place: prague }),
    tell(fedex, t(-4, 1), 'in-transit', [h.awb1], {
      ...one,
      words: 'Departed FedEx location',
      place: memphis,
    }),
    tell(fedex, t(-3, 6), 'customs-cleared', [h.awb1], {
      ...one,
      words: 'International shipment release - Import',
      place: frankfurt,
    }),
    tell(fedex, t(-4, 8), 'arrived', [h.awb2], {
      ...two,
      words: 'Arrived at FedEx hub',
      place: frankfurt,
    }),
    tell(fedex, t(-3, -2), 'customs-held', [h.awb2], {
      ...two,
      words: 'Clearance delay - Import',
      substatus: 'documents-missing',
      reason: 'Commercial invoice required',
      place: frankfurt,
      hold: { kind: 'customs', action: 'placed' },
    }),
    tell(fedex, t(-2, -1), 'out-for-delivery', [h.awb1], {
      ...one,
      words: 'On FedEx vehicle for delivery',
      place: { city: 'Hamburg', country: 'DE' },
    }),
    tell(fedex, t(-2, 5), 'delivered', [h.awb1], {
      ...one,
      words: 'Delivered',
      place: { city: 'Hamburg', country: 'DE' },
      facts: { signedBy: 'K.LUND' },
    }),
  ]
}

function arriving(t: At): readonly Told[] {
  const h = heroIds
  const two = { part: 'shipment:771234567904' }
  return [
    tell(fedex, t(0, 15), 'delivered', [h.awb2], {
      ...two,
      classifier: 'EST',
      words: 'Estimated delivery',
      lag: -4 * day,
    }),
    tell(fedex, t(2, 8), 'delivered', [h.awb2], {
      ...two,
      classifier: 'EST',
      words: 'Estimated delivery',
      lag: -3 * day,
    }),
    tell(haulier, t(-4, 11), 'picked-up', [h.pro], {
      part: 'shipment:PRO-5517803',
      words: 'AF',
      facts: { carrier: 'Elbe Haulage', from: 'Brno', to: 'Hamburg' },
    }),
    tell(haulier, t(-3, 9), 'delivery-attempted', [h.pro], {
      part: 'shipment:PRO-5517803',
      words: 'A7',
      reason: 'Refused by consignee: dock closed',
    }),
    tell(haulier, t(-2, 3), 'delivered', [h.pro], {
      part: 'shipment:PRO-5517803',
      words: 'D1',
      lag: 9 * hour,
      late: true,
      facts: { signedBy: 'LUND' },
    }),
  ]
}
