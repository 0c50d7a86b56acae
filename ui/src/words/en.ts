import type { Classifier } from '#model/milestone.ts'
import type { Status } from '#model/view.ts'

const count = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

const status: Readonly<Record<Status, string>> = {
  unknown: 'Unknown', quoted: 'Quoted', ordered: 'Ordered', confirmed: 'Confirmed', 'in-production': 'In production',
  'in-fulfilment': 'In fulfilment', 'partially-shipped': 'Partly shipped', shipped: 'Shipped', 'in-transit': 'In transit',
  customs: 'At customs', 'out-for-delivery': 'Out for delivery', 'attempt-failed': 'Attempt failed', exception: 'Exception',
  'partially-delivered': 'Partly delivered', delivered: 'Delivered', 'on-hold': 'On hold', rejected: 'Rejected',
  cancelled: 'Cancelled', returning: 'Coming back', returned: 'Returned', completed: 'Completed',
}

const classifier: Readonly<Record<Classifier, string>> = {
  PLN: 'planned', EST: 'estimated', REQ: 'requested', ACT: 'actual',
}

const certainty: Readonly<Record<string, string>> = {
  instant: 'exact: the source gave an offset',
  zoned: 'local time, zone known from the source',
  local: 'local time of an unknown zone, read as UTC',
  date: 'a day without a time',
}

const faults: Readonly<Record<string, string>> = {
  syntax: 'Not well-formed', encoding: 'Unreadable encoding', truncated: 'Cut off', 'too-large': 'Too large', 'too-deep': 'Nested too deep',
  'too-many': 'Too many parts', 'too-slow': 'Took too long', hostile: 'Hostile content', envelope: 'Broken envelope',
  'control-total': 'Control total differs', unsupported: 'Not supported', empty: 'Empty', 'no-identifier': 'No identifier',
  'bad-time': 'Unreadable time', 'implausible-time': 'Implausible time', 'bad-value': 'Unusable value', expression: 'Mapping failed',
  'no-match': 'No event matched', 'source-error': 'Error told by the source', 'link-guard': 'Link needs review',
}

/** `in-transit` to `In transit`: milestones, hold kinds and other codes read as words. */
export function sentenceCase(code: string): string {
  const plain = code.replaceAll(/[-_]/gu, ' ').replaceAll(/([a-z])([A-Z])/gu, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

/** Every text the pages show, in English. A translation is a file of the same shape. */
export const words = {
  product: 'Order Information Hub',
  productShort: 'Orderhub',
  status,
  classifier,
  milestone: (code: string) => (code === 'unknown' ? 'Unknown status' : sentenceCase(code)),
  certainty: (code: string) => certainty[code] ?? code,
  part: (part: string) => {
    const [kind = '', ...rest] = part.split(':')
    const key = rest.join(':')
    if (part === '' || kind === 'order') return 'Order'
    return key === '' ? part : `${sentenceCase(kind)} ${key}`
  },
  nav: { orders: 'Orders', quarantine: 'Quarantine', ledger: 'Ledger', label: 'Pages', skip: 'Skip to content' },
  search: {
    label: 'Find an order by any identifier',
    placeholder: 'Any number: order, PO, AWB, serial, ticket…',
    recent: 'Opened lately',
    none: (q: string) => `No identifier begins with “${q}”.`,
    noneHint: 'Try the first characters of a number as it stands on the paper, without spaces. Every system’s numbers are searched.',
    unknown: (q: string) => `The hub has not heard of “${q}” from any system.`,
    several: (q: string) => `“${q}” belongs to more than one order. Which one do you mean?`,
    why: (type: string, ns: string) => `${type} at ${ns}`,
    clear: 'Clear the search',
    results: (n: number) => count(n, 'match', 'matches'),
    open: 'open',
    move: 'move',
    close: 'close',
    exact: 'Paste a whole identifier to go straight to its order.',
  },
  live: {
    connecting: 'Connecting', live: 'Live', waiting: 'Reconnecting', down: 'Offline',
    heard: (ago: string) => `last heard ${ago}`,
    quiet: 'nothing heard yet',
    band: 'The live connection is down. You see what was known before; new changes will be filled in when it returns.',
    retry: 'Try now',
  },
  theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  asOf: {
    now: 'As of now', past: (when: string) => `As of ${when}`, back: 'Back to now', leave: 'Return to what is known now',
    slider: 'What was known at', control: 'Time travel', exact: 'Date and time',
    band: (when: string) => `This is what the hub knew at ${when}. What it learned later is hidden.`,
    change: (n: number, of: number) => `change ${n} of ${of}`,
    previous: 'One change earlier', next: 'One change later', now0: 'Now',
    nothing: 'Nothing was known about this order at that time.',
    nothingHint: 'Move to its first recorded change, or return to now.',
    first: 'Go to the first change',
  },
  feed: {
    title: 'Orders', live: 'Orders as they move', status: 'Status', company: 'Company', region: 'Region', all: 'All',
    order: 'Order', latest: 'Latest', companies: 'Companies', regions: 'Region', changed: 'Changed', source: 'Told by',
    following: 'Following live', notFollowing: 'Not live', paused: 'Paused',
    pausedWhy: { pointer: 'the pointer is over the list', focus: 'the list has the focus', scrolled: 'you scrolled down', hand: 'by you' },
    pause: 'Pause', resume: 'Resume', waiting: (n: number) => count(n, 'change waits', 'changes wait'), show: 'Show',
    loaded: (n: number) => count(n, 'order', 'orders'), more: 'and more below',
    empty: 'No order has arrived yet.',
    emptyHint: 'As soon as a system sends its first record, the order it speaks of appears here. Send one from the command line:',
    emptyCommand: 'orderhub ingest <source> <file>',
    filtered: 'No order matches these filters.', clear: 'Clear the filters',
    announce: (n: number) => `${count(n, 'order', 'orders')} changed`,
  },
  order: {
    back: 'All orders', said: (source: string) => `${source} says`, ours: 'Status', updated: 'Last change', version: (n: number) => `version ${n}`,
    promises: 'Dates', requested: 'Requested', promised: 'Promised', estimated: 'Estimated', actual: 'Actual', noDate: 'not known',
    requestedBy: 'by the customer', promisedBy: 'by us', estimatedBy: 'by carriers and plants', actualBy: 'what happened',
    dueIn: (d: string) => `due in ${d}`, dueSince: (d: string) => `due since ${d}`, early: (d: string) => `${d} before the promise`, late: (d: string) => `${d} after the promise`, onTime: 'as promised',
    arrivedOf: (n: number, of: number) => `${n} of ${of} parcels`, lastArrived: (when: string) => `last ${when}`, moved: (n: number) => `moved ${n === 1 ? 'once' : `${n} times`}`,
    attention: 'Needs a look', allClear: 'Nothing disputed, held or flagged.',
    hold: (kind: string) => `${sentenceCase(kind)} hold`, held: 'since', released: 'released', holds: 'Holds',
    dispute: 'Disputed', disputeOf: (field: string) => `${sentenceCase(field)} is disputed`, chosen: 'we show', instead: 'instead of', because: 'Rule',
    summary: {
      holds: (n: number) => count(n, 'hold', 'holds'), disputes: (n: number) => count(n, 'dispute', 'disputes'),
      steps: (n: number) => count(n, 'unexpected step', 'unexpected steps'), unknown: (n: number) => count(n, 'unknown word', 'unknown words'),
    },
    flag: { 'invalid-transition': 'Unexpected step', 'unknown-word': 'Unknown word', 'suspended-identifier': 'Link under review' },
    timeline: 'Timeline', lanes: 'Lanes', list: 'List', zoomIn: 'Zoom in', zoomOut: 'Zoom out', fit: 'Fit',
    view: 'Timeline as', zone: (zone: string) => `Times in ${zone}`, nowLine: 'now', empty: 'No event is known.',
    earlier: 'Earlier', later: 'Later',
    laneHelp: 'Arrow keys move between events, Enter opens the evidence, plus and minus zoom.',
    lateMark: 'Arrived late', lateBy: (d: string) => `recorded ${d} after it happened`, aheadMark: 'Clock ahead of ours',
    disputed: 'Disputed', recorded: 'Recorded', happened: 'Happened', where: 'Where', what: 'What', words: 'Source’s words', part: 'Part', told: 'Told by',
    sourceTime: 'As written by the source',
    openHint: 'Enter opens the evidence',
    identifiers: 'Identifiers', graph: 'How they are linked', copy: 'Copy', copied: 'Copied', suspended: 'under review', voided: 'undone',
    graphEmpty: 'One identifier, no links yet.', link: (a: string, b: string, source: string) => `${a} and ${b}, linked by ${source}`,
    lines: 'Lines', shipments: 'Shipments', packages: (n: number) => count(n, 'package', 'packages'), noLines: 'No system has told any line yet.', noShipments: 'Nothing has been shipped yet, as far as any system told.',
    line: 'Line', item: 'Item', shipment: 'Shipment', carrier: 'Carrier', route: 'Route', latest: 'Latest', facts: 'Order', statusColumn: 'Status', estimatedColumn: 'Estimated',
    evidenceOf: (what: string) => `Evidence for ${what}`,
    disputeTitle: (others: string, rule: string) => `Other systems say ${others}. ${rule}`,
    unknownTitle: (id: string) => `The hub has not heard of “${id}”.`,
    unknownHint: 'Check it character by character, or search for its beginning: every system’s numbers are known.',
    severalTitle: 'More than one order carries this identifier.',
    severalHint: 'The same number in two companies is not the same order. Choose the one you mean.',
    searchAgain: 'Search', legend: 'Legend',
    suspendedTitle: 'Links by this identifier wait for a review',
  },
  evidence: {
    title: 'Evidence', close: 'Close', meaning: 'What the hub read', bytes: 'What the source sent', mapping: 'Read with', links: 'Links it made',
    text: 'Text', hex: 'Bytes', range: (from: number, to: number) => `bytes ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`,
    receipt: 'Receipt', received: 'Received', file: 'File', format: 'Format', version: (v: number | string) => `version ${v}`, hash: 'Mapping hash', eventId: 'Event',
    context: 'Header of the file', record: 'the record', classifier: 'Kind', facts: 'Facts', noLinks: 'It joined no identifiers.', place: 'Place', reason: 'Reason', certainty: 'Time is',
    substatus: 'Detail', marks: 'Marked: the words, time and numbers the event was made of.',
  },
  quarantine: {
    title: 'Quarantine', lead: 'Records that could not be read, kept byte for byte. Fix the mapping, then replay; nothing is lost.',
    open: 'Open', replayed: 'Replayed', discarded: 'Discarded', status: 'Show', records: (n: number) => count(n, 'record', 'records'), fault: (code: string) => faults[code] ?? sentenceCase(code),
    first: 'first', last: 'last', replay: 'Replay', discard: 'Discard', replayAll: (n: number) => (n === 1 ? 'Replay' : `Replay all ${n.toLocaleString('en')}`),
    discardSure: 'Discard for good?', discardYes: 'Yes, discard', keep: 'Keep',
    path: 'Where', mapping: 'Mapping version', received: 'Received', preview: 'The record', detail: 'Why',
    empty: 'Nothing is quarantined.', emptyHint: 'Every record of every source could be read. The ledger proves that none is missing.', toLedger: 'See the ledger',
    done: { replay: 'Replayed', discard: 'Discarded' }, failed: 'Not done', select: 'Records of this group', more: 'There are more; these are the newest 200.',
    action: 'Decide', next: 'Replay maps the record again with today’s mapping. If it still fails it stays here.',
  },
  ledger: {
    title: 'Ledger', lead: 'Received = accepted + duplicate + quarantined + rejected, for every source and day. The difference must be zero.',
    balanced: 'Balanced: nothing was lost', unbalanced: 'Not balanced: records are missing', source: 'Source', day: 'Day', received: 'Received', accepted: 'Accepted',
    duplicate: 'Duplicate', quarantined: 'Quarantined', rejected: 'Rejected', difference: 'Difference', total: 'All',
    empty: 'Nothing has been received yet.', emptyHint: 'The first record of any source opens its line here.',
  },
  problem: {
    title: 'This could not be loaded.', retry: 'Try again', id: 'Problem', stale: 'Showing what was loaded before; the last try failed.',
    unreachable: 'The hub does not answer. It may be restarting, or the network is down.',
    status: (code: number) => `The hub answered with status ${code}.`,
    works: 'The rest of the page keeps working.', crash: 'This page broke.', crashHint: 'Reload it; if it breaks again, report the problem with the text below.', reload: 'Reload',
    missing: 'There is no such page.', missingHint: 'Go to the orders, or search for any identifier.', home: 'To the orders',
  },
  access: {
    title: 'You are not signed in', lead: 'The command that starts the hub prints a one-time link. Open it in this browser and you are in.',
    command: 'npm start', expired: 'A link works once. Stop the hub and start it again to get a new one; all data stays.', retry: 'I have opened it',
  },
  help: {
    title: 'Keyboard', close: 'Close', open: 'Keyboard shortcuts', search: 'Search any identifier', next: 'Next row', previous: 'Previous row', enter: 'Open',
    orders: 'Go to orders', quarantine: 'Go to quarantine', ledger: 'Go to ledger', help: 'This help', escape: 'Close, leave', theme: 'Change the theme',
    earlier: 'One change earlier', later: 'One change later', now: 'Back to now', view: 'Lanes or list', pause: 'Pause or resume the live list',
    single: 'Single-key shortcuts', singleHint: 'Turn them off if they get in the way of speech input. Ctrl or Cmd K and Escape keep working.',
    groups: { everywhere: 'Everywhere', list: 'Lists', order: 'Order page' },
    states: 'Marks', then: 'then',
  },
  tone: { track: 'On track', done: 'Done', hazard: 'Hazard', critical: 'Critical', unknown: 'Unknown', closed: 'Closed' },
  time: { justNow: 'just now', seconds: (n: number) => `${n} s ago`, minutes: (n: number) => `${n} min ago`, hours: (n: number) => `${n} h ago`, days: (n: number) => `${n} d ago`, today: 'today' },
} as const
