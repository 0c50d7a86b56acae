/** The status of a whole order out of its own milestones, its shipments, its lines and its holds. */
import type { Status } from '#model/view.ts'
import {
  groupShipments,
  holdOpen,
  judgeGroup,
  judgePart,
  type Judged,
  type ShipmentGroup,
  type TrustOf,
} from './status.ts'
import { factsFrom, type OrderState } from './state.ts'

export type OrderJudged = Judged & {
  shipments: { group: ShipmentGroup; judged: Judged }[]
  held: boolean
}

/** Ranks at which something has left the house, and at which it has arrived. */
const shippedRank = 20
const deliveredRank = 30
const afterSalesRank = 40

/**
 * Split shipments roll up: an order is shipped when all its known shipments are, delivered when all have arrived,
 * partially so when some are. Order-level words (cancelled, returned, closed) win by rank over what parcels say.
 */
export function rollUp(state: OrderState, trustOf: TrustOf): OrderJudged {
  const own =
    state.parts[0] !== undefined && state.parts[0][0] === ''
      ? judgePart(state.parts[0], state.sources, trustOf)
      : null
  const shipments = groupShipments(state).map((group) => ({
    group,
    judged: judgeGroup(group, state.sources, trustOf),
  }))
  const held = state.parts.some(holdOpen)
  const order: Judged = own ?? {
    status: 'unknown',
    rank: 0,
    milestone: '',
    source: '',
    occurrence: null,
  }
  if (order.rank >= afterSalesRank) return { ...order, shipments, held }
  const parcels = rollUpShipments(
    shipments.map((entry) => entry.judged),
    expectsMore(state),
  )
  const best = parcels !== null && parcels.rank >= order.rank ? parcels : order
  const status: Status =
    held && best.rank < deliveredRank && best.status !== 'customs' ? 'on-hold' : best.status
  return { ...best, status, shipments, held }
}

function rollUpShipments(judged: Judged[], more: boolean): Judged | null {
  const known = judged.filter((entry) => entry.rank > 0)
  if (known.length === 0) return null
  // The shipment that lags speaks for all; the one furthest ahead makes it "partially".
  let least = known[0]!
  let most = known[0]!
  for (const entry of known) {
    if (entry.rank < least.rank) least = entry
    if (
      entry.rank > most.rank ||
      (entry.rank === most.rank && (entry.occurrence?.[0] ?? 0) > (most.occurrence?.[0] ?? 0))
    )
      most = entry
  }
  const complete = known.length === judged.length && !more
  if (most.rank >= afterSalesRank)
    return complete && least.rank >= afterSalesRank ? most : { ...most, status: 'returning' }
  if (most.rank >= deliveredRank && (!complete || least.rank < deliveredRank))
    return { ...most, rank: least.rank, status: 'partially-delivered' }
  if (most.rank >= shippedRank && least.rank < shippedRank)
    return { ...most, status: 'partially-shipped' }
  if (most.rank >= shippedRank && more) return { ...most, status: 'partially-shipped' }
  return most
}

/** Lines are still back ordered, or fewer pieces left the house than were ordered. */
function expectsMore(state: OrderState): boolean {
  for (const [key, , facts] of state.parts) {
    if (!key.startsWith('line:')) continue
    let ordered = 0
    let shipped = -1
    for (const telling of facts) {
      for (let i = factsFrom; i < telling.length; i += 2) {
        const value = telling[i + 1]
        if (typeof value !== 'number') continue
        if (telling[i] === 'quantity') ordered = Math.max(ordered, value)
        else if (telling[i] === 'quantityShipped') shipped = Math.max(shipped, value)
      }
    }
    if (shipped >= 0 && shipped < ordered) return true
  }
  return false
}
