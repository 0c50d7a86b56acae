import { identifierTypes } from '#model/identifier.ts'
import type { Milestone } from '#model/milestone.ts'
import type {
  EvidenceRef,
  MilestoneView,
  OrderView,
  PartView,
  Status,
  ValueView,
} from '#model/view.ts'
import { idKey, type Told } from './told.ts'

const rank: readonly [Milestone, Status][] = [
  ['quoted', 'quoted'],
  ['ordered', 'ordered'],
  ['received', 'ordered'],
  ['acknowledged', 'ordered'],
  ['confirmed', 'confirmed'],
  ['build-started', 'in-production'],
  ['built', 'in-production'],
  ['allocated', 'in-fulfilment'],
  ['released', 'in-fulfilment'],
  ['picked', 'in-fulfilment'],
  ['packed', 'in-fulfilment'],
  ['label-created', 'in-fulfilment'],
  ['shipped', 'shipped'],
  ['picked-up', 'shipped'],
  ['in-transit', 'in-transit'],
  ['departed', 'in-transit'],
  ['arrived', 'in-transit'],
  ['customs-cleared', 'in-transit'],
  ['customs-held', 'customs'],
  ['out-for-delivery', 'out-for-delivery'],
  ['delivery-attempted', 'attempt-failed'],
  ['exception', 'exception'],
  ['delivered', 'delivered'],
  ['closed', 'completed'],
  ['cancelled', 'cancelled'],
]
const ranks = new Map(rank.map(([milestone], index) => [milestone, index]))

const ref = (told: Told): EvidenceRef => ({
  event: told.event,
  source: told.source,
  at: told.recordedAt,
})

/** The mock's stand-in for collation: the furthest actual milestone. Good enough to look at, wrong in every corner. */
export function statusOf(events: readonly Told[]): { status: Status; by: Told | undefined } {
  const held = events.findLast(({ hold }) => hold !== undefined)
  if (held?.hold?.action === 'placed') return { status: 'customs', by: held }
  const by = events
    .filter(({ classifier, milestone }) => classifier === 'ACT' && ranks.has(milestone))
    .toSorted((a, b) => ranks.get(a.milestone)! - ranks.get(b.milestone)!)
    .at(-1)
  return { status: by === undefined ? 'unknown' : rank[ranks.get(by.milestone)!]![1], by }
}

function factsOf(
  events: readonly Told[],
  of: (told: Told) => Readonly<Record<string, string | number | boolean>> | undefined,
): Record<string, ValueView> {
  const facts: Record<string, ValueView> = {}
  for (const told of events) {
    for (const [name, value] of Object.entries(of(told) ?? {})) {
      const known = facts[name]
      const others =
        known === undefined || known.value === value || known.evidence.source === told.source
          ? known?.dispute?.others
          : [...(known.dispute?.others ?? []), { value: known.value, evidence: known.evidence }]
      facts[name] = {
        value,
        evidence: ref(told),
        ...(others === undefined || others.length === 0
          ? {}
          : { dispute: { rule: `${told.source} is trusted more for ${name}`, others } }),
      }
    }
  }
  return facts
}

const milestonesOf = (events: readonly Told[]): MilestoneView[] =>
  events.map((told) => ({
    milestone: told.milestone,
    classifier: told.classifier,
    at: told.at,
    part: told.part,
    evidence: ref(told),
    ...(told.words === undefined ? {} : { words: told.words }),
    ...(told.substatus === undefined ? {} : { substatus: told.substatus }),
  }))

function partOf(
  kind: PartView['kind'],
  key: string,
  events: readonly Told[],
  facts: PartView['facts'],
): PartView {
  const { status, by } = statusOf(events)
  return {
    key: `${kind}:${key}`,
    kind,
    label: kind === 'line' ? `Line ${key}` : key,
    status,
    facts,
    milestones: milestonesOf(events),
    ...(by?.substatus === undefined ? {} : { substatus: by.substatus }),
  }
}

function shipmentsOf(events: readonly Told[]): PartView[] {
  const byPart = Map.groupBy(
    events.filter(({ part }) => part.startsWith('shipment:')),
    ({ part }) => part.slice(9),
  )
  return [...byPart].map(([key, own]) => {
    const shipment = partOf(
      'shipment',
      key,
      own,
      factsOf(own, ({ facts }) => facts),
    )
    const pieces = shipment.facts['pieces']?.value
    if (typeof pieces !== 'number' || !key.startsWith('77')) return shipment
    return {
      ...shipment,
      packages: Array.from({ length: Math.min(pieces, 2) }, (_, index) =>
        partOf('package', `00340434${key.slice(-7)}${index}1${index}`, own.slice(0, 3), {}),
      ),
    }
  })
}

function linesOf(events: readonly Told[]): PartView[] {
  const keys = new Set(events.flatMap(({ lines }) => Object.keys(lines ?? {})))
  return [...keys].toSorted().map((key) => {
    const own = events.filter(
      ({ part, lines }) => part === `line:${key}` || lines?.[key] !== undefined,
    )
    return partOf(
      'line',
      key,
      own,
      factsOf(own, ({ lines }) => lines?.[key]),
    )
  })
}

/** The order as the mock sees it after these events (those known at `asOf`), sorted by event time. */
export function foldOrder(golden: string, events: readonly Told[], asOf: string | null): OrderView {
  const { status, by } = statusOf(events)
  const ids = new Map(events.flatMap(({ ids: own }) => own).map((each) => [idKey(each), each]))
  const holds = events.filter(({ hold }) => hold !== undefined)
  const facts = factsOf(
    events.filter(({ part }) => part === ''),
    ({ facts: own }) => own,
  )
  return {
    id: golden,
    asOf,
    version: events.length,
    sentence: sentenceOf(events, status),
    status,
    companies: [...new Set(events.map(({ company }) => company))],
    regions: [...new Set(events.map(({ region }) => region))],
    updatedAt:
      events
        .map(({ recordedAt }) => recordedAt)
        .toSorted()
        .at(-1) ?? '',
    facts,
    ...(by === undefined
      ? {}
      : { statusEvidence: { ...ref(by), ...(by.words === undefined ? {} : { words: by.words }) } }),
    ...(by?.substatus === undefined ? {} : { substatus: by.substatus }),
    identifiers: [...ids.values()]
      .toSorted((a, b) => identifierTypes[a.type].rank - identifierTypes[b.type].rank)
      .map((each) => ({
        ...each,
        label: `${identifierTypes[each.type].label} ${each.value}`,
        ...(each.type === 'ticket' ? { suspended: true } : {}),
      })),
    links: events.flatMap((told) =>
      told.ids.slice(1).map((other) => ({
        a: idKey(told.ids[0]!),
        b: idKey(other),
        source: told.source,
        event: told.event,
      })),
    ),
    promises: promisesOf(events),
    milestones: milestonesOf(events),
    lines: linesOf(events),
    shipments: shipmentsOf(events),
    holds: holds.map((told) => ({
      kind: told.hold!.kind,
      part: told.part,
      open: told.hold!.action === 'placed',
      placedAt: told.at,
      evidence: ref(told),
    })),
    disputes: Object.entries(facts).flatMap(([field, { value, dispute }]) =>
      dispute === undefined
        ? []
        : [
            {
              field,
              part: '',
              chosen: value,
              others: dispute.others.map((other) => other.value),
              rule: dispute.rule,
            },
          ],
    ),
    flags: flagsOf(events),
  }
}

function promisesOf(events: readonly Told[]): OrderView['promises'] {
  const kinds = { REQ: 'requested', PLN: 'promised', EST: 'estimated', ACT: 'actual' } as const
  return events
    .filter(({ milestone }) => milestone === 'delivered')
    .map((told) => ({
      kind: kinds[told.classifier],
      at: told.certainty === 'date' ? told.at.slice(0, 10) : told.at,
      part: told.part,
      evidence: ref(told),
    }))
}

function flagsOf(events: readonly Told[]): OrderView['flags'] {
  return events.flatMap((told): OrderView['flags'][number][] => {
    if (told.milestone === 'unknown')
      return [
        {
          kind: 'unknown-word',
          text: `“${told.words ?? ''}” of ${told.source} is in no terms list; its status is shown as unknown.`,
          part: told.part,
          evidence: ref(told),
        },
      ]
    if (told.milestone === 'delivery-attempted')
      return [
        {
          kind: 'invalid-transition',
          text: 'An attempt was recorded before the parcel was out for delivery.',
          part: told.part,
          evidence: ref(told),
        },
      ]
    return []
  })
}

function sentenceOf(events: readonly Told[], status: Status): string {
  const shipments = [
    ...Map.groupBy(
      events.filter(({ part }) => part.startsWith('shipment:')),
      ({ part }) => part,
    ).values(),
  ].map((own) => statusOf(own))
  const held = events.findLast(({ hold }) => hold?.action === 'placed')
  const customer = events.findLast(({ facts }) => facts?.['customer'] !== undefined)?.facts?.[
    'customer'
  ]
  if (shipments.length === 0)
    return `${customer === undefined ? 'The order' : `The order of ${customer}`} is ${status.replaceAll('-', ' ')}; nothing has been shipped yet.`
  const arrived = shipments.filter((each) => each.status === 'delivered').length
  const start =
    shipments.length === 1
      ? 'Shipped in one parcel'
      : `Shipped in ${['no', 'one', 'two', 'three', 'four'][shipments.length] ?? shipments.length} parcels`
  const middle =
    arrived === 0
      ? ''
      : arrived === shipments.length
        ? '; all have arrived'
        : `; ${['none has', 'one has', 'two have', 'three have'][arrived]} arrived`
  const weekday =
    held === undefined
      ? ''
      : new Intl.DateTimeFormat('en', { weekday: 'long' }).format(new Date(held.at))
  const late =
    held === undefined
      ? ''
      : `, one is held at customs ${held.place?.city ?? ''} since ${weekday}, and its estimate breaks the promise by a day`
  return `${start}${middle}${late}.`
}
