/**
 * DCSA event classifier: planned, estimated, requested, actual.
 * Source: DCSA Track & Trace, eventClassifierCode.
 */
export type Classifier = 'PLN' | 'EST' | 'REQ' | 'ACT'

/** Stages of an order's life, in the order they normally happen. `collation/lifecycle.ts` says what may follow what. */
export const milestones = [
  'quoted',
  'ordered',
  'received',
  'acknowledged',
  'confirmed',
  'rejected',
  'changed',
  'backordered',
  'allocated',
  'released',
  'build-started',
  'built',
  'tested',
  'picked',
  'packed',
  'ready-to-ship',
  'label-created',
  'picked-up',
  'shipped',
  'departed',
  'arrived',
  'in-transit',
  'customs-arrived',
  'customs-held',
  'customs-cleared',
  'out-for-delivery',
  'available-for-pickup',
  'delivery-attempted',
  'exception',
  'delayed',
  'damaged',
  'lost',
  'delivered',
  'installed',
  'invoiced',
  'paid',
  'cancel-requested',
  'cancelled',
  'return-requested',
  'return-shipped',
  'returned',
  'refunded',
  'closed',
] as const

/**
 * `unknown`: the source named a status that no term knows; shown with its own words.
 * `note`: a fact or link that is no stage of the lifecycle (a ticket opened, a field changed, a scan at rest).
 */
export type Milestone = (typeof milestones)[number] | 'unknown' | 'note'
