import type { Classifier } from '#model/milestone.ts'
import type { Status } from '#model/view.ts'

/** Words for the hub's codes. */
export const status: Readonly<Record<Status, string>> = {
  unknown: 'Unknown',
  quoted: 'Quoted',
  ordered: 'Ordered',
  confirmed: 'Confirmed',
  'in-production': 'In production',
  'in-fulfilment': 'In fulfilment',
  'partially-shipped': 'Partly shipped',
  shipped: 'Shipped',
  'in-transit': 'In transit',
  customs: 'At customs',
  'out-for-delivery': 'Out for delivery',
  'attempt-failed': 'Attempt failed',
  exception: 'Exception',
  'partially-delivered': 'Partly delivered',
  delivered: 'Delivered',
  'on-hold': 'On hold',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  returning: 'Coming back',
  returned: 'Returned',
  completed: 'Completed',
}

/** Words for the hub's codes. */
export const classifier: Readonly<Record<Classifier, string>> = {
  PLN: 'planned',
  EST: 'estimated',
  REQ: 'requested',
  ACT: 'actual',
}

/** Words for the hub's codes. */
export const certainty: Readonly<Record<string, string>> = {
  instant: 'exact: the source gave an offset',
  zoned: 'local time, zone known from the source',
  local: 'local time of an unknown zone, read as UTC',
  date: 'a day without a time',
}

/** Words for the hub's codes. */
export const faults: Readonly<Record<string, string>> = {
  syntax: 'Not well-formed',
  encoding: 'Unreadable encoding',
  truncated: 'Cut off',
  'too-large': 'Too large',
  'too-deep': 'Nested too deep',
  'too-many': 'Too many parts',
  'too-slow': 'Took too long',
  hostile: 'Hostile content',
  envelope: 'Broken envelope',
  'control-total': 'Control total differs',
  unsupported: 'Not supported',
  empty: 'Empty',
  'no-identifier': 'No identifier',
  'bad-time': 'Unreadable time',
  'implausible-time': 'Implausible time',
  'bad-value': 'Unusable value',
  expression: 'Mapping failed',
  'no-match': 'No event matched',
  'source-error': 'Error told by the source',
  'link-guard': 'Link needs review',
}
