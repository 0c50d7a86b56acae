import type { Tree } from './check.ts'
import { glnOf, thingOf, transactionOf, type Thing, type Transaction } from './epc.ts'
import { bareWord } from './vocabulary.ts'

/** Things that one event of the hub names together: element strings by kind; `part` the package they are in, if any. */
type Group = {
  packages: string[]
  serials: string[]
  shipments: string[]
  containers: string[]
  part: string | null
  contents: string
}

/** With its transactions, an event stays below the identifiers that one event of the hub may have. */
const thingsPerGroupMax = 20
const contentsCharsMax = 1_000

/** Types of business transactions that name an order, a shipment or a thing of one order. */
const naming = new Set(['po', 'poc', 'bol', 'desadv', 'inv', 'prodorder', 'rma'])

/**
 * An event as mappings see it: vocabulary in bare words, `about` the groups of things it tells of (an event of the hub each),
 * `transactions` by type as lists of { ns, value }, `place`, `source`, `destination` and `error`; `event` is what was sent.
 */
export function eventRecord(event: Tree): Record<string, unknown> {
  const type = textOf(event['type'])
  const transactions = transactionsOf(event)
  const named = transactions.some((one) => naming.has(one.type))
  const place = placeOf(event['bizLocation']) ?? placeOf(event['readPoint'])
  return {
    kind: 'event',
    type: type.slice(type.indexOf(':') + 1),
    action: event['action'] ?? null,
    eventTime: event['eventTime'],
    eventTimeZoneOffset: event['eventTimeZoneOffset'],
    recordTime: event['recordTime'] ?? null,
    eventID: event['eventID'] ?? null,
    bizStep: wordOf(event['bizStep'], 'bizstep'),
    disposition: wordOf(event['disposition'], 'disp'),
    about: groupsOf(event, named),
    transactions: byType(transactions),
    place,
    source: partyOf(event['sourceList'], 'source'),
    destination: partyOf(event['destinationList'], 'destination'),
    error: errorOf(event['errorDeclaration']),
    temperature: temperatureOf(event['sensorElementList']),
    event,
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function wordOf(value: unknown, vocabulary: 'bizstep' | 'disp' | 'er'): string | null {
  return typeof value === 'string' ? bareWord(value, vocabulary) : null
}

function entriesOf(value: unknown): Tree[] {
  return Array.isArray(value)
    ? (value as Tree[]).filter((one) => typeof one === 'object' && one !== null)
    : []
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? (value as unknown[]).filter((one) => typeof one === 'string') : []
}

function transactionsOf(event: Tree): Transaction[] {
  return entriesOf(event['bizTransactionList']).map((one) =>
    transactionOf(bareWord(textOf(one['type']), 'btt'), textOf(one['bizTransaction'])),
  )
}

function byType(
  transactions: readonly Transaction[],
): Record<string, { ns: string; value: string }[]> {
  const found: Record<string, { ns: string; value: string }[]> = {}
  for (const { type, ns, value } of transactions) {
    const key = naming.has(type) || /^[a-z]+$/.test(type) ? type : 'other'
    ;(found[key] ??= []).push({ ns, value })
  }
  return found
}

/** Things one by one where the event joins them by nothing but chance; together where it says what they belong to. */
function groupsOf(event: Tree, named: boolean): Group[] {
  const parent = typeof event['parentID'] === 'string' ? thingOf(event['parentID']) : null
  const lists = ['epcList', 'childEPCs', 'outputEPCList', 'inputEPCList']
  const told = lists.flatMap((key) => textsOf(event[key]).map(thingOf))
  const things = [...new Map(told.map((thing) => [`${thing.kind} ${thing.value}`, thing])).values()]
  const joined = parent !== null || event['type'] === 'TransformationEvent'
  const linking = things.filter((thing) => links(thing))
  const base = joined ? baseOf(event, parent) : []
  if (joined) return chunks(things, base, parent)
  const packages = things.filter((thing) => thing.kind === 'package')
  const others = linking.filter((thing) => thing.kind !== 'package')
  const groups = packages.map((thing) => groupOf([thing], thing))
  if (named) {
    if (others.length > 0 || groups.length === 0) groups.push(...chunks(others, [], null))
  } else groups.push(...others.map((thing) => groupOf([thing], null)))
  if (groups.length > 0) return groups
  return [
    ...things.filter((thing) => thing.kind === 'asset' || thing.kind === 'other'),
    ...lotsOf(event),
  ].map((thing) => groupOf([thing], null))
}

const links = ({ kind }: Thing): boolean =>
  kind === 'package' || kind === 'serial' || kind === 'shipment'

/** What an aggregation, association or transformation has besides its list: parent and transformation id. */
function baseOf(event: Tree, parent: Thing | null): Thing[] {
  const base = parent === null ? [] : [parent]
  const id = event['transformationID']
  if (typeof id === 'string') base.push({ kind: 'serial', value: id, uri: id })
  return base
}

function chunks(things: readonly Thing[], base: readonly Thing[], parent: Thing | null): Group[] {
  const groups: Group[] = []
  for (let at = 0; at === 0 || at < things.length; at += thingsPerGroupMax) {
    const group = [...base, ...things.slice(at, at + thingsPerGroupMax)]
    groups.push(groupOf(group, parent?.kind === 'package' ? parent : null))
  }
  return groups
}

/** Lots name a thing only where nothing better does: goods of one lot go to many orders. */
function lotsOf(event: Tree): Thing[] {
  const lists = ['quantityList', 'childQuantityList', 'outputQuantityList', 'inputQuantityList']
  const classes = lists.flatMap((key) => entriesOf(event[key]).map((one) => one['epcClass']))
  return [...classes, event['epcClass']]
    .filter((one) => typeof one === 'string')
    .map(thingOf)
    .filter(({ kind }) => kind === 'lot')
}

function groupOf(things: readonly Thing[], part: Thing | null): Group {
  const pick = (kind: Thing['kind']): string[] =>
    things.filter((thing) => thing.kind === kind).map(({ value }) => value)
  const alone = !things.some(links)
  const contents = things.map(({ uri }) => uri).join(' ')
  return {
    packages: pick('package'),
    // An asset serves many orders, so it names its event only when nothing else does.
    serials: alone ? things.map(({ value }) => value) : pick('serial'),
    shipments: pick('shipment'),
    containers: pick('container'),
    part: part?.value ?? null,
    contents:
      contents.length > contentsCharsMax ? `${contents.slice(0, contentsCharsMax)}...` : contents,
  }
}

/** A place by its GLN where it has one. */
function placeOf(value: unknown): { code: string } | null {
  const id = typeof value === 'object' && value !== null ? (value as Tree)['id'] : undefined
  return typeof id === 'string' ? { code: glnOf(id) ?? id } : null
}

/** The owner, else the possessor, else the location of a list of parties. */
function partyOf(value: unknown, field: string): string | null {
  const parties = entriesOf(value)
  for (const type of ['owning_party', 'possessing_party', 'location']) {
    const found = parties.find((one) => bareWord(textOf(one['type']), 'sdt') === type)?.[field]
    if (typeof found === 'string') return glnOf(found) ?? found
  }
  return null
}

function errorOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null
  const error = value as Tree
  const corrective = textsOf(error['correctiveEventIDs'])
  return { time: error['declarationTime'], reason: wordOf(error['reason'], 'er'), corrective }
}

/** The first temperature that sensors report, in degrees Celsius as told. */
function temperatureOf(value: unknown): number | null {
  for (const element of entriesOf(value)) {
    for (const report of entriesOf(element['sensorReport'])) {
      if (!/(^|[:/])Temperature$/.test(textOf(report['type']))) continue
      const told = report['value'] ?? report['meanValue'] ?? report['maxValue']
      const number = told === undefined || told === '' ? Number.NaN : Number(told)
      if (Number.isFinite(number) && (report['uom'] ?? 'CEL') === 'CEL') return number
    }
  }
  return null
}
