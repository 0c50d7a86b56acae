import { limits } from '#model/limits.ts'
import type { Found } from '#model/record.ts'
import { bad } from '../fault.ts'
import { jsonBytes, jsonRecord } from '../json/record.ts'
import { skipBlank } from '../json/scan.ts'

/** One record a line; empty lines are passed over. Linear, and near the speed of JSON.parse. */
export function* linesOf(bytes: Buffer): Generator<Found> {
  const json = jsonBytes(bytes)
  if ('code' in json) {
    yield { ok: false, from: 0, to: bytes.length, fault: json }
    return
  }
  let left = limits.recordsPerReceiptMax
  let line = 0
  let any = false
  for (let at = json.start, next = at; at < bytes.length; at = next) {
    if (bytes[at] === 10) {
      next = at + 1
      line++
      continue
    }
    const feed = bytes.indexOf(10, at)
    const end = feed < 0 ? bytes.length : feed
    next = end + 1
    line++
    const from = skipBlank(bytes, at)
    if (from >= end) continue
    any = true
    if (--left < 0) {
      yield bad(
        from,
        bytes.length,
        'too-many',
        `There are more than ${limits.recordsPerReceiptMax} records.`,
        `line ${line}`,
      )
      return
    }
    yield jsonRecord(json, from, bytes[end - 1] === 13 ? end - 1 : end, `line ${line}`)
  }
  if (!any) yield bad(0, bytes.length, 'empty', 'There is nothing but empty lines.')
}

/** Length of the longest prefix of whole lines. A line beyond the limit of a record is given up, and refused by `read`. */
export function cutLines(bytes: Buffer): number {
  const end = bytes.lastIndexOf(10) + 1
  return end === 0 && bytes.length > limits.recordBytesMax ? bytes.length : end
}
