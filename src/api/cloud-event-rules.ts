/** The rules of the CloudEvents 1.0.2 specification for one event in JSON. */
import type { ProblemPart } from './problem.ts'

const core = new Set([
  'id',
  'source',
  'specversion',
  'type',
  'datacontenttype',
  'dataschema',
  'subject',
  'time',
  'data',
  'data_base64',
])
/** RFC 3339, section 5.6. */
const timestamp =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
/** The characters RFC 3986 allows in a URI reference. */
const uriReference = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/
const mediaType = /^[!#$&^_.+\-A-Za-z0-9]+\/[!#$&^_.+\-A-Za-z0-9]+(?:\s*;.*)?$/
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const int32Max = 2_147_483_647

/** What is wrong with an event; empty when it keeps the rules. `at` is a JSON pointer. */
export function eventFaults(value: unknown): ProblemPart[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ at: '', detail: 'A CloudEvent is a JSON object.' }]
  }
  const event = value as Readonly<Record<string, unknown>>
  const faults: ProblemPart[] = []
  const say = (name: string, detail: string): void => void faults.push({ at: `/${name}`, detail })
  for (const name of ['id', 'source', 'type'] as const) {
    if (!isText(event[name]))
      say(name, `The required attribute "${name}" must be a text that is not empty.`)
  }
  if (event['specversion'] !== '1.0')
    say('specversion', 'The required attribute "specversion" must be "1.0".')
  if (isText(event['source']) && !uriReference.test(event['source']))
    say('source', '"source" must be a URI reference.')
  optional(event, 'subject', say, isText, 'must be a text that is not empty')
  optional(
    event,
    'time',
    say,
    (text) => isText(text) && timestamp.test(text),
    'must be a timestamp of RFC 3339',
  )
  optional(
    event,
    'datacontenttype',
    say,
    (text) => isText(text) && mediaType.test(text),
    'must be a media type',
  )
  optional(
    event,
    'dataschema',
    say,
    (text) => isText(text) && uriReference.test(text),
    'must be a URI',
  )
  dataFaults(event, say)
  extensionFaults(event, say)
  return faults
}

type Say = (name: string, detail: string) => void

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Null means that the attribute is not set (JSON format, section 2.2). */
function optional(
  event: Readonly<Record<string, unknown>>,
  name: string,
  say: Say,
  fits: (value: unknown) => boolean,
  rule: string,
): void {
  const value = event[name]
  if (value !== undefined && value !== null && !fits(value)) say(name, `"${name}" ${rule}.`)
}

function dataFaults(event: Readonly<Record<string, unknown>>, say: Say): void {
  const encoded = event['data_base64']
  if (encoded === undefined || encoded === null) return
  if (event['data'] !== undefined)
    say('data_base64', 'An event has "data" or "data_base64", not both.')
  if (typeof encoded !== 'string' || !base64.test(encoded))
    say('data_base64', '"data_base64" must be Base64.')
}

function extensionFaults(event: Readonly<Record<string, unknown>>, say: Say): void {
  for (const [name, value] of Object.entries(event)) {
    if (core.has(name)) continue
    if (!/^[a-z0-9]+$/.test(name)) {
      say(name.slice(0, 100), 'Names of attributes consist of lower-case letters and digits.')
    } else if (!isScalar(value)) {
      say(
        name.slice(0, 100),
        `The extension "${name.slice(0, 100)}" must be a text, a boolean or a 32-bit integer.`,
      )
    }
  }
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= int32Max
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}
