import { limits } from '#model/limits.ts'
import type { Found } from '#model/record.ts'
import { bad } from '../fault.ts'
import { jsonBytes, jsonRecord, type JsonBytes } from './record.ts'
import { endOfString, endOfValue, skipBlank } from './scan.ts'

/** Where reading goes on; `stop` ends it, the fault has been told. */
const stop = -1

/**
 * The records of JSON documents that follow each other (usually one). Without a `path` a top-level array is split into its
 * elements; with one, the array there is. A broken element is a fault, and reading goes on behind it.
 */
export function* documentsOf(bytes: Buffer, path: readonly string[]): Generator<Found> {
  const json = jsonBytes(bytes)
  if ('code' in json) {
    yield { ok: false, from: 0, to: bytes.length, fault: json }
    return
  }
  let at = skipBlank(bytes, json.start)
  if (at >= bytes.length) yield bad(0, bytes.length, 'empty', 'There is nothing but white space.')
  const budget = { left: limits.recordsPerReceiptMax }
  while (at >= 0 && at < bytes.length) {
    at = yield* documentAt(json, at, path, budget)
    if (at >= 0) at = skipBlank(bytes, at)
  }
}

type Budget = { left: number }

function* documentAt(
  json: JsonBytes,
  at: number,
  path: readonly string[],
  budget: Budget,
): Generator<Found, number> {
  const before = budget.left
  const end = yield* pick(json, at, path, '$', budget)
  if (end >= 0 && budget.left === before) {
    const what =
      path.length === 0
        ? 'The array has no elements.'
        : `There is no record at '${path.join('.')}'.`
    yield bad(at, end, 'empty', what)
  }
  return end
}

/** Goes down the path; yields the records at its end and gives the index behind the value at `at`. */
function* pick(
  json: JsonBytes,
  at: number,
  path: readonly string[],
  where: string,
  budget: Budget,
): Generator<Found, number> {
  const { bytes } = json
  const first = bytes[at]
  if (path.length > 0) {
    if (first === 123) return yield* members(json, at, path, where, budget)
    if (first === 91) return yield* elements(json, at, path, where, budget)
    return yield* checked(json, at, where)
  }
  if (first === 91) return yield* elements(json, at, path, where, budget)
  return yield* record(json, at, where, budget)
}

function* record(
  json: JsonBytes,
  at: number,
  where: string,
  budget: Budget,
): Generator<Found, number> {
  const end = endOfValue(json.bytes, at)
  if (end < 0) return yield* cutOff(json, at, where)
  if (--budget.left < 0) {
    yield bad(
      at,
      json.bytes.length,
      'too-many',
      `There are more than ${limits.recordsPerReceiptMax} records.`,
      where,
    )
    return stop
  }
  const found = jsonRecord(json, at, end, where)
  // Behind something at the top that is neither object nor array and no value at all, nothing is to be expected.
  if (where === '$' && !found.ok && json.bytes[at] !== 123 && json.bytes[at] !== 91) {
    yield { ...found, to: json.bytes.length }
    return stop
  }
  yield found
  return end
}

/** A value beside the records: it has to be valid, no more. */
function* checked(json: JsonBytes, at: number, where: string): Generator<Found, number> {
  const end = endOfValue(json.bytes, at)
  if (end < 0) return yield* cutOff(json, at, where)
  const found = jsonRecord(json, at, end, where)
  if (found.ok) return end
  yield found
  return stop
}

function* cutOff(json: JsonBytes, at: number, where: string): Generator<Found, number> {
  const { length } = json.bytes
  const size = length - at
  if (size > limits.recordBytesMax) {
    yield bad(
      at,
      length,
      'too-large',
      `A value of more than ${limits.recordBytesMax} bytes does not end.`,
      where,
    )
  } else yield bad(at, length, 'truncated', 'The bytes end inside a JSON value.', where)
  return stop
}

function* elements(
  json: JsonBytes,
  open: number,
  path: readonly string[],
  where: string,
  budget: Budget,
): Generator<Found, number> {
  const { bytes } = json
  let at = skipBlank(bytes, open + 1)
  if (bytes[at] === 93) return at + 1
  for (let index = 0; ; index++) {
    const spot = `${where}[${index}]`
    // An array on the way is looked through, an array in an array is not; one at the end of the path is the list of records.
    if (path.length === 0) at = yield* record(json, at, spot, budget)
    else
      at =
        bytes[at] === 91
          ? yield* checked(json, at, spot)
          : yield* pick(json, at, path, spot, budget)
    if (at < 0) return stop
    at = skipBlank(bytes, at)
    if (bytes[at] === 93) return at + 1
    if (bytes[at] !== 44) return yield* unexpected(json, at, spot, "',' or ']'")
    at = skipBlank(bytes, at + 1)
    if (bytes[at] === 93) return yield* unexpected(json, at, spot, 'a value')
    if (at >= bytes.length) return yield* cutOff(json, at, spot)
  }
}

function* members(
  json: JsonBytes,
  open: number,
  path: readonly string[],
  where: string,
  budget: Budget,
): Generator<Found, number> {
  const { bytes } = json
  let at = skipBlank(bytes, open + 1)
  if (bytes[at] === 125) return at + 1
  for (;;) {
    if (bytes[at] !== 34) return yield* unexpected(json, at, where, 'a key in quotes')
    const end = endOfString(bytes, at)
    if (end < 0) return yield* cutOff(json, at, where)
    const key = jsonRecord(json, at, end, where)
    if (!key.ok) {
      yield key
      return stop
    }
    at = skipBlank(bytes, end)
    if (bytes[at] !== 58) return yield* unexpected(json, at, where, "':'")
    at = skipBlank(bytes, at + 1)
    const spot = `${where}.${String(key.tree).slice(0, 64)}`
    at =
      key.tree === path[0]
        ? yield* pick(json, at, path.slice(1), spot, budget)
        : yield* checked(json, at, spot)
    if (at < 0) return stop
    at = skipBlank(bytes, at)
    if (bytes[at] === 125) return at + 1
    if (bytes[at] !== 44) return yield* unexpected(json, at, where, "',' or '}'")
    at = skipBlank(bytes, at + 1)
  }
}

function* unexpected(
  json: JsonBytes,
  at: number,
  where: string,
  wanted: string,
): Generator<Found, number> {
  const { length } = json.bytes
  if (at >= length)
    yield bad(length, length, 'truncated', `The bytes end where ${wanted} is expected.`, where)
  else yield bad(at, length, 'syntax', `At byte ${at} ${wanted} is expected.`, where)
  return stop
}
