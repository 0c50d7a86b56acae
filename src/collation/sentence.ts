/** One honest sentence about an order, made from what its view shows; every face says the same. */
import type { Instant } from '#model/time.ts'
import type { OrderView, PartView, Status } from '#model/view.ts'
import type { Projection } from './project.ts'

const words: Readonly<Record<Status, string>> = {
  unknown: 'Nothing is known of its progress yet', quoted: 'Quoted', ordered: 'Ordered', confirmed: 'Confirmed',
  'in-production': 'In production', 'in-fulfilment': 'Being prepared', 'partially-shipped': 'Partly shipped', shipped: 'Shipped',
  'in-transit': 'In transit', customs: 'At customs', 'out-for-delivery': 'Out for delivery', 'attempt-failed': 'Delivery was tried and failed',
  exception: 'In trouble on the way', 'partially-delivered': 'Partly delivered', delivered: 'Delivered', 'on-hold': 'On hold',
  rejected: 'Rejected', cancelled: 'Cancelled', returning: 'On its way back', returned: 'Returned', completed: 'Completed',
}

/** `now` is the moment the reader asks about: the clock, or the `asOf` of the question. */
export function sentence(view: Projection, now: Instant): string {
  const clauses = [statusClause(view)]
  const hold = view.holds.find((entry) => entry.open)
  if (hold !== undefined) clauses.push(`${hold.kind} hold since ${day(hold.placedAt!)}`)
  const trouble = view.shipments.filter((part) => troubled.has(part.status) && part.status !== view.status)
  for (const part of trouble.slice(0, 2)) clauses.push(`${part.label}: ${words[part.status].toLowerCase()}`)
  clauses.push(...promiseClause(view, now))
  if (view.disputes.length > 0) clauses.push(`${view.disputes.length === 1 ? 'one value is' : `${view.disputes.length} values are`} disputed`)
  return `${clauses.join('; ')}.`
}

const troubled: ReadonlySet<Status> = new Set(['customs', 'exception', 'attempt-failed', 'on-hold', 'returning'])
const finished: ReadonlySet<Status> = new Set(['delivered', 'completed', 'cancelled', 'rejected', 'returned'])

function statusClause(view: Projection): string {
  const since = view.statusEvidence === undefined ? '' : ` since ${day(view.statusEvidence.at)}`
  const parcels = view.shipments.length > 1 ? ` in ${view.shipments.length} shipments${arrived(view.shipments)}` : ''
  const on = finished.has(view.status) || view.status === 'shipped' ? since.replace('since', 'on') : since
  return `${words[view.status]}${parcels}${on}`
}

function arrived(shipments: readonly PartView[]): string {
  const count = shipments.filter((part) => part.status === 'delivered').length
  return count > 0 && count < shipments.length ? `, ${count} of them delivered` : ''
}

function promiseClause(view: Projection, now: Instant): string[] {
  if (finished.has(view.status)) return []
  const promised = lastOf(view, 'promised')
  const estimated = lastOf(view, 'estimated')
  const clauses: string[] = []
  if (promised !== undefined) {
    const late = Date.parse(promised.at) < now
    clauses.push(late ? `the promise of ${day(promised.at)} has passed` : `promised for ${day(promised.at)}`)
  }
  if (estimated !== undefined && estimated.at !== promised?.at) clauses.push(`the carrier expects ${day(estimated.at)}`)
  return clauses
}

/** The newest telling of a kind. */
function lastOf(view: Projection, kind: OrderView['promises'][number]['kind']): OrderView['promises'][number] | undefined {
  return view.promises
    .filter((entry) => entry.kind === kind)
    .reduce<OrderView['promises'][number] | undefined>((a, b) => (a === undefined || b.evidence.at > a.evidence.at || (b.evidence.at === a.evidence.at && b.at > a.at) ? b : a), undefined)
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

function day(iso: string): string {
  return `${Number(iso.slice(8, 10))} ${months[Number(iso.slice(5, 7)) - 1]}`
}
