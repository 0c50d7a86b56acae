import { isScalar } from 'yaml'
import type { Format, FormatOptions } from '#model/format.ts'
import { lineFacts, orderFacts, shipmentFacts } from '#model/facts.ts'
import { milestones } from '#model/milestone.ts'
import { followedKinds } from '#model/source.ts'
import type { Source, TransportDefinition, Trust } from '#model/source.ts'
import { didYouMean } from '#language/nearest.ts'
import { position } from '#language/problem.ts'
import { zoneOf } from '#language/zones.ts'
import type { Zone } from '#language/zones.ts'
import {
  bounded,
  entriesOf,
  expression,
  fields,
  items,
  literal,
  oneOf,
  refuse,
} from './document.ts'
import type { Document, Place } from './document.ts'
import { addLet, namesOf, takenNames } from './frame.ts'
import type { Lets } from './frame.ts'
import type { Mapping } from './map.ts'
import { readEvent, readIdentifiers, readIgnore, readRefuse, readTime } from './read-rules.ts'
import type { RulesContext } from './read-rules.ts'
import { readRecognise } from './recognise.ts'
import type { EventRule } from './rule.ts'
import type { Terms } from './terms.ts'

export const topKeys = [
  'source',
  'title',
  'company',
  'region',
  'zone',
  'trust',
  'shadow',
  'transport',
  'format',
  'recognise',
  'terms',
  'let',
  'time',
  'told',
  'identifiers',
  'ignore',
  'refuse',
  'events',
  'else',
]
export const topRequired = ['source', 'company', 'region', 'zone', 'transport', 'format', 'events']

/** The part of a source that is not its mapping, and the zone of its local times (null when unknown). */
export type Head = {
  readonly source: Omit<Source, 'mappingHash' | 'files' | 'map'>
  readonly home: Zone | null
}

type Top = ReadonlyMap<string, Place>

const trustBaseDefault = 50
const transportKinds = ['http', 'directory', 'direct', ...followedKinds] as const
const noTerms: Terms = { list: [], find: () => undefined }

/** Reads who the source is and how its records arrive; null when something is missing. */
export function readHead(
  document: Document,
  root: Place,
  top: Top,
  formatNamed: (name: string) => Format | undefined,
): Head | null {
  const before = document.errors.length
  const name = kebab(document, top.get('source')) ?? ''
  const title = literal(document, top.get('title')) ?? name
  const company = kebab(document, top.get('company')) ?? ''
  const region = literal(document, top.get('region')) ?? ''
  const zone = literal(document, top.get('zone')) ?? ''
  const home = zone === 'unknown' || zone === '' ? null : zoneOf(zone)
  if (home === null && zone !== 'unknown' && zone !== '') {
    refuse(
      document,
      top.get('zone')!,
      `unknown time zone ${zone}`,
      'an IANA name such as Europe/Berlin, an offset such as +01:00, or unknown',
    )
  }
  const trust = readTrust(document, top.get('trust'))
  const shadow = oneOf(document, top.get('shadow'), ['true', 'false'] as const) === 'true'
  const transport = readTransport(document, top.get('transport'))
  const format = readFormat(document, top.get('format'), formatNamed)
  if (document.errors.length > before || transport === undefined || format === undefined)
    return null
  const source = {
    name,
    title,
    company,
    region,
    zone,
    trust,
    shadow,
    transport,
    format: format.format,
    formatOptions: format.options,
  }
  return { source, home }
}

function kebab(document: Document, at: Place | undefined): string | undefined {
  const found = literal(document, at)
  if (found === undefined || at === undefined || /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(found))
    return found
  return refuse(
    document,
    at,
    `${at.path} is ${found}`,
    'lower-case letters, digits and single hyphens',
  )
}

function readTrust(document: Document, at: Place | undefined): Trust {
  if (at === undefined) return { base: trustBaseDefault, facts: {} }
  const found = fields(document, at, ['base', 'facts'])
  const facts: Record<string, number> = {}
  const known = [
    ...Object.keys(orderFacts),
    ...Object.keys(lineFacts),
    ...Object.keys(shipmentFacts),
    ...milestones,
    'estimated',
    'note',
    'unknown',
  ]
  const place = found?.get('facts')
  for (const [name, one] of (place === undefined ? null : entriesOf(document, place)) ?? []) {
    if (!known.includes(name))
      refuse(
        document,
        one,
        `unknown name ${name}`,
        'a fact or a milestone',
        didYouMean(name, known),
      )
    facts[name] = bounded(document, one, 0, 100) ?? 0
  }
  return { base: bounded(document, found?.get('base'), 0, 100) ?? trustBaseDefault, facts }
}

/** The options of a transport that has a folder of its own are checked there (`transports/registry.ts`), not here. */
function readTransport(document: Document, at: Place | undefined): TransportDefinition | undefined {
  if (at === undefined) return undefined
  const entries = entriesOf(document, at)
  if (entries === null) return undefined
  if (!entries.has('kind')) return refuse(document, at, 'the key kind is missing', 'kind: ...')
  const kind = oneOf(document, entries.get('kind'), transportKinds)
  if (kind === undefined) return undefined
  if (kind !== 'http' && kind !== 'directory' && kind !== 'direct') {
    const { kind: _kind, ...options } = (
      at.node as unknown as { toJSON: () => Record<string, unknown> }
    ).toJSON()
    return { kind, options }
  }
  const pattern = literal(document, fields(document, at, ['kind', 'pattern'])?.get('pattern'))
  if (kind === 'directory') {
    return pattern === undefined
      ? refuse(document, at, 'a directory has no pattern', "pattern: '*.csv'")
      : { kind, pattern }
  }
  if (pattern !== undefined) refuse(document, at, `${kind} takes no pattern`, 'kind: directory')
  return { kind }
}

function readFormat(
  document: Document,
  at: Place | undefined,
  formatNamed: (name: string) => Format | undefined,
): { format: Format; options: FormatOptions } | undefined {
  if (at === undefined) return undefined
  const entries = entriesOf(document, at)
  const name = literal(document, entries?.get('name'))
  if (entries === null) return undefined
  if (!entries.has('name'))
    return refuse(document, at, 'the format has no name', 'name: json, or another format')
  if (name === undefined) return undefined
  const format = formatNamed(name)
  if (format === undefined) {
    return refuse(
      document,
      entries.get('name')!,
      `unknown format ${name}`,
      'a format of the hub such as json, ndjson, csv, xml, idoc-xml, x12, debezium',
    )
  }
  const options: Record<string, unknown> = {}
  for (const [key, place] of entries) {
    if (key === 'name') continue
    options[key] = isScalar(place.node)
      ? place.node.value
      : (place.node as { toJSON?: () => unknown } | null)?.toJSON?.()
  }
  try {
    return { format, options: format.options(options) }
  } catch (error) {
    return refuse(
      document,
      at,
      error instanceof Error ? error.message : String(error),
      `options of the format ${name}`,
    )
  }
}

/** Reads names, identifiers and rules; null when something is wrong. */
export function readMapping(
  document: Document,
  root: Place,
  top: Top,
  head: Head | null,
  terms: Terms | null,
  namespaces: ReadonlyMap<string, Place>,
): Mapping | null {
  const lets: Lets = { readers: {}, count: 0 }
  readLets(document, top.get('let'), lets, terms ?? noTerms)
  const company = head?.source.company ?? ''
  const empty = {
    document,
    lets,
    terms,
    noTerms,
    company,
    home: head?.home ?? null,
    namespaces,
    identifiers: [],
    time: null,
    told: null,
  }
  const time = top.has('time') ? (readTime(empty, top.get('time')!, false) ?? null) : null
  const told = top.has('told') ? (readTime(empty, top.get('told')!, false, 'told') ?? null) : null
  const context: RulesContext = {
    ...empty,
    time,
    told,
    identifiers: readIdentifiers(empty, top.get('identifiers'), false),
  }
  const recognise = readRecognise(context, top.get('recognise'))
  const ignore = readIgnore(context, top.get('ignore'))
  const refused = readRefuse(context, top.get('refuse'))
  const events = items(document, top.get('events')).map((item) => readEvent(context, item))
  if (top.has('events') && events.length === 0)
    refuse(document, top.get('events')!, 'there is no event', 'one entry or more')
  uniqueNames(document, events)
  const otherwise = readElse(context, root, top.get('else'))
  if (head === null || document.errors.length > 0) return null
  const { name, region, format } = head.source
  return {
    src: Object.freeze({ name, company, region }),
    letCount: lets.count,
    recognise,
    ignore,
    refuse: refused,
    events: events as EventRule[],
    otherwise,
    terms: terms ?? noTerms,
    tombstones: format.name === 'debezium',
  }
}

function readLets(document: Document, at: Place | undefined, lets: Lets, terms: Terms): void {
  if (at === undefined) return
  const all = entriesOf(document, at)
  for (const [name, place] of all ?? []) {
    if (takenNames.includes(name) || !/^[A-Za-z_]\w*$/.test(name)) {
      refuse(
        document,
        place,
        `${name} cannot be a name`,
        `letters, digits and _, none of ${takenNames.join(', ')}`,
      )
      continue
    }
    const compiled = expression(document, place, namesOf(lets, terms, false))
    // A name whose expression is wrong still exists, so that its uses are not reported as well.
    if (compiled === undefined) lets.readers[name] = () => null
    else addLet(lets, name, compiled)
  }
}

function uniqueNames(document: Document, events: readonly (EventRule | null)[]): void {
  const lines = new Map<string, number>()
  for (const rule of events) {
    if (rule === null) continue
    const before = lines.get(rule.name)
    const place = { node: null, path: rule.path, offset: 0 }
    if (before !== undefined) {
      const { errors, file } = document
      const message = `the name ${rule.name} is also in line ${before}`
      errors.push({
        file,
        line: rule.line,
        column: 1,
        path: place.path,
        message,
        expected: 'every event its own name',
        hint: '',
      })
    }
    lines.set(rule.name, rule.line)
  }
}

/** `else: note` makes a note of a record that matches no event; it needs the time beside `let`. */
function readElse(context: RulesContext, root: Place, at: Place | undefined): EventRule | null {
  const { document, time, identifiers } = context
  const choice = oneOf(document, at, ['quarantine', 'note'] as const) ?? 'quarantine'
  if (choice === 'quarantine' || at === undefined) return null
  if (time === null)
    refuse(document, at, 'else: note needs a time', 'time: { value: ..., format: ... } beside let')
  if (identifiers.length === 0)
    refuse(document, at, 'else: note needs identifiers', 'identifiers beside let')
  return {
    name: 'else',
    path: 'else',
    line: position(document.text, at.offset).line,
    when: null,
    whenOfElement: false,
    each: null,
    milestone: 'note',
    term: null,
    classifier: 'ACT',
    time: time!,
    told: null,
    partKind: 'order',
    partKey: null,
    identifiers,
    sequence: null,
    substatus: null,
    words: null,
    reason: null,
    holdKind: null,
    holdAction: 'placed',
    place: [],
    facts: [],
    lines: null,
  }
}
