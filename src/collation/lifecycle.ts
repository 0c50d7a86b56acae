/**
 * The lifecycle as one checked table: every milestone's stage, its rank inside the lifecycle, the status it gives, and
 * what must have happened before it. Collation, the API and the screens read this table; nothing else knows the order.
 */
import type { Milestone } from '#model/milestone.ts'
import type { Status } from '#model/view.ts'

export type Stage = {
  /** Higher is further; equal ranks may alternate (a parcel is out for delivery, fails, is out again): the latest counts. */
  readonly rank: number
  readonly status: Status
  /** Milestones of which one must precede this one, where the hub heard of any of their stage; none for entry points. */
  readonly after: readonly Milestone[]
}

const early: readonly Milestone[] = ['ordered', 'received', 'acknowledged', 'confirmed', 'changed']
const built: readonly Milestone[] = [
  'built',
  'tested',
  'allocated',
  'released',
  'picked',
  'packed',
  ...early,
]
const moving: readonly Milestone[] = [
  'shipped',
  'picked-up',
  'departed',
  'arrived',
  'in-transit',
  'customs-arrived',
  'customs-held',
  'customs-cleared',
]

export const lifecycle: Readonly<Partial<Record<Milestone, Stage>>> = {
  quoted: { rank: 1, status: 'quoted', after: [] },
  ordered: { rank: 2, status: 'ordered', after: [] },
  received: { rank: 3, status: 'ordered', after: ['ordered'] },
  acknowledged: { rank: 4, status: 'ordered', after: ['ordered', 'received'] },
  changed: { rank: 4, status: 'ordered', after: ['ordered', 'received'] },
  confirmed: { rank: 5, status: 'confirmed', after: ['ordered', 'received', 'acknowledged'] },
  backordered: { rank: 6, status: 'confirmed', after: early },
  allocated: { rank: 7, status: 'in-fulfilment', after: early },
  'build-started': { rank: 7, status: 'in-production', after: early },
  built: { rank: 8, status: 'in-production', after: ['build-started', ...early] },
  tested: { rank: 9, status: 'in-production', after: ['built', 'build-started'] },
  released: { rank: 10, status: 'in-fulfilment', after: early },
  picked: { rank: 11, status: 'in-fulfilment', after: early },
  packed: { rank: 12, status: 'in-fulfilment', after: early },
  'ready-to-ship': { rank: 13, status: 'in-fulfilment', after: early },
  'label-created': { rank: 13, status: 'in-fulfilment', after: early },
  'picked-up': { rank: 20, status: 'shipped', after: built },
  shipped: { rank: 20, status: 'shipped', after: built },
  departed: { rank: 21, status: 'in-transit', after: ['shipped', 'picked-up'] },
  arrived: { rank: 21, status: 'in-transit', after: ['shipped', 'picked-up'] },
  'in-transit': { rank: 21, status: 'in-transit', after: ['shipped', 'picked-up'] },
  'customs-arrived': { rank: 21, status: 'customs', after: ['shipped', 'picked-up'] },
  'customs-held': { rank: 21, status: 'customs', after: ['shipped', 'picked-up'] },
  'customs-cleared': { rank: 21, status: 'in-transit', after: ['shipped', 'picked-up'] },
  delayed: { rank: 21, status: 'exception', after: ['shipped', 'picked-up'] },
  exception: { rank: 21, status: 'exception', after: [] },
  damaged: { rank: 21, status: 'exception', after: [] },
  lost: { rank: 21, status: 'exception', after: ['shipped', 'picked-up'] },
  'out-for-delivery': { rank: 22, status: 'out-for-delivery', after: moving },
  'delivery-attempted': { rank: 22, status: 'attempt-failed', after: moving },
  'available-for-pickup': { rank: 22, status: 'out-for-delivery', after: moving },
  delivered: { rank: 30, status: 'delivered', after: moving },
  installed: { rank: 31, status: 'delivered', after: ['delivered'] },
  'return-requested': { rank: 40, status: 'returning', after: ['delivered', ...moving] },
  'return-shipped': { rank: 41, status: 'returning', after: ['delivered', ...moving] },
  returned: {
    rank: 42,
    status: 'returned',
    after: ['return-requested', 'return-shipped', 'delivered', ...moving],
  },
  refunded: { rank: 43, status: 'returned', after: ['returned', 'cancelled', 'return-requested'] },
  rejected: { rank: 50, status: 'rejected', after: ['ordered', 'received', 'acknowledged'] },
  cancelled: { rank: 51, status: 'cancelled', after: ['ordered', 'cancel-requested', ...early] },
  closed: {
    rank: 60,
    status: 'completed',
    after: ['delivered', 'cancelled', 'returned', 'rejected'],
  },
}

/** Milestones that tell of money or wishes and never move the status. */
export const withoutStatus: readonly Milestone[] = ['invoiced', 'paid', 'cancel-requested']

/** What may be told next from a milestone: every stage that names it as a predecessor, or lies further without needing one. */
export function mayFollow(milestone: Milestone): readonly Milestone[] {
  return (Object.keys(lifecycle) as Milestone[]).filter((next) =>
    lifecycle[next]!.after.includes(milestone),
  )
}
