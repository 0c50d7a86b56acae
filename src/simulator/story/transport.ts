/** The way of a parcel or load, and how its carrier tells it. */
import type { Instant } from '#model/time.ts'
import { hourMs, minuteMs } from '../calendar.ts'
import { hubs, sites, type City } from '../catalog.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import { trackingPush, type Scan } from '../writers/carrier-fedex.ts'
import { freightStatus } from '../writers/carrier-freight-214.ts'
import type { Teller } from './teller.ts'

type Step =
  | 'label'
  | 'pickup'
  | 'depart'
  | 'arrive'
  | 'moving'
  | 'customs'
  | 'held'
  | 'cleared'
  | 'out'
  | 'failed'
  | 'delivered'
  | 'lost'

type Leg = { readonly step: Step; readonly at: Instant; readonly place: City }

/**
 * Moves a shipment from goods issue to its end and tells it by the carrier; returns when it arrived, null when lost.
 * `packedAt` is when its label was printed.
 */
export function transport(
  teller: Teller,
  order: CompanyOrder,
  shipment: Shipment,
  packedAt: Instant,
  shippedAt: Instant,
  lost: boolean,
): Instant | null {
  const legs = route(teller, order, packedAt, shippedAt, lost)
  teller.know(shipment.carrier, 'tracking', shipment.tracking)
  if (shipment.carrier === 'fedex') tellFedex(teller, order, shipment, legs)
  else tellFreight(teller, shipment, legs)
  const held = legs.find((leg) => leg.step === 'held')
  const cleared = legs.find((leg) => leg.step === 'cleared')
  const delivered = legs.find((leg) => leg.step === 'delivered')
  if (held !== undefined)
    teller.holds.push({
      kind: 'customs',
      placedAt: teller.warp(held.at),
      releasedAt: cleared === undefined ? null : teller.warp(cleared.at),
    })
  teller.shipments.push({
    company: order.company,
    order: order.number,
    delivery: shipment.delivery,
    carrier: shipment.carrier,
    tracking: shipment.tracking,
    status: delivered === undefined ? 'exception' : 'delivered',
    shippedAt: teller.warp(shippedAt),
    deliveredAt: delivered === undefined ? null : teller.warp(delivered.at),
    attempts: legs.filter((leg) => leg.step === 'failed').length,
    customsHeld: held !== undefined,
    contents: shipment.contents.map(({ line, quantity }) => ({ line: line.number, quantity })),
  })
  return delivered?.at ?? null
}

function route(
  { deal, dice }: Teller,
  order: CompanyOrder,
  packedAt: Instant,
  shippedAt: Instant,
  lost: boolean,
): Leg[] {
  const from = sites[order.company].city
  const to = deal.shipTo
  const hub = dice.pick(hubs)
  const legs: Leg[] = []
  let at = shippedAt
  const go = (step: Step, place: City, hours: readonly [number, number]) => {
    at += Math.floor(dice.between(hours[0], hours[1]) * hourMs)
    legs.push({ step, at, place })
  }
  legs.push({ step: 'label', at: packedAt, place: from })
  go('pickup', from, [0.3, 4])
  go('depart', from, [1, 6])
  go('arrive', hub, [4, 20])
  if (lost) {
    go('lost', hub, [30, 60])
    return legs
  }
  go('depart', hub, [1, 8])
  if (from.country !== to.country) {
    go('customs', to, [8, 24])
    if (dice.chance(0.25)) go('held', to, [1, 4])
    go('cleared', to, legs.at(-1)!.step === 'held' ? [20, 70] : [1, 6])
  } else go('moving', hub, [3, 20])
  go('out', to, [5, 14])
  if (dice.chance(0.09)) {
    go('failed', to, [2, 6])
    go('out', to, [16, 22])
  }
  go('delivered', to, [1, 7])
  return legs
}

const scans: Readonly<Record<Step, readonly [code: string, description: string]>> = {
  label: ['OC', 'Shipment information sent to FedEx'],
  pickup: ['PU', 'Picked up'],
  depart: ['DP', 'Left FedEx origin facility'],
  arrive: ['AR', 'Arrived at FedEx hub'],
  moving: ['IT', 'On the way'],
  customs: ['AC', 'At destination sort facility, awaiting clearance'],
  held: ['CD', 'Clearance delay'],
  cleared: ['CC', 'International shipment release - Import'],
  out: ['OD', 'On FedEx vehicle for delivery'],
  failed: ['DE', 'Delivery exception'],
  delivered: ['DL', 'Delivered'],
  lost: ['SE', 'Shipment exception'],
}

const why: Readonly<Partial<Record<Step, { code: string; description: string }>>> = {
  held: { code: '67', description: 'Clearance delay - regulatory agency' },
  failed: { code: '08', description: 'Customer not available or business closed' },
  lost: { code: '17', description: 'Unable to locate shipment' },
}

function tellFedex(
  teller: Teller,
  order: CompanyOrder,
  shipment: Shipment,
  legs: readonly Leg[],
): void {
  const told: { scan: Scan; at: Instant }[] = []
  const due = legs.at(-1)!
  for (const leg of legs) {
    const renamed = leg.step === 'moving' && teller.renames()
    const [code, description] = renamed ? ['XH', 'Handed to line haul partner'] : scans[leg.step]
    const exception = why[leg.step]
    told.unshift({
      at: leg.at,
      scan: {
        at: teller.warp(leg.at),
        code,
        description,
        place: leg.place,
        ...(exception === undefined ? {} : { exception }),
      },
    })
    const recent = told.slice(0, 3).map((entry) => entry.scan)
    const estimated =
      due.step === 'delivered' && leg.step !== 'delivered' && leg.step !== 'label'
        ? teller.warp(due.at) + estimateError(teller, leg)
        : null
    const essential = leg.step !== 'moving' && leg.step !== 'arrive'
    teller.tell(
      'carrier-fedex',
      'push',
      leg.at,
      () => trackingPush(teller.deal, order.company, shipment, recent, estimated),
      { lag: [2, 40], essential, renamed },
    )
  }
}

// Carriers round their estimates to the quarter of an hour, and change their mind seldom.
function estimateError({ deal }: Teller, leg: Leg): number {
  return ((deal.index % 7) - 3) * 15 * minuteMs * (leg.step === 'out' ? 1 : 4)
}

const freightCodes: Readonly<Record<Step, readonly [code: string, reason: string]>> = {
  label: ['XB', 'NS'],
  pickup: ['CP', 'NS'],
  depart: ['P1', 'NS'],
  arrive: ['X4', 'NS'],
  moving: ['X6', 'NS'],
  customs: ['K1', 'NS'],
  held: ['K1', 'P4'],
  cleared: ['X6', 'NS'],
  out: ['X1', 'NS'],
  failed: ['AP', 'AJ'],
  delivered: ['D1', 'NS'],
  lost: ['SD', 'BG'],
}

function tellFreight(teller: Teller, shipment: Shipment, legs: readonly Leg[]): void {
  teller.know('networking', 'bol', `B${shipment.delivery}`)
  const due = legs.at(-1)!
  for (const leg of legs) {
    const [code, reason] = freightCodes[leg.step]
    const estimated =
      leg.step === 'depart' && due.step === 'delivered'
        ? { estimated: teller.warp(due.at) + estimateError(teller, leg) }
        : {}
    teller.tell(
      'carrier-freight-214',
      '214',
      leg.at,
      (at, control) =>
        freightStatus(
          teller.deal,
          shipment,
          { at, code, reason, place: leg.place, ...estimated },
          control,
        ),
      { lag: [10, 90], essential: leg.step !== 'moving' },
    )
  }
}
