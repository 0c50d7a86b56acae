/** Status of parts and of the whole order, derived by rank and evidence, never by what came last. */
import type { Milestone } from '#model/milestone.ts'
import type { Status } from '#model/view.ts'
import { lifecycle } from './lifecycle.ts'
import type { Occurrence, OrderState, PartState } from './state.ts'

/** How much a source is believed about a fact, milestone or promise: 0 to 100. */
export type TrustOf = (source: string, about: string) => number

/** The status of a part and the telling that gives it. */
export type Judged = {
  status: Status
  rank: number
  milestone: string
  source: string
  occurrence: Occurrence | null
}

const nothing: Judged = { status: 'unknown', rank: 0, milestone: '', source: '', occurrence: null }

/**
 * The furthest actual milestone of a part; among equal ranks the latest by event time, then the more trusted source,
 * then the source's name, so that the choice never hangs on arrival.
 */
export function judgePart(part: PartState, sources: readonly string[], trustOf: TrustOf): Judged {
  let best: Judged = nothing
  for (const [milestone, classifier, index, occurrences] of part[1]) {
    if (classifier !== 'ACT') continue
    const stage = lifecycle[milestone as Milestone]
    if (stage === undefined || stage.rank < best.rank) continue
    const occurrence = occurrences[occurrences.length - 1]!
    const source = sources[index]!
    if (stage.rank > best.rank || isBetter(occurrence, source, best, trustOf)) {
      best = { status: stage.status, rank: stage.rank, milestone, source, occurrence }
    }
  }
  return best
}

function isBetter(occurrence: Occurrence, source: string, best: Judged, trustOf: TrustOf): boolean {
  if (best.occurrence === null) return true
  const later = occurrence[0] - best.occurrence[0]
  if (later !== 0) return later > 0
  const trust = trustOf(source, 'status') - trustOf(best.source, 'status')
  if (trust !== 0) return trust > 0
  return source !== best.source ? source < best.source : occurrence[1] < best.occurrence[1]
}

/** True when any source's newest placement of a hold is not followed by that source's release. */
export function holdOpen(part: PartState): boolean {
  for (const hold of part[3]) {
    if (hold[2] !== null && (hold[3] === null || hold[3][0] < hold[2][0])) return true
  }
  return false
}

/** Keys of the shipment-level parts that speak of one shipment, grouped by their links; see `groupShipments`. */
export type ShipmentGroup = { key: string; parts: PartState[] }

/**
 * Shipments of an order: a delivery note, its waybill and its packages are told by different systems under different
 * identifiers; those that a link joins are one shipment.
 */
export function groupShipments(state: OrderState): ShipmentGroup[] {
  const groups: ShipmentGroup[] = []
  const groupOf = new Map<string, ShipmentGroup>()
  for (const part of state.parts) {
    if (!part[0].startsWith('shipment:') && !part[0].startsWith('package:')) continue
    const value = part[0].slice(part[0].indexOf(':') + 1)
    const known = groupOf.get(value)
    if (known !== undefined) {
      known.parts.push(part)
      continue
    }
    const group: ShipmentGroup = { key: part[0], parts: [part] }
    groups.push(group)
    groupOf.set(value, group)
  }
  if (groups.length < 2) return groups
  for (const [a, b] of state.links) {
    const left = groupOf.get(valueOf(state.ids[a]!))
    const right = groupOf.get(valueOf(state.ids[b]!))
    if (left === undefined || right === undefined || left === right) continue
    const [keep, drop] = left.key <= right.key ? [left, right] : [right, left]
    keep.parts.push(...drop.parts)
    for (const [id, group] of groupOf) if (group === drop) groupOf.set(id, keep)
    groups.splice(groups.indexOf(drop), 1)
  }
  return groups
}

/** Parts are keyed by the value of the identifier that names them. */
function valueOf(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1)
}

/** The furthest of a group's parts; a package that lags holds its shipment back where several packages are known. */
export function judgeGroup(
  group: ShipmentGroup,
  sources: readonly string[],
  trustOf: TrustOf,
): Judged {
  let best = nothing
  for (const part of group.parts) {
    const judged = judgePart(part, sources, trustOf)
    if (
      judged.rank > best.rank ||
      (judged.rank === best.rank &&
        judged.occurrence !== null &&
        isBetter(judged.occurrence, judged.source, best, trustOf))
    )
      best = judged
  }
  return best
}
