/** Tracking pushes in the manner of FedEx: the latest status and the scan events so far, newest first; one JSON object a line. */
import type { Instant } from '#model/time.ts'
import { isoText } from '../calendar.ts'
import { sites, type City, type Company } from '../catalog.ts'
import type { Deal, Shipment } from '../world.ts'

export type Scan = {
  readonly at: Instant
  /** Event type code, e.g. PU, AR, DP, IT, OD, DE, DL. */
  readonly code: string
  readonly description: string
  readonly place: City
  readonly exception?: { readonly code: string; readonly description: string }
}

/** `scans`: what the push repeats, newest first; the first is the news. `estimated`: the end of the delivery window. */
export function trackingPush(
  deal: Deal,
  company: Company,
  shipment: Shipment,
  scans: readonly Scan[],
  estimated: Instant | null,
): string {
  const latest = scans[0]!
  const from = sites[company].city
  return JSON.stringify({
    trackingNumberInfo: {
      trackingNumber: shipment.tracking,
      carrierCode: 'FDXE',
      trackingNumberUniqueId: `12029~${shipment.tracking}~FDEG`,
    },
    additionalTrackingInfo: { nickname: '', hasAssociatedShipments: false },
    shipperInformation: { address: address(from) },
    recipientInformation: { address: address(deal.shipTo) },
    latestStatusDetail: {
      code: latest.code,
      derivedCode: latest.code,
      statusByLocale: latest.description,
      description: latest.description,
      scanLocation: address(latest.place),
      ...(latest.exception === undefined
        ? {}
        : {
            ancillaryDetails: [
              {
                reason: latest.exception.code,
                reasonDescription: latest.exception.description,
                actionDescription: 'No action is required.',
              },
            ],
          }),
    },
    serviceDetail: {
      type: 'INTERNATIONAL_PRIORITY',
      description: 'FedEx International Priority',
      shortDescription: 'IP',
    },
    packageDetails: {
      count: String(shipment.packages.length),
      weightAndDimensions: { weight: [{ value: (shipment.grams / 1000).toFixed(1), unit: 'KG' }] },
      packagingDescription: { type: 'YOUR_PACKAGING', description: 'Your Packaging' },
    },
    estimatedDeliveryTimeWindow:
      estimated === null
        ? null
        : { type: 'ESTIMATED_DELIVERY', window: { ends: isoText(estimated, deal.shipTo.zone) } },
    scanEvents: scans.map(scanEvent),
    deliveryDetails:
      latest.code === 'DL'
        ? {
            receivedByName: deal.customer.name.slice(0, 1) + '.EMPFANG',
            deliveryAttempts: '0',
            locationType: 'SHIPPING_RECEIVING',
          }
        : {},
    goodsClassificationCode: '',
    holdAtLocation: null,
  })
}

function scanEvent(scan: Scan): object {
  return {
    date: isoText(scan.at, scan.place.zone),
    eventType: scan.code,
    eventDescription: scan.description,
    exceptionCode: scan.exception?.code ?? '',
    exceptionDescription: scan.exception?.description ?? '',
    scanLocation: address(scan.place),
    locationType: scan.code === 'DL' || scan.code === 'OD' ? 'DELIVERY_LOCATION' : 'FEDEX_FACILITY',
    derivedStatusCode: scan.code,
  }
}

function address(place: City): object {
  return {
    city: place.name.toUpperCase(),
    stateOrProvinceCode: place.region,
    countryCode: place.country,
    countryName: place.country,
    residential: false,
  }
}
