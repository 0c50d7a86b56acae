import { createHash } from 'node:crypto'
import type { FactValue, Hold, Place } from '#model/event.ts'
import { identifierText, type IdentifierType } from '#model/identifier.ts'
import type { Classifier, Milestone } from '#model/milestone.ts'
import type { TimelineRow } from '#model/view.ts'

export const hour = 3_600_000
export const day = 24 * hour

export type Id = { readonly ns: string; readonly type: IdentifierType; readonly value: string }

/** An event of the mock: a timeline row with the identifiers it names and the lines it tells. */
export type Told = TimelineRow & {
  readonly ids: readonly Id[]
  readonly hold?: Hold
  readonly lines?: Readonly<Record<string, Readonly<Record<string, FactValue>>>>
}

export type Source = {
  readonly name: string
  readonly title: string
  readonly company: string
  readonly region: string
  readonly format: string
  readonly zone: string
}

const source = (
  name: string,
  title: string,
  company: string,
  region: string,
  format: string,
  zone: string,
): Source => ({ name, title, company, region, format, zone })
export const sources = {
  sap: source(
    'servers-sap',
    'SAP of the server company',
    'servers',
    'EMEA',
    'idoc-xml',
    'Europe/Berlin',
  ),
  csv: source(
    'storage-drops',
    'Nightly files of the storage company',
    'storage',
    'AMER',
    'csv',
    'America/Denver',
  ),
  cdc: source(
    'storage-db',
    'Order database of the storage company',
    'storage',
    'AMER',
    'debezium',
    'UTC',
  ),
  x12: source(
    'networking-edi',
    'EDI of the networking company',
    'networking',
    'AMER',
    'x12',
    'America/Chicago',
  ),
  fedex: source('fedex-tracking', 'FedEx tracking pushes', 'carriers', 'EMEA', 'json', 'UTC'),
  haulier: source(
    'haulier-214',
    'Status messages of the haulier',
    'carriers',
    'EMEA',
    'x12',
    'UTC',
  ),
  crm: source('crm-deals', 'Deals of the group', 'sales', 'EMEA', 'json', 'UTC'),
  desk: source('service-desk', 'Tickets of the service desk', 'support', 'EMEA', 'json', 'UTC'),
  scans: source(
    'warehouse-scans',
    'Scanners in the warehouse',
    'servers',
    'EMEA',
    'ndjson',
    'Europe/Berlin',
  ),
} as const

type Extra = {
  classifier?: Classifier
  part?: string
  words?: string
  substatus?: string
  reason?: string
  place?: Place
  hold?: Hold
  facts?: Readonly<Record<string, FactValue>>
  lines?: Told['lines']
  lag?: number
  late?: true
  ahead?: true
  text?: string
  certainty?: string
}

export const id = (ns: string, type: IdentifierType, value: string): Id => ({ ns, type, value })
export const idKey = (each: Id): string => identifierText(each)

/** One event; `lag` is how long after it happened the hub recorded it, in milliseconds. */
export function tell(
  from: Source,
  at: number,
  milestone: Milestone,
  ids: readonly Id[],
  extra: Extra = {},
): Told {
  const {
    lag = 4_000,
    lines,
    hold,
    text,
    certainty = 'instant',
    classifier = 'ACT',
    part = '',
    ...rest
  } = extra
  const iso = new Date(at).toISOString()
  const event = createHash('sha256')
    .update(
      JSON.stringify([
        from.name,
        iso,
        milestone,
        classifier,
        part,
        ids[0]?.value,
        rest.facts ?? null,
      ]),
    )
    .digest('hex')
    .slice(0, 32)
  return {
    event,
    at: iso,
    sourceText: text ?? iso.replace('.000Z', '+00:00'),
    certainty,
    recordedAt: new Date(at + lag).toISOString(),
    source: from.name,
    company: from.company,
    region: from.region,
    milestone,
    classifier,
    part,
    ids,
    ...rest,
    ...(lines === undefined ? {} : { lines }),
    ...(hold === undefined ? {} : { hold }),
  }
}
