import { shown } from '../fault.ts'
import { Invalid, isInstant, type Tree } from './check.ts'
import { actions, eventTypes } from './vocabulary.ts'

const times = /^(GE|LT)_(eventTime|recordTime|errorDeclarationTime|startTime|endTime|time)$/
const numbers =
  /^(EQ|GT|GE|LT|LE)_(quantity|value|minValue|maxValue|meanValue|sDev|percRank|percValue)(_.+)?$/
const lists =
  /^(EQ_(action|bizStep|disposition|persistentDisposition_(set|unset)|readPoint|bizLocation|transformationID|eventID|errorReason|correctiveEventID|type|deviceID|dataProcessingMethod|microorganism|chemicalSubstance|bizRules|stringValue|booleanValue|hexBinaryValue|uriValue|deviceMetadata|rawData|dataProcessingMethod|bizTransaction_.+|source_.+|destination_.+)|WD_(readPoint|bizLocation)|EXISTS_.+|HASATTR_.+|EQATTR_.+|MATCH_(epc|parentID|inputEPC|outputEPC|anyEPC|epcClass|inputEPCClass|outputEPCClass|anyEPCClass))$/
const others = new Set(['orderBy', 'eventCountLimit', 'maxEventCount', 'perPage', 'nextPageToken'])
/** Fields of vendors and of instance data are asked for by their namespace. */
const extension =
  /^(EQ|GT|GE|LT|LE)_(INNER_|ILMD_|INNER_ILMD_|SENSORELEMENT_|INNER_SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|ERROR_DECLARATION_|INNER_ERROR_DECLARATION_|READPOINT_|BIZLOCATION_)*\S*[:#]\S+$/

/** Checks a parameter of a SimpleEventQuery (EPCIS 2.0, 8.2.7.1); throws `Invalid`. */
export function checkParameter(name: string, value: unknown): void {
  const values = Array.isArray(value) ? (value as unknown[]) : [value]
  if (value === undefined || value === null || values.length === 0)
    throw new Invalid(`The parameter ${name} has no value.`, name)
  const wrong = (what: string): never => {
    throw new Invalid(`The parameter ${name} is not ${what}.`, name)
  }
  if (name === 'eventType') {
    if (
      !values.every((one) => typeof one === 'string' && (eventTypes.has(one) || one.includes(':')))
    )
      wrong('a type of event')
  } else if (times.test(name)) {
    if (!values.every(isInstant)) wrong('a date and time with an offset')
  } else if (name === 'EQ_action') {
    if (!values.every((one) => typeof one === 'string' && actions.has(one)))
      wrong('ADD, OBSERVE or DELETE')
  } else if (name === 'orderDirection') {
    if (value !== 'ASC' && value !== 'DESC') wrong('ASC or DESC')
  } else if (numbers.test(name) || /^(eventCountLimit|maxEventCount|perPage)$/.test(name)) {
    if (!values.every((one) => one !== '' && Number.isFinite(Number(one)))) wrong('a number')
  } else if (!lists.test(name) && !others.has(name) && !extension.test(name)) {
    throw new Invalid(`A SimpleEventQuery has no parameter ${shown(name)}.`, name)
  }
}

/** Whether an object asks for events: parameters, or a query with a name. */
export function isQuery(tree: Tree): boolean {
  const context = tree['@context']
  if (typeof context === 'string' && context.includes('query-schema')) return true
  if (typeof tree['query'] === 'object' && tree['query'] !== null) return true
  return Object.keys(tree).some((key) => times.test(key) || lists.test(key))
}

/** Checks a query in JSON, with or without its name; throws `Invalid`. */
export function checkQuery(tree: Tree): void {
  const query = tree['query']
  const parameters = typeof query === 'object' && query !== null ? (query as Tree) : tree
  for (const [name, value] of Object.entries(parameters)) {
    if (!name.startsWith('@') && !['name', 'queryName', 'createdAt'].includes(name))
      checkParameter(name, value)
  }
}
