import { limits } from '#model/limits.ts'
import { dateText, decimalText, exact, timestampText, timeText } from '../logical.ts'
import { utf8 } from '../text.ts'
import { take, Unreadable, varint64, type Cursor } from '../protobuf/wire.ts'
import type { AvroType, Meaning } from './schema.ts'

/** Values one datum may have: arrays of nulls cost no bytes, so bytes alone do not bound them. */
const valuesMax = 1_000_000

export type Reader = Cursor & { left: number }

/** A reader of one datum at a time. */
export function readerOf(bytes: Buffer, from = 0, to = bytes.length): Reader {
  return { bytes, at: from, end: to, left: valuesMax }
}

/**
 * One datum as a tree: unions are their value, longs beyond 2^53 text, bytes base64, logical types (and those of Kafka Connect and
 * Debezium) texts: dates and times in ISO 8601, decimals as digits. Throws `Unreadable`.
 */
export function decodeDatum(type: AvroType, reader: Reader): unknown {
  reader.left = valuesMax
  return datum(type, reader, 0)
}

function datum(type: AvroType, reader: Reader, depth: number): unknown {
  if (--reader.left < 0)
    throw new Unreadable('too-many', reader.at, `A record has more than ${valuesMax} values.`)
  switch (type.kind) {
    case 'null':
      return null
    case 'boolean':
      return flag(reader)
    case 'int':
    case 'long':
      return meant(long(reader), type.meaning)
    case 'float':
      return finite(reader.bytes.readFloatLE(take(reader, 4)))
    case 'double':
      return finite(reader.bytes.readDoubleLE(take(reader, 8)))
    case 'string':
      return text(reader)
    case 'bytes':
      return bytesOf(reader, sizeOf(reader), type.meaning)
    case 'fixed':
      return bytesOf(reader, type.size, type.meaning)
    case 'enum':
      return chosen(type.symbols, reader, 'symbol')
    case 'union':
      return datum(chosen(type.branches, reader, 'branch'), reader, deeper(depth, reader))
    case 'array':
    case 'map':
      return blocks(type, reader, deeper(depth, reader))
    case 'record':
      return record(type, reader, deeper(depth, reader))
  }
}

function deeper(depth: number, reader: Reader): number {
  // A union and the record in it are one level for a reader, two for the schema.
  if (depth > 2 * limits.nestingDepthMax)
    throw new Unreadable(
      'too-deep',
      reader.at,
      `The record nests deeper than ${limits.nestingDepthMax} levels.`,
    )
  return depth + 1
}

function record(type: AvroType & { kind: 'record' }, reader: Reader, depth: number): unknown {
  const tree: Record<string, unknown> = {}
  const { fields } = type
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!
    tree[field.name] = datum(field.type, reader, depth)
  }
  return tree
}

/** Items come in blocks of a count; a negative one is followed by the block's size in bytes. Zero ends. */
function blocks(
  type: AvroType & { kind: 'array' | 'map' },
  reader: Reader,
  depth: number,
): unknown {
  const list: unknown[] = []
  const map: Record<string, unknown> = {}
  for (;;) {
    const count = whole(reader)
    if (count === 0) return type.kind === 'array' ? list : map
    if (count < 0) whole(reader)
    for (let left = Math.abs(count); left > 0; left--) {
      if (type.kind === 'array') list.push(datum(type.items, reader, depth))
      else {
        const key = text(reader)
        if (key === '__proto__')
          throw new Unreadable(
            'hostile',
            reader.at,
            "A key is named '__proto__', which is refused.",
          )
        map[key] = datum(type.items, reader, depth)
      }
    }
  }
}

function flag(reader: Reader): boolean {
  const byte = reader.bytes[take(reader, 1)]!
  if (byte > 1)
    throw new Unreadable('syntax', reader.at - 1, `At byte ${reader.at - 1} there is no boolean.`)
  return byte === 1
}

/** A zigzag number: small ones without the cost of big ones. */
function long(reader: Reader): number | bigint {
  const { bytes, at, end } = reader
  let value = 0
  for (let index = 0; index < 4 && at + index < end; index++) {
    const byte = bytes[at + index]!
    value |= (byte & 127) << (7 * index)
    if (byte < 128) {
      reader.at = at + index + 1
      return (value & 1) === 1 ? -(value >>> 1) - 1 : value >>> 1
    }
  }
  const wide = varint64(reader)
  return (wide >> 1n) ^ -(wide & 1n)
}

function whole(reader: Reader): number {
  const at = reader.at
  const value = Number(long(reader))
  if (!Number.isSafeInteger(value))
    throw new Unreadable('syntax', at, `At byte ${at} there is no count.`)
  return value
}

function sizeOf(reader: Reader): number {
  const at = reader.at
  const size = whole(reader)
  if (size < 0) throw new Unreadable('syntax', at, `At byte ${at} there is a negative length.`)
  return size
}

function chosen<T>(among: readonly T[], reader: Reader, what: string): T {
  const at = reader.at
  const index = whole(reader)
  const found = among[index]
  if (found === undefined)
    throw new Unreadable(
      'syntax',
      at,
      `At byte ${at} there is no ${what} ${index} of ${among.length}.`,
    )
  return found
}

function text(reader: Reader): string {
  const size = sizeOf(reader)
  const at = take(reader, size)
  const value = size < 16 ? short(reader.bytes, at, at + size) : utf8(reader.bytes, at, at + size)
  return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
}

/** Few letters are put together faster here than by a call into the decoder. */
function short(bytes: Buffer, from: number, to: number): string {
  let value = ''
  for (let at = from; at < to; at++) {
    const code = bytes[at]!
    if (code > 127) return utf8(bytes, from, to)
    value += String.fromCharCode(code)
  }
  return value
}

function bytesOf(reader: Reader, size: number, meaning: Meaning | null): unknown {
  const at = take(reader, size)
  const bytes = reader.bytes.subarray(at, at + size)
  if (meaning === null) return bytes.toString('base64')
  if (/^decimal$/i.test(meaning.name))
    return decimalText(bytes, meaning.scale) ?? bytes.toString('base64')
  if (meaning.name === 'uuid' && size === 16)
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  if (meaning.name === 'duration' && size === 12)
    return `P${bytes.readUInt32LE(0)}M${bytes.readUInt32LE(4)}DT${bytes.readUInt32LE(8) / 1000}S`
  return bytes.toString('base64')
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function meant(value: number | bigint, meaning: Meaning | null): unknown {
  const plain = typeof value === 'bigint' ? exact(value) : value
  if (meaning === null) return plain
  switch (meaning.name) {
    case 'date':
    case 'Date':
      return dateText(Number(value)) ?? plain
    case 'time-millis':
    case 'Time':
      return timeText(value, 1) ?? plain
    case 'time-micros':
    case 'MicroTime':
      return timeText(value, 1e3) ?? plain
    case 'timestamp-millis':
      return timestampText(value, 1, true) ?? plain
    case 'timestamp-micros':
      return timestampText(value, 1e3, true) ?? plain
    case 'timestamp-nanos':
      return timestampText(value, 1e6, true) ?? plain
    case 'local-timestamp-millis':
    case 'Timestamp':
      return timestampText(value, 1, false) ?? plain
    case 'local-timestamp-micros':
    case 'MicroTimestamp':
      return timestampText(value, 1e3, false) ?? plain
    case 'local-timestamp-nanos':
    case 'NanoTimestamp':
      return timestampText(value, 1e6, false) ?? plain
    default:
      return plain
  }
}
