import type { FaultCode } from '#model/record.ts'

/** Bytes that cannot be what they claim; thrown inside of a format only, and told as its fault. */
export class Unreadable extends Error {
  readonly code: FaultCode
  readonly at: number

  constructor(code: FaultCode, at: number, detail: string) {
    super(detail)
    this.code = code
    this.at = at
  }
}

/** A place in bytes that only moves forward; every read checks the end. */
export type Cursor = { readonly bytes: Buffer; at: number; readonly end: number }

export function cursorOf(bytes: Buffer, from = 0, to = bytes.length): Cursor {
  return { bytes, at: from, end: to }
}

/** A varint that fits a number (up to 2^53); more is a fault. */
export function varint(cursor: Cursor): number {
  const { bytes, end } = cursor
  let value = 0
  let scale = 1
  for (let at = cursor.at; at < end && at < cursor.at + 10; at++) {
    const byte = bytes[at]!
    value += (byte & 127) * scale
    if (byte < 128) {
      cursor.at = at + 1
      return value
    }
    scale *= 128
  }
  throw end - cursor.at < 10
    ? cutOff(cursor)
    : new Unreadable('syntax', cursor.at, 'A number has no end.')
}

/** A varint of 64 bits, unsigned. */
export function varint64(cursor: Cursor): bigint {
  const start = cursor.at
  const short = varint(cursor)
  if (short <= Number.MAX_SAFE_INTEGER && cursor.at - start < 8) return BigInt(short)
  let value = 0n
  for (let at = start, shift = 0n; at < cursor.at; at++, shift += 7n)
    value |= BigInt(cursor.bytes[at]! & 127) << shift
  return BigInt.asUintN(64, value)
}

/** The end of a span of a length that stands here; moves behind the length only. */
export function lengthSpan(cursor: Cursor): number {
  const size = varint(cursor)
  if (size > cursor.end - cursor.at) throw cutOff(cursor)
  return cursor.at + size
}

export function take(cursor: Cursor, size: number): number {
  const { at } = cursor
  if (size > cursor.end - at) throw cutOff(cursor)
  cursor.at = at + size
  return at
}

function cutOff(cursor: Cursor): Unreadable {
  return new Unreadable(
    'truncated',
    cursor.at,
    `The bytes end inside a value at byte ${cursor.at}.`,
  )
}

/** Moves behind the value of a field that nobody asked for. `depth` bounds groups in groups. */
export function skip(cursor: Cursor, wire: number, depth = 0): void {
  if (wire === 0) varint(cursor)
  else if (wire === 1) take(cursor, 8)
  else if (wire === 2) cursor.at = lengthSpan(cursor)
  else if (wire === 5) take(cursor, 4)
  else if (wire === 3 && depth < 64) skipGroup(cursor, depth)
  else
    throw new Unreadable('syntax', cursor.at, `At byte ${cursor.at} there is no wire type ${wire}.`)
}

function skipGroup(cursor: Cursor, depth: number): void {
  for (;;) {
    const tag = varint(cursor)
    if (tag % 8 === 4) return
    skip(cursor, tag % 8, depth + 1)
  }
}

/** The tag of the next field: its number and wire type. */
export function tagOf(cursor: Cursor): { number: number; wire: number } {
  const at = cursor.at
  const tag = varint(cursor)
  const number = Math.floor(tag / 8)
  if (number === 0 || number > 536_870_911)
    throw new Unreadable('syntax', at, `At byte ${at} there is no field number ${number}.`)
  return { number, wire: tag % 8 }
}

/** Whether the bytes are whole fields from begin to end. */
export function isMessage(bytes: Buffer, from: number, to: number): boolean {
  const cursor = cursorOf(bytes, from, to)
  try {
    while (cursor.at < to) skip(cursor, tagOf(cursor).wire)
    return true
  } catch {
    return false
  }
}
