import type { Milestone } from '#model/milestone.ts'
import type { Status } from '#model/view.ts'
import { foldOrder, statusOf } from './fold.ts'
import { heroEvents, heroNumber } from './hero.ts'
import { randomOf, type Random } from './random.ts'
import { hour, id, idKey, sources, tell, type Id, type Source, type Told } from './told.ts'

type Step = readonly [milestone: Milestone, from: Source, words: string]
const { sap, cdc, csv, x12, fedex, haulier, crm, scans } = sources

const ways: Readonly<Record<string, readonly Step[]>> = {
  servers: [
    ['ordered', sap, 'ORDERS'],
    ['confirmed', sap, 'ORDRSP'],
    ['build-started', sap, 'REL'],
    ['built', sap, 'CNF'],
    ['packed', scans, 'PACK_OK'],
    ['shipped', sap, 'DESADV'],
    ['picked-up', fedex, 'Picked up'],
    ['in-transit', fedex, 'In transit'],
    ['out-for-delivery', fedex, 'On FedEx vehicle for delivery'],
    ['delivered', fedex, 'Delivered'],
  ],
  storage: [
    ['ordered', crm, 'Closed Won'],
    ['received', cdc, 'NEW'],
    ['allocated', cdc, 'ALLOC'],
    ['picked', csv, 'PCK'],
    ['shipped', csv, 'SHP'],
    ['in-transit', haulier, 'X6'],
    ['delivered', haulier, 'D1'],
  ],
  networking: [
    ['ordered', x12, '850 NE'],
    ['acknowledged', x12, '855 AD'],
    ['released', x12, '860'],
    ['shipped', x12, '856 SH'],
    ['in-transit', haulier, 'X6'],
    ['delivery-attempted', haulier, 'A7'],
    ['delivered', haulier, 'D1'],
  ],
}
const customers = [
  'Hanse Robotics GmbH',
  'Northgate Hospitals',
  'Lumen Studios',
  'Kestrel Airways',
  'Banco do Vale',
  'Otago University',
  'Shibuya Media',
  'Prairie Foods',
  'Atlas Freight',
  'Cobalt Labs',
]
const prefix = { servers: '45000', storage: 'ST-', networking: 'NW' } as const

export type MockOrder = {
  readonly golden: string
  readonly label: string
  events: readonly Told[]
  readonly way: readonly Step[]
  readonly ids: { order: Id; awb: Id }
  status: Status
  companies: readonly string[]
  regions: readonly string[]
  updatedAt: string
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('')
const goldenOf = (random: Random) =>
  `G-${Array.from({ length: 12 }, () => random.pick(alphabet)).join('')}`

/** Brings the row of an order up to its events. */
export function refresh(order: MockOrder) {
  order.status = statusOf(order.events).status
  order.companies = [...new Set(order.events.map(({ company }) => company))]
  order.regions = [...new Set(order.events.map(({ region }) => region))]
  order.updatedAt = order.events
    .map(({ recordedAt }) => recordedAt)
    .reduce((a, b) => (a > b ? a : b), '')
}

/** The next step of an order at a time. */
export function advance(order: MockOrder, at: number): Told | null {
  const step = order.way[order.events.length]
  if (step === undefined) return null
  const [milestone, from, words] = step
  const moving = from === fedex || from === haulier
  const shipped = milestone === 'shipped'
  const told = tell(
    from,
    at,
    milestone,
    moving ? [order.ids.awb] : shipped ? [order.ids.order, order.ids.awb] : [order.ids.order],
    {
      words,
      lag: 800,
      ...(moving || shipped
        ? {
            part: `shipment:${order.ids.awb.value}`,
            facts: { carrier: from === haulier ? 'Elbe Haulage' : 'FedEx' },
          }
        : {}),
      ...(order.events.length === 0
        ? {
            facts: {
              customer: customers[Number(order.label.at(-1)) % customers.length] ?? 'Cobalt Labs',
            },
            lines: { 10: { sku: 'SRV-R660', description: 'Rack server R660', quantity: 2 } },
          }
        : {}),
    },
  )
  order.events = [...order.events, told]
  refresh(order)
  return told
}

function makeOrder(random: Random, index: number, now: number): MockOrder {
  const company = random.pick(['servers', 'servers', 'storage', 'networking'] as const)
  const way = ways[company]!
  const label = `${prefix[company]}${company === 'servers' ? (17_232 + index).toString().padStart(5, '0') : 60_000 + index}`
  const ids = {
    order: id(company, 'order', label),
    awb: id(
      company === 'servers' ? 'fedex' : 'haulier',
      company === 'servers' ? 'tracking' : 'bol',
      company === 'servers' ? `77${random.digits(10)}` : `PRO-${random.digits(7)}`,
    ),
  }
  const order: MockOrder = {
    golden: goldenOf(random),
    label,
    events: [],
    way,
    ids,
    status: 'unknown',
    companies: [],
    regions: [],
    updatedAt: '',
  }
  const steps = 1 + random.below(way.length)
  let at = now - (index * 41_000 + steps * 9 * hour)
  for (let step = 0; step < steps; step += 1) {
    advance(order, at)
    at += (2 + random.next() * 7) * hour
    if (at > now - 60_000) at = now - 60_000 - index * 900
  }
  return order
}

/** A world of orders: one hand-made, the rest grown from a seed. */
export function makeWorld(count: number, now: number, seed = 7) {
  const random = randomOf(seed)
  const hero: MockOrder = {
    golden: 'G-7K2M4Q9TX3RB',
    label: heroNumber,
    events: heroEvents(now).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    way: [],
    ids: {
      order: id('servers', 'order', heroNumber),
      awb: id('fedex', 'tracking', '771234567904'),
    },
    status: 'unknown',
    companies: [],
    regions: [],
    updatedAt: '',
  }
  refresh(hero)
  hero.updatedAt = new Date(now - 20_000).toISOString()
  const orders = [
    hero,
    ...Array.from({ length: count - 1 }, (_, index) => makeOrder(random, index, now)),
  ]
  const byId = new Map(orders.map((order) => [order.golden, order]))
  const identifiers = orders.flatMap((order) =>
    [
      ...new Map(
        order.events.flatMap(({ ids }) => ids).map((each) => [idKey(each), each]),
      ).values(),
    ].map((each) => ({ each, order })),
  )
  // One number in two companies: an identifier that needs a choice.
  identifiers.push({ each: id('storage', 'order', '4500017232'), order: orders[5] ?? hero })
  const known = (order: MockOrder, asOf: string | null) =>
    order.events.filter(
      ({ recordedAt }) => asOf === null || Date.parse(recordedAt) <= Date.parse(asOf),
    )
  return {
    orders,
    byId,
    identifiers,
    random,
    known,
    view: (order: MockOrder, asOf: string | null) =>
      foldOrder(order.golden, known(order, asOf), asOf),
  }
}

export type World = ReturnType<typeof makeWorld>
