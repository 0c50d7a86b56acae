import type { Status } from '#model/view.ts'

/** What a state asks of a person. Colour, shape and word all follow from it. */
export type Tone = 'track' | 'done' | 'hazard' | 'critical' | 'unknown' | 'closed'

/** Tone of each status, and how far along the way it stands (0 to 1). */
const looks: Readonly<Record<Status, readonly [Tone, number]>> = {
  unknown: ['unknown', 0],
  quoted: ['track', 0],
  ordered: ['track', 0.1],
  confirmed: ['track', 0.2],
  'in-production': ['track', 0.35],
  'in-fulfilment': ['track', 0.45],
  'partially-shipped': ['track', 0.55],
  shipped: ['track', 0.6],
  'in-transit': ['track', 0.72],
  customs: ['hazard', 0.75],
  'out-for-delivery': ['track', 0.88],
  'attempt-failed': ['hazard', 0.88],
  exception: ['critical', 0.7],
  'partially-delivered': ['track', 0.92],
  delivered: ['done', 1],
  'on-hold': ['hazard', 0.5],
  rejected: ['critical', 0.1],
  cancelled: ['closed', 0],
  returning: ['hazard', 0.9],
  returned: ['closed', 1],
  completed: ['done', 1],
}

export const toneOf = (status: Status): Tone => (looks[status] ?? looks.unknown)[0]
export const progressOf = (status: Status): number => (looks[status] ?? looks.unknown)[1]
