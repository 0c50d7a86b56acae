/** One honest sentence about an order, made from what its view shows; every face says the same. */
import type { Instant } from '#model/time.ts'
import type { OrderView, PartView, Status } from '#model/view.ts'
import { partLabel } from './labels.ts'
import type { Projection } from './project.ts'

type Promised = OrderView['promises'][number]
type Hold = OrderView['holds'][number]

/** What is said of each status, and whether a day stands for when it began (since) or happened (on). */
const words: Readonly<Record<Status, readonly [text: string, day: 'since' | 'on']>> = {
  unknown: ['Nothing is known of its progress yet', 'since'],
  quoted: ['Quoted', 'on'],
  ordered: ['Ordered', 'on'],
  confirmed: ['Confirmed', 'on'],
  'in-production': ['In production', 'since'],
  'in-fulfilment': ['Being prepared', 'since'],
  'partially-shipped': ['Partly shipped', 'since'],
  shipped: ['Shipped', 'on'],
  'in-transit': ['In transit', 'since'],
  customs: ['At customs', 'since'],
  'out-for-delivery': ['Out for delivery', 'since'],
  'attempt-failed': ['Delivery was tried and failed', 'on'],
  exception: ['In trouble on the way', 'since'],
  'partially-delivered': ['Partly delivered', 'since'],
  delivered: ['Delivered', 'on'],
  'on-hold': ['On hold', 'since'],
  rejected: ['Rejected', 'on'],
  cancelled: ['Cancelled', 'on'],
  returning: ['On its way back', 'since'],
  returned: ['Returned', 'on'],
  completed: ['Completed', 'on'],
}

const finished: ReadonlySet<Status> = new Set([
  'delivered',
  'completed',
  'cancelled',
  'rejected',
  'returned',
])
const arrived: ReadonlySet<Status> = new Set(['delivered', 'completed'])
const back: ReadonlySet<Status> = new Set(['returning', 'returned'])
const beforeLeaving: ReadonlySet<Status> = new Set([
  'unknown',
  'quoted',
  'ordered',
  'confirmed',
  'in-production',
  'in-fulfilment',
])
/** Of a single shipment: what goes wrong with it while the order stands elsewhere. */
const trouble: Readonly<Partial<Record<Status, string>>> = {
  customs: 'at customs',
  exception: 'in trouble',
  'attempt-failed': 'not delivered after a try',
  returning: 'on the way back',
}

/** `now` is the moment the reader asks about: the clock, or the `asOf` of the question. */
export function sentence(view: Projection, now: Instant): string {
  const holds = view.holds.filter((hold) => hold.open)
  const clauses = [
    ...statusClauses(view, holds, now),
    ...troubleClauses(view, holds),
    ...promiseClauses(view, now),
  ]
  const disputes = view.disputes.length
  if (disputes > 0)
    clauses.push(disputes === 1 ? 'one value is disputed' : `${disputes} values are disputed`)
  return `${clauses.join('; ')}.`
}

/** The status and the holds, which may be one: "On credit hold since 3 March". */
function statusClauses(view: Projection, holds: readonly Hold[], now: Instant): string[] {
  const { status, statusEvidence: evidence } = view
  const on = (hold: Hold): string => day(hold.placedAt!, now)
  const [first] = holds.toSorted((a, b) => (a.placedAt! < b.placedAt! ? -1 : 1))
  const kinds = [...new Set(holds.map((hold) => hold.kind))].toSorted()
  if (status === 'on-hold' && first !== undefined)
    return [`On ${listed(kinds)} hold since ${on(first)}`, ...arrivals(view)]
  const atCustoms = status === 'customs' ? holds.find((hold) => hold.kind === 'customs') : undefined
  const [text, preposition] = words[status]
  const when = evidence === undefined ? '' : ` ${preposition} ${day(evidence.at, now)}`
  const clause =
    atCustoms === undefined
      ? `${text}${share(view)}${when}${rest(view)}`
      : `Held at customs${share(view)} since ${on(atCustoms)}`
  const over = finished.has(status) || status === 'returning'
  const others = kinds
    .filter((kind) => kind !== atCustoms?.kind)
    .map((kind) => holds.find((hold) => hold.kind === kind)!)
  return [
    clause,
    ...others.map((hold) =>
      over
        ? `${hold.kind} hold of ${on(hold)} never released`
        : `${hold.kind} hold since ${on(hold)}`,
    ),
  ]
}

/** How many of several shipments the status speaks of. */
function share({ status, shipments }: Projection): string {
  const all = shipments.length
  if (all < 2 || status === 'unknown') return ''
  const count = shipments.filter((part) => isOf(status, part)).length
  if (count === 0 || (count === all && isPartial(status))) return ''
  return count === all || beforeLeaving.has(status)
    ? ` in ${all} shipments`
    : ` (${count} of ${all} shipments)`
}

function isOf(status: Status, part: PartView): boolean {
  if (status === 'partially-delivered') return arrived.has(part.status)
  if (status === 'partially-shipped') return !beforeLeaving.has(part.status)
  if (status === 'returning') return back.has(part.status)
  return part.status === status
}

function isPartial(status: Status): boolean {
  return status === 'partially-delivered' || status === 'partially-shipped'
}

/** All shipments that are known stand there, and yet it is not all that was ordered. */
function rest(view: Projection): string {
  const { status, shipments } = view
  return isPartial(status) && shipments.every((part) => isOf(status, part))
    ? ', more is to come'
    : ''
}

function arrivals({ shipments }: Projection): string[] {
  const count = shipments.filter((part) => arrived.has(part.status)).length
  return count === 0 ? [] : [`${count} of ${shipments.length} shipments delivered`]
}

/** Shipments that are worse off than the order's status says. */
function troubleClauses({ status, shipments }: Projection, holds: readonly Hold[]): string[] {
  const said = status === 'on-hold' && holds.some((hold) => hold.kind === 'customs')
  return (Object.keys(trouble) as Status[]).flatMap((kind) => {
    if (kind === status || (kind === 'customs' && said)) return []
    const parts = shipments.filter((part) => part.status === kind)
    if (parts.length === 0) return []
    return parts.length === 1
      ? [`shipment ${partLabel(parts[0]!.key)} is ${trouble[kind]}`]
      : [`${parts.length} shipments are ${trouble[kind]}`]
  })
}

/** What was promised and is expected of what has not arrived; nothing once the order is over or on its way back. */
function promiseClauses(view: Projection, now: Instant): string[] {
  if (finished.has(view.status) || view.status === 'returning') return []
  const promised = newest(view.promises.filter(({ kind }) => kind === 'promised'))
  const estimated = newest(
    view.promises.filter(({ kind, part }) => kind === 'estimated' && !isOver(view, part)),
  )
  const due = promised === undefined ? '' : day(promised.at, now)
  const expected = estimated === undefined ? '' : day(estimated.at, now)
  if (estimated === undefined) return promised === undefined ? [] : [promise(promised, due, now)]
  const missed = isPast(estimated, now)
  if (promised === undefined)
    return [missed ? `was expected on ${expected}` : `expected on ${expected}`]
  const late = isPast(promised, now)
  if (due === expected)
    return [late ? promise(promised, due, now) : `promised and expected for ${due}`]
  if (missed) return [promise(promised, due, now), `was expected on ${expected}`]
  if (late || estimated.at < promised.at)
    return [promise(promised, due, now), `expected on ${expected}`]
  return [`promised for ${due}, but expected on ${expected}`]
}

function promise(promised: Promised, due: string, now: Instant): string {
  return isPast(promised, now) ? `the promise of ${due} has passed` : `promised for ${due}`
}

/** An estimate for a shipment that has arrived or turned back is history. */
function isOver(view: Projection, part: string): boolean {
  const shipment = view.shipments.find(
    ({ key, packages = [] }) => key === part || packages.some((each) => each.key === part),
  )
  return shipment !== undefined && (arrived.has(shipment.status) || back.has(shipment.status))
}

/** The newest telling; told at once, the later date. */
function newest(promises: readonly Promised[]): Promised | undefined {
  return promises.toSorted((a, b) =>
    a.evidence.at === b.evidence.at ? order(a.at, b.at) : order(a.evidence.at, b.evidence.at),
  )[promises.length - 1]
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const dayMs = 86_400_000

/** A day without a time is kept as its noon, and is past when it is over. */
function isPast({ at }: Promised, now: Instant): boolean {
  const due = Date.parse(at)
  return due + (due % dayMs === dayMs / 2 ? dayMs / 2 : 0) <= now
}

function listed(kinds: readonly string[]): string {
  return kinds.length < 2
    ? kinds.join('')
    : `${kinds.slice(0, -1).join(', ')} and ${kinds[kinds.length - 1]!}`
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** "3 March", with the year when it is not the reader's; days are those of UTC. */
function day(iso: string, now: Instant): string {
  const date = new Date(iso)
  const year = date.getUTCFullYear()
  const text = `${date.getUTCDate()} ${months[date.getUTCMonth()]!}`
  return year === new Date(now).getUTCFullYear() ? text : `${text} ${year}`
}
