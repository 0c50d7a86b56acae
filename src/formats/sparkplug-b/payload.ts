import { limits } from '#model/limits.ts'
import { exact } from '../logical.ts'
import {
  cursorOf,
  lengthSpan,
  skip,
  tagOf,
  take,
  Unreadable,
  varint,
  varint64,
  type Cursor,
} from '../protobuf/wire.ts'

/** Data types by their number. Source: Eclipse Sparkplug 3.0, section 6.4.16. */
const dataTypes = [
  'Unknown',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
  'PropertySet',
  'PropertySetList',
] as const

/** One metric; `name` is null when only an alias stands there that no birth has told. */
export type Metric = {
  name: string | null
  alias: number | string | null
  timestamp: number | null
  type: string | null
  value: unknown
  isHistorical?: true
  isTransient?: true
  isNull?: true
}

export type Payload = {
  timestamp: number | null
  seq: number | null
  uuid: string | null
  metrics: Metric[]
}

/** Decodes a payload of Sparkplug B. Throws `Unreadable`. Source: Eclipse Sparkplug 3.0, the Payload message. */
export function decodePayload(bytes: Buffer): Payload {
  const cursor = cursorOf(bytes)
  const payload: Payload = { timestamp: null, seq: null, uuid: null, metrics: [] }
  while (cursor.at < cursor.end) {
    const { number, wire } = tagOf(cursor)
    if (number === 1 && wire === 0) payload.timestamp = varint(cursor)
    else if (number === 2 && wire === 2) payload.metrics.push(metric(inside(cursor), 0))
    else if (number === 3 && wire === 0) payload.seq = varint(cursor)
    else if (number === 4 && wire === 2) payload.uuid = text(cursor)
    else skip(cursor, wire)
  }
  return payload
}

function inside(cursor: Cursor): Cursor {
  const end = lengthSpan(cursor)
  const inner = cursorOf(cursor.bytes, cursor.at, end)
  cursor.at = end
  return inner
}

function text(cursor: Cursor): string {
  const { bytes, at, end } = inside(cursor)
  return bytes.toString('utf8', at, end).replaceAll('\0', '\ufffd')
}

function base64(cursor: Cursor): string {
  const { bytes, at, end } = inside(cursor)
  return bytes.toString('base64', at, end)
}

function metric(cursor: Cursor, depth: number): Metric {
  if (depth > limits.nestingDepthMax)
    throw new Unreadable('too-deep', cursor.at, 'Templates nest too deep.')
  const found: Metric = { name: null, alias: null, timestamp: null, type: null, value: null }
  while (cursor.at < cursor.end) {
    const { number, wire } = tagOf(cursor)
    if (number === 1 && wire === 2) found.name = text(cursor)
    else if (number === 2 && wire === 0) found.alias = exact(varint64(cursor))
    else if (number === 3 && wire === 0) found.timestamp = varint(cursor)
    else if (number === 4 && wire === 0) found.type = dataTypes[varint(cursor)] ?? 'Unknown'
    else if (number === 5 && wire === 0) mark(found, 'isHistorical', cursor)
    else if (number === 6 && wire === 0) mark(found, 'isTransient', cursor)
    else if (number === 7 && wire === 0) mark(found, 'isNull', cursor)
    else if (number >= 10 && number <= 18) found.value = value(number, wire, cursor, depth)
    else skip(cursor, wire)
  }
  found.value = found.isNull === true ? null : narrowed(found.value, found.type)
  return found
}

function mark(
  found: Metric,
  name: 'isHistorical' | 'isTransient' | 'isNull',
  cursor: Cursor,
): void {
  if (varint(cursor) !== 0) found[name] = true
}

function value(number: number, wire: number, cursor: Cursor, depth: number): unknown {
  if (wire === 0 && number === 14) return varint(cursor) !== 0
  if (wire === 0) return exact(varint64(cursor))
  if (wire === 5 && number === 12) return finite(cursor.bytes.readFloatLE(take(cursor, 4)))
  if (wire === 1 && number === 13) return finite(cursor.bytes.readDoubleLE(take(cursor, 8)))
  if (wire === 2 && number === 15) return text(cursor)
  if (wire === 2 && number === 16) return base64(cursor)
  if (wire === 2 && number === 18) return template(inside(cursor), depth + 1)
  skip(cursor, wire)
  return null
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Metrics of a template, by their names. */
function template(cursor: Cursor, depth: number): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  while (cursor.at < cursor.end) {
    const { number, wire } = tagOf(cursor)
    if (number !== 2 || wire !== 2) {
      skip(cursor, wire)
      continue
    }
    const member = metric(inside(cursor), depth)
    if (member.name !== null && member.name !== '__proto__') members[member.name] = member.value
  }
  return members
}

const bits: Readonly<Record<string, number>> = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 }

/** Whole numbers travel unsigned: what a signed type means by them. */
function narrowed(value: unknown, type: string | null): unknown {
  const width = type === null ? undefined : bits[type]
  if (width === undefined || (typeof value !== 'number' && typeof value !== 'string')) return value
  return /^\d+$/.test(String(value)) ? exact(BigInt.asIntN(width, BigInt(value))) : value
}
