import { lineFacts, orderFacts, shipmentFacts } from '#model/facts.ts'
import { identifierTypes } from '#model/identifier.ts'
import type { IdentifierType } from '#model/identifier.ts'
import { limits } from '#model/limits.ts'
import { milestones } from '#model/milestone.ts'
import { didYouMean } from '#language/nearest.ts'
import { position } from '#language/problem.ts'
import { timeFormat } from '#language/times.ts'
import type { TimeFormat } from '#language/times.ts'
import type { Zone } from '#language/zones.ts'
import { isSeq } from 'yaml'
import { entriesOf, expression, fields, items, literal, oneOf, refuse } from './document.ts'
import type { Document, Place } from './document.ts'
import { namesOf, oncePerRecord } from './frame.ts'
import type { Lets, MappingExpression } from './frame.ts'
import type {
  EventRule,
  IdentifierRule,
  IgnoreRule,
  LinesRule,
  NamedRule,
  RefuseRule,
} from './rule.ts'
import type { Terms } from './terms.ts'
import type { TimeRule } from './time.ts'

/** What the rules of one source share. */
export type RulesContext = {
  readonly document: Document
  readonly lets: Lets
  readonly terms: Terms | null
  readonly noTerms: Terms
  readonly company: string
  readonly home: Zone | null
  /** Namespaces by type of identifier that take the place of those written with the identifiers. */
  readonly namespaces: ReadonlyMap<string, Place>
  readonly identifiers: readonly IdentifierRule[]
  readonly time: TimeRule | null
  readonly told: TimeRule | null
}

export const eventKeys = [
  'name',
  'when',
  'each',
  'milestone',
  'term',
  'classifier',
  'time',
  'told',
  'part',
  'identifiers',
  'also',
  'sequence',
  'substatus',
  'words',
  'reason',
  'hold',
  'place',
  'facts',
  'lines',
]
const knownMilestones = [...milestones, 'unknown', 'note'] as const
export const identifierNames = Object.keys(identifierTypes) as IdentifierType[]
const placeNames = ['name', 'city', 'region', 'country', 'code']
const anyFact = [
  ...Object.keys(orderFacts),
  ...Object.keys(lineFacts),
  ...Object.keys(shipmentFacts),
]

/** An expression of the record, or of the element where there is one. */
export function read(
  context: RulesContext,
  at: Place | undefined,
  withElement: boolean,
): MappingExpression | undefined {
  const names = namesOf(context.lets, context.terms ?? context.noTerms, withElement)
  const made = expression(context.document, at, names)
  return made === undefined ? undefined : oncePerRecord(context.lets, made)
}

/** Reads one entry of `events`; null when something in it is wrong (all of it is noted). */
export function readEvent(context: RulesContext, at: Place): EventRule | null {
  const { document } = context
  const before = document.errors.length
  const found = fields(document, at, eventKeys, ['name'])
  if (found === null) return null
  const withElement = found.has('each')
  const value = (key: string): MappingExpression | null =>
    read(context, found.get(key), withElement) ?? null
  const when = value('when')
  const hold = readHold(context, found.get('hold'), withElement)
  const part = readPart(context, found.get('part'), withElement)
  const rule: EventRule = {
    name: literal(document, found.get('name')) ?? '',
    path: at.path,
    line: position(document.text, at.offset).line,
    when,
    whenOfElement: when !== null && (when.reads.has('it') || when.reads.has('i')),
    each: read(context, found.get('each'), false) ?? null,
    ...readMilestone(context, at, found, withElement),
    classifier:
      oneOf(document, found.get('classifier'), ['PLN', 'EST', 'REQ', 'ACT'] as const) ?? 'ACT',
    time: readEventTime(context, at, found.get('time'), withElement) ?? noTime,
    told: found.has('told')
      ? (readTime(context, found.get('told')!, withElement, 'told') ?? null)
      : context.told,
    ...part,
    identifiers: readEventIdentifiers(context, at, found, withElement),
    sequence: value('sequence'),
    substatus: value('substatus'),
    words: value('words'),
    reason: value('reason'),
    ...hold,
    place: readNamed(context, found.get('place'), placeNames, withElement),
    facts: readNamed(context, found.get('facts'), anyFact, withElement),
    lines: readLines(context, found.get('lines'), withElement),
  }
  return document.errors.length > before ? null : rule
}

/** Stands in for a time that could not be read; such a rule never runs. */
const noTime = null as unknown as TimeRule

function readMilestone(
  context: RulesContext,
  at: Place,
  found: Map<string, Place>,
  withElement: boolean,
): Pick<EventRule, 'milestone' | 'term'> {
  const { document } = context
  const milestone = oneOf(document, found.get('milestone'), knownMilestones) ?? null
  const term = read(context, found.get('term'), withElement) ?? null
  if (found.has('milestone') === found.has('term')) {
    refuse(
      document,
      at,
      'an event has either a milestone or a term',
      "milestone: a stage of the hub, or term: an expression for the source's word",
    )
  }
  if (found.has('term') && context.terms === null) {
    refuse(
      document,
      found.get('term')!,
      'there is no terms.csv to look the word up',
      'terms.csv beside source.yaml',
    )
  }
  return { milestone, term }
}

function readHold(
  context: RulesContext,
  at: Place | undefined,
  withElement: boolean,
): Pick<EventRule, 'holdKind' | 'holdAction'> {
  const found =
    at === undefined ? null : fields(context.document, at, ['kind', 'action'], ['kind', 'action'])
  return {
    holdKind: read(context, found?.get('kind'), withElement) ?? null,
    holdAction:
      oneOf(context.document, found?.get('action'), ['placed', 'released'] as const) ?? 'placed',
  }
}

function readPart(
  context: RulesContext,
  at: Place | undefined,
  withElement: boolean,
): Pick<EventRule, 'partKind' | 'partKey'> {
  const { document } = context
  if (at === undefined) return { partKind: 'order', partKey: null }
  const found = fields(document, at, ['kind', 'key'], ['kind'])
  const partKind =
    oneOf(document, found?.get('kind'), ['order', 'line', 'shipment', 'package'] as const) ??
    'order'
  const partKey = read(context, found?.get('key'), withElement) ?? null
  if (found !== null && partKind !== 'order' && !found.has('key')) {
    refuse(document, at, `a part of kind ${partKind} has no key`, 'key: an expression')
  }
  return { partKind, partKey }
}

/** Reads a `time` or `told`: value, format (one or a list, tried in order), zone. */
export function readTime(
  context: RulesContext,
  at: Place,
  withElement: boolean,
  what: TimeRule['what'] = 'time',
): TimeRule | undefined {
  const { document } = context
  const found = fields(document, at, ['value', 'format', 'zone'], ['value', 'format'])
  if (found === null) return undefined
  const value = read(context, found.get('value'), withElement)
  const zone = read(context, found.get('zone'), withElement) ?? null
  const place = found.get('format')
  const written =
    place !== undefined && isSeq(place.node)
      ? items(document, place)
      : place === undefined
        ? []
        : [place]
  const formats: TimeFormat[] = []
  const names: string[] = []
  for (const one of written) {
    const name = literal(document, one)
    if (name === undefined) continue
    const made = timeFormat(name)
    if (made.ok) formats.push(made.read)
    else
      refuse(
        document,
        one,
        made.message,
        'iso, epoch-ms, epoch-s, epoch-us or a pattern of yyyy yy MM dd HH mm ss SSS',
        "other letters stand in 'quotes'",
      )
    names.push(name)
  }
  if (value === undefined || formats.length === 0) return undefined
  return {
    what,
    value,
    formats,
    names: `the time format ${names.join(' or ')}`,
    zone,
    home: context.home,
  }
}

function readEventTime(
  context: RulesContext,
  at: Place,
  place: Place | undefined,
  withElement: boolean,
): TimeRule | undefined {
  if (place !== undefined) return readTime(context, place, withElement)
  if (context.time !== null) return context.time
  return refuse(
    context.document,
    at,
    'the event has no time',
    'time: { value: ..., format: ... }',
    'a time beside let is the default of all events',
  )
}

/** Reads a list of identifiers. */
export function readIdentifiers(
  context: RulesContext,
  at: Place | undefined,
  withElement: boolean,
): IdentifierRule[] {
  const { document } = context
  const rules: IdentifierRule[] = []
  for (const item of items(document, at)) {
    const found = fields(document, item, ['type', 'ns', 'value'], ['type', 'value'])
    const type = oneOf(document, found?.get('type'), identifierNames)
    const value = read(context, found?.get('value'), withElement)
    const ns = read(context, context.namespaces.get(type ?? '') ?? found?.get('ns'), withElement)
    if (type === undefined || value === undefined) continue
    const fixed = ns?.constant === true ? ns.run(emptyFrame) : undefined
    rules.push({
      type,
      ns: ns === undefined ? context.company : typeof fixed === 'string' ? fixed.trim() : ns,
      value,
      what: `identifiers.${type}`,
    })
  }
  return rules
}

/** Constants run without a record. */
const emptyFrame = {} as never

function readEventIdentifiers(
  context: RulesContext,
  at: Place,
  found: Map<string, Place>,
  withElement: boolean,
): IdentifierRule[] {
  const own = found.get('identifiers')
  const base = own === undefined ? context.identifiers : readIdentifiers(context, own, withElement)
  const all = [...base, ...readIdentifiers(context, found.get('also'), withElement)]
  if (all.length === 0 && own === undefined && !found.has('also')) {
    refuse(context.document, at, 'the event has no identifiers', 'identifiers here or at the top')
  }
  return all
}

/** Named values, sorted by name, so that the same facts are written in the same order. */
function readNamed(
  context: RulesContext,
  at: Place | undefined,
  known: readonly string[],
  withElement: boolean,
): NamedRule[] {
  if (at === undefined) return []
  const { document } = context
  const rules: NamedRule[] = []
  const entries = [...(entriesOf(document, at) ?? [])]
  if (entries.length > limits.factsPerEventMax) {
    refuse(
      document,
      at,
      `${at.path} has ${entries.length} entries`,
      `at most ${limits.factsPerEventMax}`,
    )
  }
  for (const [name, place] of entries) {
    if (!known.includes(name)) {
      refuse(
        document,
        place,
        `unknown name ${name}`,
        'a name the hub knows',
        didYouMean(name, known) || `one of ${known.join(', ')}`,
      )
      continue
    }
    const value = read(context, place, withElement)
    if (value !== undefined)
      rules.push({ name, value, what: place.path.slice(place.path.indexOf('].') + 2) })
  }
  return rules.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function readLines(
  context: RulesContext,
  at: Place | undefined,
  withElement: boolean,
): LinesRule | null {
  if (at === undefined) return null
  const found = fields(context.document, at, ['each', 'key', 'facts'], ['each', 'key', 'facts'])
  const each = read(context, found?.get('each'), withElement)
  const key = read(context, found?.get('key'), true)
  const facts = readNamed(context, found?.get('facts'), Object.keys(lineFacts), true)
  return each === undefined || key === undefined ? null : { each, key, facts }
}

/** What a record may be refused as; the first when nothing is said. */
const refusals = ['source-error', 'bad-value', 'bad-time', 'unsupported', 'control-total'] as const

/** Reads `refuse`. */
export function readRefuse(context: RulesContext, at: Place | undefined): RefuseRule[] {
  const rules: RefuseRule[] = []
  for (const item of items(context.document, at)) {
    const found = fields(context.document, item, ['when', 'because', 'as'], ['when', 'because'])
    const when = read(context, found?.get('when'), false)
    const because = read(context, found?.get('because'), false)
    const code = oneOf(context.document, found?.get('as'), refusals) ?? 'source-error'
    const { line } = position(context.document.text, item.offset)
    if (when !== undefined && because !== undefined)
      rules.push({ when, because, code, path: item.path, line })
  }
  return rules
}

/** Reads `ignore`. */
export function readIgnore(context: RulesContext, at: Place | undefined): IgnoreRule[] {
  const rules: IgnoreRule[] = []
  for (const item of items(context.document, at)) {
    const found = fields(context.document, item, ['when', 'because'], ['when', 'because'])
    const when = read(context, found?.get('when'), false)
    const because = literal(context.document, found?.get('because')) ?? ''
    if (when !== undefined) rules.push({ when, because, path: item.path })
  }
  return rules
}
