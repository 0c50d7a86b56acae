import type { Fault } from '#model/record.ts'
import { shown } from '../fault.ts'
import { actions, allowedWords, eventTypes, isAllowed, type Vocabulary } from './vocabulary.ts'

export type Tree = Readonly<Record<string, unknown>>

/** Thrown while an event is checked: what is wrong with it, and where. */
export class Invalid extends Error {
  readonly fault: Fault
  constructor(detail: string, path: string) {
    super(detail)
    this.fault = { code: 'bad-value', detail, path }
  }
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const common = `@context isA type eventTime recordTime eventTimeZoneOffset eventID errorDeclaration
  certificationInfo bizStep disposition persistentDisposition readPoint bizLocation bizTransactionList
  sourceList destinationList sensorElementList`

/** Fields by type of event (EPCIS 2.0, 7.4); `lists`: one of them must be there and not empty. */
const shapes: Readonly<
  Record<
    string,
    { fields: ReadonlySet<string>; required: readonly string[]; lists: readonly string[] }
  >
> = {
  ObjectEvent: {
    fields: set(`${common} action epcList quantityList ilmd`),
    required: ['action'],
    lists: ['epcList', 'quantityList', 'sensorElementList'],
  },
  AggregationEvent: {
    fields: set(`${common} action parentID childEPCs childQuantityList`),
    required: ['action'],
    lists: ['childEPCs', 'childQuantityList', 'sensorElementList'],
  },
  AssociationEvent: {
    fields: set(`${common} action parentID childEPCs childQuantityList`),
    required: ['action', 'parentID'],
    lists: ['childEPCs', 'childQuantityList', 'sensorElementList'],
  },
  TransactionEvent: {
    fields: set(`${common} action parentID epcList quantityList`),
    required: ['action', 'bizTransactionList'],
    lists: ['epcList', 'quantityList', 'parentID', 'sensorElementList'],
  },
  TransformationEvent: {
    fields: set(
      `${common} transformationID inputEPCList inputQuantityList outputEPCList outputQuantityList ilmd`,
    ),
    required: [],
    lists: ['inputEPCList', 'inputQuantityList', 'outputEPCList', 'outputQuantityList'],
  },
  QuantityEvent: {
    fields: set(`${common} epcClass quantity`),
    required: ['epcClass', 'quantity'],
    lists: ['epcClass'],
  },
}

const instant = /^-?\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i
const localInstant = /^-?\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i

/** Whether a text is a date and time in ISO 8601 with an offset. */
export function isInstant(value: unknown): boolean {
  return typeof value === 'string' && instant.test(value) && isDate(value)
}

function isDate(value: string): boolean {
  const [month, day, hour, minute] = [
    value.slice(5, 7),
    value.slice(8, 10),
    value.slice(11, 13),
    value.slice(14, 16),
  ].map(Number)
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31 && hour! <= 24 && minute! <= 59
}

/**
 * Checks an event against what EPCIS 2.0 requires (and 1.2, of which `xml` gives the dialect): its parts, their values, no field
 * that neither the standard nor a namespace knows. Throws `Invalid`.
 */
export function checkEvent(event: Tree, xml: boolean): void {
  const type = event['type']
  const name = typeof type === 'string' ? type.slice(type.indexOf(':') + 1) : ''
  const shape = typeof type === 'string' && eventTypes.has(name) ? shapes[name] : undefined
  if (shape === undefined) {
    // A vendor's own kind of event is named with its namespace.
    if (typeof type === 'string' && type.includes(':')) return checkTimes(event, xml)
    const said = typeof type === 'string' ? `is ${shown(type)}` : 'is missing'
    throw new Invalid(
      `The type of the event ${said}; EPCIS knows Object, Aggregation, Transaction, Transformation and AssociationEvent.`,
      'type',
    )
  }
  for (const key of Object.keys(event)) {
    if (!shape.fields.has(key) && !key.includes(':') && !key.startsWith('@'))
      throw new Invalid(
        `${name} has no field ${shown(key)}; fields of others carry the prefix of their namespace.`,
        key,
      )
  }
  checkTimes(event, xml)
  for (const key of shape.required) present(event, key, name)
  const { action } = event
  if (action !== undefined && !(typeof action === 'string' && actions.has(action)))
    throw new Invalid(`The action is ${said(action)}; it is ADD, OBSERVE or DELETE.`, 'action')
  const parts = name === 'AggregationEvent' || name === 'AssociationEvent'
  if (name === 'AggregationEvent' && action !== 'OBSERVE') present(event, 'parentID', name)
  // Without children, DELETE takes all of them off their parent.
  if (!(parts && action === 'DELETE') && !shape.lists.some((key) => !isEmpty(event[key])))
    throw new Invalid(
      `${name} names nothing: it needs ${shape.lists.join(' or ')}.`,
      shape.lists[0]!,
    )
  checkParts(event, xml)
}

const said = (value: unknown): string =>
  typeof value === 'string' ? shown(value) : value === undefined ? 'missing' : 'no text'

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)

function present(event: Tree, key: string, name: string): void {
  if (isEmpty(event[key]))
    throw new Invalid(`The required field ${key} of ${name} is missing.`, key)
}

function checkTimes(event: Tree, xml: boolean): void {
  present(event, 'eventTime', 'the event')
  const time = event['eventTime']
  const form = xml ? localInstant : instant
  if (typeof time !== 'string' || !form.test(time) || !isDate(time))
    throw new Invalid(
      `The eventTime is ${said(time)}, not a date and time in ISO 8601.`,
      'eventTime',
    )
  present(event, 'eventTimeZoneOffset', 'the event')
  const offset = event['eventTimeZoneOffset']
  if (typeof offset !== 'string' || !/^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/.test(offset))
    throw new Invalid(
      `The eventTimeZoneOffset is ${said(offset)}; it is like +02:00.`,
      'eventTimeZoneOffset',
    )
  const recorded = event['recordTime']
  if (recorded !== undefined && (typeof recorded !== 'string' || !localInstant.test(recorded)))
    throw new Invalid(`The recordTime is ${said(recorded)}, not a date and time.`, 'recordTime')
}

function checkParts(event: Tree, xml: boolean): void {
  for (const key of ['epcList', 'childEPCs', 'inputEPCList', 'outputEPCList'])
    for (const [i, epc] of listOf(event[key], key).entries()) uriAt(epc, `${key}[${i}]`)
  if (!isEmpty(event['parentID'])) uriAt(event['parentID'], 'parentID')
  for (const key of [
    'quantityList',
    'childQuantityList',
    'inputQuantityList',
    'outputQuantityList',
  ])
    for (const [i, one] of listOf(event[key], key).entries()) quantity(one, `${key}[${i}]`)
  word(event['bizStep'], 'bizstep', 'bizStep', xml)
  word(event['disposition'], 'disp', 'disposition', xml)
  typed(event['bizTransactionList'], 'bizTransactionList', 'bizTransaction', 'btt', xml)
  typed(event['sourceList'], 'sourceList', 'source', 'sdt', xml)
  typed(event['destinationList'], 'destinationList', 'destination', 'sdt', xml)
  for (const key of ['readPoint', 'bizLocation']) {
    if (isEmpty(event[key])) continue
    uriAt((event[key] as Tree)['id'], `${key}.id`)
  }
  const certified = event['certificationInfo']
  // In XML it is any text.
  if (!xml)
    for (const [i, one] of (Array.isArray(certified)
      ? certified
      : certified === undefined
        ? []
        : [certified]
    ).entries())
      uriAt(one, `certificationInfo[${i}]`)
  namespaced(event['ilmd'], 'ilmd')
  lasting(event['persistentDisposition'], xml)
  declared(event['errorDeclaration'], xml)
  sensors(event['sensorElementList'])
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value as unknown[]
  throw new Invalid(`${path} is no list.`, path)
}

function uriAt(value: unknown, path: string): void {
  if (typeof value === 'string' && /^[A-Za-z][\w+.-]*:\S+$/.test(value)) return
  throw new Invalid(`${path} is ${said(value)}, not a URI.`, path)
}

function quantity(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) throw new Invalid(`${path} is no object.`, path)
  const one = value as Tree
  uriAt(one['epcClass'], `${path}.epcClass`)
  for (const key of Object.keys(one)) {
    if (!['epcClass', 'quantity', 'uom'].includes(key) && !key.includes(':'))
      throw new Invalid(`A quantity has no field ${shown(key)}.`, `${path}.${key}`)
  }
  const amount = one['quantity']
  if (amount !== undefined && !(typeof amount === 'number' && Number.isFinite(amount)))
    throw new Invalid('The quantity is no number.', `${path}.quantity`)
  const unit = one['uom']
  if (unit !== undefined && !(typeof unit === 'string' && /^[A-Z0-9]{2,3}$/.test(unit)))
    throw new Invalid(
      `The unit is ${said(unit)}, not a code of UN/ECE Recommendation 20.`,
      `${path}.uom`,
    )
}

/** XML takes any URI, so a bare word is only refused where JSON-LD has to find it in the vocabulary. */
function word(value: unknown, vocabulary: Vocabulary, path: string, xml: boolean): void {
  if (value === undefined) return
  if (typeof value === 'string' && value !== '' && (xml || isAllowed(value, vocabulary))) return
  throw new Invalid(
    `${path} is ${said(value)}, which is neither of the standard (${allowedWords(vocabulary)}) nor a URI.`,
    path,
  )
}

function typed(
  value: unknown,
  path: string,
  field: string,
  vocabulary: Vocabulary,
  xml: boolean,
): void {
  for (const [i, one] of listOf(value, path).entries()) {
    const at = `${path}[${i}]`
    if (typeof one !== 'object' || one === null) throw new Invalid(`${at} is no object.`, at)
    const entry = one as Tree
    uriAt(entry[field], `${at}.${field}`)
    word(entry['type'], vocabulary, `${at}.type`, xml)
    if (entry['type'] === undefined && field !== 'bizTransaction')
      throw new Invalid(`The ${field} has no type.`, `${at}.type`)
  }
}

function namespaced(value: unknown, path: string): void {
  if (value === undefined || value === null) return
  if (typeof value !== 'object') throw new Invalid(`${path} is no object.`, path)
  for (const key of Object.keys(value)) {
    if (!key.includes(':') && !key.startsWith('@'))
      throw new Invalid(
        `The field ${shown(key)} of ${path} has no prefix of a namespace.`,
        `${path}.${key}`,
      )
  }
}

function lasting(value: unknown, xml: boolean): void {
  if (value === undefined) return
  const { set: begun, unset } = (value ?? {}) as Tree
  const all = [
    ...listOf(begun, 'persistentDisposition.set'),
    ...listOf(unset, 'persistentDisposition.unset'),
  ]
  if (all.length === 0) throw new Invalid('It sets and unsets nothing.', 'persistentDisposition')
  for (const one of all) word(one, 'disp', 'persistentDisposition', xml)
}

function declared(value: unknown, xml: boolean): void {
  if (value === undefined) return
  const path = 'errorDeclaration'
  if (typeof value !== 'object' || value === null) throw new Invalid(`${path} is no object.`, path)
  const error = value as Tree
  const time = error['declarationTime']
  if (typeof time !== 'string' || !localInstant.test(time))
    throw new Invalid(
      `The declarationTime is ${said(time)}, not a date and time.`,
      `${path}.declarationTime`,
    )
  word(error['reason'], 'er', `${path}.reason`, xml)
  listOf(error['correctiveEventIDs'], `${path}.correctiveEventIDs`)
}

function sensors(value: unknown): void {
  for (const [i, one] of listOf(value, 'sensorElementList').entries()) {
    const at = `sensorElementList[${i}]`
    if (typeof one !== 'object' || one === null) throw new Invalid(`${at} is no object.`, at)
    const reports = (one as Tree)['sensorReport']
    if (listOf(reports, `${at}.sensorReport`).length === 0)
      throw new Invalid('The sensor reports nothing.', `${at}.sensorReport`)
  }
}
