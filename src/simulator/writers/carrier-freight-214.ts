/** Cascade Freight's status messages: X12 214 (4010), one transaction set per report, times in the terminal's zone. */
import type { Instant } from '#model/time.ts'
import { compactDate, compactTime, wall, type Zone } from '../calendar.ts'
import type { City } from '../catalog.ts'
import type { Deal, Shipment } from '../world.ts'
import { set, upper } from './networking-edi.ts'

export type FreightStatus = {
  readonly at: Instant
  /** AT701: shipment status code (code list 1650). */
  readonly code: string
  /** AT702: reason code (code list 1651); NS is "normal status". */
  readonly reason?: string
  readonly place: City
  /** An estimated delivery told along with the status, as AT7*AG. */
  readonly estimated?: Instant
}

const zoneCodes: Readonly<Partial<Record<Zone, string>>> = {
  'America/New_York': 'ET',
  'America/Chicago': 'CT',
  'America/Denver': 'MT',
  'America/Los_Angeles': 'PT',
  UTC: 'UT',
}

export function freightStatus(
  deal: Deal,
  shipment: Shipment,
  status: FreightStatus,
  control: string,
): string {
  const reports = [at7(status.code, status.reason ?? 'NS', status.at, status.place)]
  if (status.estimated !== undefined) reports.push(at7('AG', 'NS', status.estimated, status.place))
  return set('214', control, [
    `B10*${shipment.tracking}*B${shipment.delivery}*CSCD`,
    `L11*B${shipment.delivery}*BM`,
    `N1*SH*POLARIS NETWORKING*25*POLARIS`,
    'N4*CHICAGO*IL*60666*US',
    `N1*CN*${upper(deal.customer.name)}*25*${deal.customer.number}`,
    `N4*${upper(deal.shipTo.name)}*${deal.shipTo.region.slice(0, 2)}*${deal.shipTo.postal}*${deal.shipTo.country}`,
    'LX*1',
    ...reports.flat(),
    `L11*${shipment.packages.length}*PK`,
    `AT8*G*K*${Math.ceil(shipment.grams / 1000)}*${shipment.packages.length}`,
  ])
}

function at7(code: string, reason: string, at: Instant, place: City): string[] {
  const zone: Zone = zoneCodes[place.zone] === undefined ? 'UTC' : place.zone
  const w = wall(at, zone)
  return [
    `AT7*${code}*${reason}***${compactDate(w)}*${compactTime(w)}*${zoneCodes[zone]}`,
    `MS1*${upper(place.name)}*${place.region.slice(0, 2)}*${place.country}`,
  ]
}
