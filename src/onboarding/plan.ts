import { identifierTypes, type IdentifierType } from '#model/identifier.ts'
import type { Milestone } from '#model/milestone.ts'
import type { AssignedField } from './assign.ts'
import { expressionFor, listExpression } from './expressions.ts'
import { readName } from './names.ts'
import { withFacts } from './plan-facts.ts'
import { timePlan } from './plan-time.ts'
import { lineOf, type EventPlan, type IdentifierLine, type Line, type Plan } from './plan-types.ts'

const eventsMax = 12
/** How sure a second status of a list must be. */
const secondFrom = 0.68

/** Makes identifiers and events out of fields that know their roles. `topic`: what the files' names say. */
export function planOf(fields: readonly AssignedField[], topic: string): Plan {
  const used = fields.filter(({ role }) => role !== null && role !== 'none')
  const bases = new Set(
    used.flatMap(({ role, field }) =>
      role === 'term' && field.list !== '' ? listsTo(field.list) : [],
    ),
  )
  const identifiers = identifierLines(used, '', bases)
  const events = [...termEvents(used, identifiers), ...dateEvents(used)]
  if (events.length === 0) events.push(...plainEvents(used, topic))
  // An event that names no order cannot be told.
  const telling = events.filter(({ also }) =>
    [...identifiers, ...also].some(({ key }) => isLink(key)),
  )
  const blocked: string[] = []
  if (
    telling.length === 0 &&
    !used.some(({ role }) => role!.startsWith('id:') && isLink(role!.slice(3)))
  )
    blocked.push(
      'No field looks like a number of an order, a shipment or anything else that links records.',
    )
  if (events.length === 0)
    blocked.push('No field tells when something happened; an event needs a time.')
  if (telling.length === 0 && blocked.length === 0)
    blocked.push(
      'What tells when something happened does not stand beside what says to which order.',
    )
  const told = withFacts(telling.slice(0, eventsMax), used)
  const statuses = told.flatMap(({ term }) => (term?.path === undefined ? [] : [term.path]))
  return { identifiers, events: told, statuses: [...new Set(statuses)], blocked }
}

/** A list and the lists it lies in: `a[].b[]` gives `a[]` too. */
function listsTo(list: string): string[] {
  const lists: string[] = []
  for (let at = list.indexOf('[]'); at >= 0; at = list.indexOf('[]', at + 2))
    lists.push(list.slice(0, at + 2))
  return lists
}

function isLink(type: string): boolean {
  return identifierTypes[type as IdentifierType]?.links ?? false
}

/**
 * Numbers of records (`base` ''), or of the elements of a list and of the lists around it. `all`: lists whose numbers only
 * their own elements tell, because events are made for each of them.
 */
function identifierLines(
  fields: readonly AssignedField[],
  base: string,
  all: ReadonlySet<string> = new Set(),
): IdentifierLine[] {
  const lines = fields.flatMap((one) => {
    if (!one.role?.startsWith('id:')) return []
    const { list } = one.field
    if (base === '' ? all.has(list) : !isNear(list, base)) return []
    const type = one.role.slice(3) as IdentifierType
    const code = expressionFor(one.field, base, base === '')
    return code === null
      ? []
      : [{ ...lineOf(type, code, one), ns: issuerOf(type, one, fields, base) }]
  })
  return lines.toSorted((a, b) => rank(a.key) - rank(b.key))
}

function isNear(list: string, base: string): boolean {
  return list !== '' && (list === base || base.startsWith(`${list}.`))
}

function rank(type: string): number {
  return identifierTypes[type as IdentifierType].rank
}

/** Who gave a number out, where it is not the company: a carrier, a customer, GS1. */
function issuerOf(
  type: IdentifierType,
  one: AssignedField,
  fields: readonly AssignedField[],
  base: string,
): string | null {
  const issuer = one.profile.numbered?.issuer ?? ''
  if (type === 'package') return issuer === 'gs1' ? "'gs1'" : null
  if (type === 'tracking') {
    if (issuer !== '') return `'${issuer}'`
    const carrier = codeOf('fact:carrier', fields, base)
    return carrier === null ? "'carrier'" : `coalesce(lower(${carrier}), 'carrier')`
  }
  if (type !== 'purchase-order') return null
  const customer = codeOf('fact:customerNumber', fields, base)
  return customer === null ? null : `'customer:' + coalesce(text(${customer}), 'unknown')`
}

function codeOf(role: string, fields: readonly AssignedField[], base: string): string | null {
  const one = fields.find(
    (field) => field.role === role && (field.field.list === '' || field.field.list === base),
  )
  return one === undefined ? null : expressionFor(one.field, base)
}

function termEvents(
  fields: readonly AssignedField[],
  identifiers: readonly IdentifierLine[],
): EventPlan[] {
  const events: EventPlan[] = []
  const terms = fields
    .filter(({ role }) => role === 'term')
    .toSorted((a, b) => b.confidence - a.confidence)
  for (const one of terms) {
    const base = one.field.list
    // A second status beside a sure one is told only when it is as sure: most are sorts and codes.
    if (events.some((event) => event.base === base) && one.confidence < secondFrom) continue
    const event = eventAt(base, fields, one)
    const code = event === null ? null : expressionFor(one.field, base)
    if (event === null || code === null) continue
    const textual = one.field.values.every((value) => typeof value === 'string')
      ? code
      : `text(${code})`
    const beside = fields.find(({ role, field }) => role === 'words' && field.list === base)
    const text = beside === undefined ? null : expressionFor(beside.field, base)
    const known = text === null ? textual : `known([${textual}, ${text}])`
    const name = `${nameOf(one)}${events.length === 0 ? '' : ` ${events.length + 1}`}`
    const told = {
      ...event,
      name,
      term: lineOf('term', known, one),
      when: filled(code, one, fields),
    }
    events.push(...byPart(told, fields, identifiers))
  }
  return events
}

/** A record without the value tells nothing of this kind. */
function filled(
  code: string,
  { field }: AssignedField,
  fields: readonly AssignedField[],
): string | null {
  const most = Math.max(
    ...fields.map((one) => (one.field.list === field.list ? one.profile.count : 0)),
  )
  return field.values.length < most ? `${code} != null && ${code} != ''` : null
}

function nameOf({ field }: AssignedField): string {
  const words = readName(field.segments.filter((one) => one !== '[]').at(-1) ?? '').words.join(' ')
  return /status|state|event|scan/.test(words) ? words : `${words} status`.trim()
}

function eventAt(
  base: string,
  fields: readonly AssignedField[],
  about: AssignedField | null,
): EventPlan | null {
  const time = timePlan(base, fields, about)
  const each = base === '' ? null : listExpression(base)
  if (time === null || (base !== '' && each === null)) return null
  const at = (role: RegExp): Line[] =>
    fields.flatMap((one) => {
      if (one.role === null || !role.test(one.role) || one.field.list !== base) return []
      const code = expressionFor(one.field, base)
      return code === null ? [] : [lineOf(one.role.replace(/^place:/, ''), code, one)]
    })
  return {
    name: 'record',
    base,
    each,
    when: null,
    term: null,
    milestone: null,
    classifier: 'ACT',
    time,
    part: null,
    also: base === '' ? [] : identifierLines(fields, base),
    place: at(/^place:/),
    texts: at(/^(reason|sequence)$/),
    facts: [],
    lines: null,
  }
}

/** Statuses of shipments belong to the shipment; where only some records name one, the others speak of the order. */
function byPart(
  event: EventPlan,
  fields: readonly AssignedField[],
  identifiers: readonly IdentifierLine[],
): EventPlan[] {
  if (event.base !== '') return [event]
  const kinds = ['id:tracking', 'id:shipment', 'id:delivery', 'id:package']
  const shipment = kinds
    .map((role) => fields.find((one) => one.role === role && one.field.list === ''))
    .find((one) => one !== undefined)
  const key = shipment === undefined ? null : expressionFor(shipment.field, '')
  if (shipment === undefined || key === null) return [event]
  const order = fields.find(({ role, field }) => role === 'id:order' && field.list === '')
  if (order === undefined || identifiers.length === 0)
    return [{ ...event, part: { kind: 'shipment', key } }]
  if (shipment.profile.count >= order.profile.count)
    return [{ ...event, part: { kind: 'shipment', key } }]
  const and = (condition: string): string =>
    event.when === null ? condition : `${event.when} && ${condition}`
  return [
    { ...event, when: and(`(${key} == null || ${key} == '')`) },
    {
      ...event,
      name: `${event.name} of a shipment`,
      when: and(`${key} != null && ${key} != ''`),
      part: { kind: 'shipment', key },
    },
  ]
}

function dateEvents(fields: readonly AssignedField[]): EventPlan[] {
  return fields.flatMap((one) => {
    const [kind, milestone, classifier] = (one.role ?? '').split(':')
    if (kind !== 'date' || milestone === undefined) return []
    const event = eventAt(one.field.list, fields, one)
    const code = expressionFor(one.field, one.field.list)
    if (event === null || code === null) return []
    const what =
      { PLN: 'promised', EST: 'expected', REQ: 'requested', ACT: '' }[classifier ?? 'ACT'] ?? ''
    return [
      {
        ...event,
        name: `${milestone} ${what} (${one.field.path})`
          .replace('  ', ' ')
          .replace(' (', what === '' ? ' (' : ' ('),
        when: `${code} != null && ${code} != ''`,
        milestone: milestone as Milestone,
        classifier: classifier ?? 'ACT',
        place: [],
        texts: [],
      },
    ]
  })
}

/** Records that tell a time and no status: what the files are called is all there is to go by. */
function plainEvents(fields: readonly AssignedField[], topic: string): EventPlan[] {
  const one = fields.find(({ role }) => role === 'time')
  const event = one === undefined ? null : eventAt(one.field.list, fields, null)
  if (event === null) return []
  const about = readName(topic).concepts
  const milestone = about.has('return')
    ? 'returned'
    : about.has('invoice')
      ? 'invoiced'
      : about.has('ship') || about.has('delivery')
        ? 'shipped'
        : about.has('order') || about.has('purchase')
          ? 'ordered'
          : 'note'
  const because =
    milestone === 'note'
      ? 'no field says what happened'
      : `the files are called '${topic}', no field says what happened`
  const time = { ...event.time, confidence: Math.min(event.time.confidence, 0.5), because }
  return [{ ...event, milestone, time }]
}
