/** The order as people read it, projected from its state: values with their evidence, disputes, flags. Pure. */
import type { FactValue } from '#model/event.ts'
import { ownFacts } from '#model/facts.ts'
import { identifierTypes, parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import type { Milestone } from '#model/milestone.ts'
import type { Instant } from '#model/time.ts'
import type { EvidenceRef, MilestoneView, OrderView, PartView, ValueView } from '#model/view.ts'
import { partLabel, shipmentLabel } from './labels.ts'
import { rollUp, type OrderJudged } from './roll-up.ts'
import { judgeGroup, judgePart, type ShipmentGroup, type TrustOf } from './status.ts'
import type { OrderState, PartState } from './state.ts'
import { transitionFlags, type Flag } from './transitions.ts'

/** A fact as one source tells it. */
type FactEntry = {
  readonly source: string
  readonly value: FactValue
  readonly told: Instant
  readonly sequence: number
  readonly event: string
}

/** What the projection of a part needs beside the part. */
type Reading = {
  readonly sources: readonly string[]
  readonly trustOf: TrustOf
  /** Company of a source. */
  readonly companies: ReadonlyMap<string, string>
}

/** Everything of an `OrderView` that follows from the state alone. */
export type Projection = Omit<OrderView, 'id' | 'asOf' | 'version' | 'sentence' | 'updatedAt'>

export function project(state: OrderState, trustOf: TrustOf): Projection {
  const judged = rollUp(state, trustOf)
  const companies = new Map(state.heard.map((entry) => [state.sources[entry[0]]!, entry[1]]))
  const reading = { sources: state.sources, trustOf, companies }
  const order = state.parts.find((part) => part[0] === '')
  const facts = order === undefined ? {} : valuesOf([order], reading)
  const lines = state.parts
    .filter((part) => part[0].startsWith('line:'))
    .map((part) => lineView(part, reading))
  const ranks = shipmentRanks(state.ids)
  const shipments = judged.shipments.map(({ group }) => shipmentView(group, ranks, reading))
  return {
    status: judged.status,
    ...statusDetail(judged),
    companies: [...new Set(state.heard.map((entry) => entry[1]))],
    regions: [...new Set(state.heard.map((entry) => entry[2]))],
    facts,
    identifiers: state.ids.map((text) => {
      const id = parseIdentifierText(text)
      return { ...id, label: identifierTypes[id.type].label }
    }),
    links: state.links.map(([a, b, source, , event]) => ({
      a: state.ids[a]!,
      b: state.ids[b]!,
      source: state.sources[source]!,
      event,
    })),
    promises: promisesOf(state),
    milestones: milestonesOf(state),
    lines,
    shipments,
    holds: holdsOf(state),
    disputes: [
      ...disputesOf('', facts),
      ...[...lines, ...shipments].flatMap((part) => disputesOf(part.key, part.facts)),
    ],
    flags: flagsOf(state),
  }
}

function statusDetail(judged: OrderJudged): Pick<Projection, 'substatus' | 'statusEvidence'> {
  if (judged.occurrence === null) return {}
  const [at, event, substatus] = judged.occurrence
  const statusEvidence = { event, source: judged.source, at: iso(at) }
  return substatus === undefined || substatus === ''
    ? { statusEvidence }
    : { statusEvidence, substatus }
}

function lineView(part: PartState, reading: Reading): PartView {
  const judged = judgePart(part, reading.sources, reading.trustOf)
  return {
    key: part[0],
    kind: 'line',
    label: partLabel(part[0]),
    status: judged.status,
    facts: valuesOf([part], reading),
    milestones: part[1].flatMap((entry) => milestoneViews(part[0], entry, reading.sources)),
  }
}

/** Values of the identifiers that name shipments and packages, to their place in the order of identifiers. */
function shipmentRanks(ids: readonly IdentifierText[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>()
  for (const [rank, text] of ids.entries()) {
    const { type, value } = parseIdentifierText(text)
    if (identifierTypes[type].shipment && !ranks.has(value)) ranks.set(value, rank)
  }
  return ranks
}

/** Shipments before packages, then by the rank of what names them: a delivery note before its waybill. */
function named(group: ShipmentGroup, ranks: ReadonlyMap<string, number>): string[] {
  const rank = (key: string): number => ranks.get(partLabel(key)) ?? ranks.size
  const keys = group.parts.map((part) => part[0])
  return keys.toSorted(
    (a, b) => Number(isPackage(a)) - Number(isPackage(b)) || rank(a) - rank(b) || (a < b ? -1 : 1),
  )
}

function isPackage(key: string): boolean {
  return key.startsWith('package:')
}

function shipmentView(
  group: ShipmentGroup,
  ranks: ReadonlyMap<string, number>,
  reading: Reading,
): PartView {
  const judged = judgeGroup(group, reading.sources, reading.trustOf)
  const keys = named(group, ranks)
  const key = keys[0]!
  const packages = group.parts.filter((part) => part[0] !== key)
  return {
    key,
    kind: isPackage(key) ? 'package' : 'shipment',
    label: shipmentLabel(keys),
    status: judged.status,
    ...(judged.occurrence?.[2] === undefined || judged.occurrence[2] === ''
      ? {}
      : { substatus: judged.occurrence[2] }),
    facts: valuesOf(group.parts, reading),
    milestones: group.parts
      .flatMap((part) =>
        part[1].flatMap((entry) => milestoneViews(part[0], entry, reading.sources)),
      )
      .toSorted(byTime),
    ...(packages.length === 0
      ? {}
      : { packages: packages.map((part) => packageView(part, reading)) }),
  }
}

function packageView(part: PartState, reading: Reading): PartView {
  return {
    key: part[0],
    kind: isPackage(part[0]) ? 'package' : 'shipment',
    label: partLabel(part[0]),
    status: judgePart(part, reading.sources, reading.trustOf).status,
    facts: valuesOf([part], reading),
    milestones: [],
  }
}

/** Facts of parts that speak of one thing: the most trusted source wins, then the newest telling, then the name. */
function valuesOf(
  parts: readonly PartState[],
  { sources, trustOf, companies }: Reading,
): Record<string, ValueView> {
  const byName = new Map<string, FactEntry[]>()
  for (const part of parts) {
    for (const [source, told, sequence, event, ...facts] of part[2]) {
      for (let i = 0; i < facts.length; i += 2) {
        const name = facts[i] as string
        const fact = { source: sources[source]!, value: facts[i + 1]!, told, sequence, event }
        const list = byName.get(name)
        if (list === undefined) byName.set(name, [fact])
        else list.push(fact)
      }
    }
  }
  const values: Record<string, ValueView> = {}
  for (const [name, entries] of byName) {
    values[name] = ownFacts.has(name)
      ? chooseByCompany(name, entries, trustOf, companies)
      : choose(name, entries, trustOf)
  }
  return values
}

/** The value of the most trusted company; what the others say of their own part is no dispute. */
function chooseByCompany(
  name: string,
  entries: readonly FactEntry[],
  trustOf: TrustOf,
  companies: ReadonlyMap<string, string>,
): ValueView {
  const companyOf = ({ source }: FactEntry): string => companies.get(source) ?? ''
  const best = sorted(name, entries, trustOf)
  const own = companyOf(best[0]!)
  const view = choose(
    name,
    best.filter((entry) => companyOf(entry) === own),
    trustOf,
  )
  const others = new Map<string, FactEntry>()
  for (const entry of best) {
    const company = companyOf(entry)
    if (company !== own && !others.has(company)) others.set(company, entry)
  }
  const elsewhere = [...others]
    .filter(([, entry]) => !sameValue(entry.value, view.value))
    .map(([company, entry]) => ({ company, value: entry.value, evidence: evidenceOf(entry) }))
  return elsewhere.length === 0 ? view : { ...view, elsewhere }
}

function sorted(name: string, entries: readonly FactEntry[], trustOf: TrustOf): FactEntry[] {
  return [...entries].toSorted(
    (a, b) =>
      trustOf(b.source, name) - trustOf(a.source, name) ||
      b.told - a.told ||
      b.sequence - a.sequence ||
      (a.source < b.source ? -1 : 1),
  )
}

function choose(name: string, entries: readonly FactEntry[], trustOf: TrustOf): ValueView {
  const best = sorted(name, entries, trustOf)
  const chosen = best[0]!
  const others = best.slice(1).filter((entry) => !sameValue(entry.value, chosen.value))
  const view: ValueView = { value: chosen.value, evidence: evidenceOf(chosen) }
  if (others.length === 0) return view
  const other = others[0]!.source
  const [mine, theirs] = [trustOf(chosen.source, name), trustOf(other, name)]
  const rule =
    mine > theirs
      ? `${chosen.source} is trusted ${mine} for ${name}, ${other} ${theirs}`
      : `equal trust (${mine}); ${chosen.source} told it last`
  return {
    ...view,
    dispute: {
      rule,
      others: others.map((entry) => ({ value: entry.value, evidence: evidenceOf(entry) })),
    },
  }
}

function sameValue(a: FactValue, b: FactValue): boolean {
  return (
    a === b ||
    (typeof a === 'string' &&
      typeof b === 'string' &&
      a.trim().toLowerCase() === b.trim().toLowerCase())
  )
}

function evidenceOf(entry: FactEntry): EvidenceRef {
  return { event: entry.event, source: entry.source, at: iso(entry.told) }
}

function milestoneViews(
  part: string,
  [name, classifier, index, occurrences]: PartState[1][number],
  sources: readonly string[],
): MilestoneView[] {
  const source = sources[index]!
  const unknown = name.startsWith('unknown:')
  return occurrences.map(([at, event, substatus]) => ({
    milestone: (unknown ? 'unknown' : name) as Milestone,
    classifier,
    at: iso(at),
    part,
    ...(substatus === undefined || substatus === '' ? {} : { substatus }),
    ...(unknown ? { words: name.slice('unknown:'.length) } : {}),
    evidence: { event, source, at: iso(at) },
  }))
}

function milestonesOf(state: OrderState): MilestoneView[] {
  return state.parts
    .flatMap((part) => part[1].flatMap((entry) => milestoneViews(part[0], entry, state.sources)))
    .toSorted(byTime)
}

function byTime(a: MilestoneView, b: MilestoneView): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.milestone < b.milestone ? -1 : 1
}

const promiseKinds = { REQ: 'requested', PLN: 'promised', EST: 'estimated', ACT: 'actual' } as const

/** Every date told for the delivery, kept apart by kind: the promise ledger. */
function promisesOf(state: OrderState): Projection['promises'] {
  return state.parts.flatMap((part) =>
    part[1]
      .filter((entry) => entry[0] === 'delivered')
      .flatMap(([, classifier, source, occurrences]) =>
        occurrences.map(([at, event, , told]) => ({
          kind: promiseKinds[classifier],
          at: iso(at),
          part: part[0],
          evidence: { event, source: state.sources[source]!, at: iso(told ?? at) },
        })),
      ),
  )
}

function holdsOf(state: OrderState): Projection['holds'] {
  return state.parts.flatMap((part) =>
    part[3].map(([kind, source, placed, released]) => ({
      kind,
      part: part[0],
      open: placed !== null && (released === null || released[0] < placed[0]),
      ...(placed === null ? {} : { placedAt: iso(placed[0]) }),
      ...(released === null ? {} : { releasedAt: iso(released[0]) }),
      evidence: {
        event: (placed ?? released)![1],
        source: state.sources[source]!,
        at: iso((placed ?? released)![0]),
      },
    })),
  )
}

function disputesOf(
  part: string,
  facts: Readonly<Record<string, ValueView>>,
): Projection['disputes'] {
  return Object.entries(facts).flatMap(([field, view]) =>
    view.dispute === undefined
      ? []
      : [
          {
            field,
            part,
            chosen: view.value,
            others: view.dispute.others.map((other) => other.value),
            rule: view.dispute.rule,
          },
        ],
  )
}

function flagsOf(state: OrderState): Flag[] {
  const unknown: Flag[] = state.parts.flatMap((part) =>
    part[1]
      .filter((entry) => entry[0].startsWith('unknown:'))
      .map(([name, , index, occurrences]) => {
        const source = state.sources[index]!
        const [at, event] = occurrences[occurrences.length - 1]!
        return {
          kind: 'unknown-word',
          text: `${source} says "${name.slice('unknown:'.length)}", which no term explains`,
          part: part[0],
          evidence: { event, source, at: iso(at) },
        }
      }),
  )
  return [...transitionFlags(state), ...unknown]
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
