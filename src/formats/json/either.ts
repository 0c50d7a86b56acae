import type { Found } from '#model/record.ts'
import { cutLines, linesOf } from '../ndjson/lines.ts'
import { documentsOf } from './documents.ts'
import { endOfValue, skipBlank } from './scan.ts'

/** Whether the bytes are lines of JSON: the first value is no array and ends with its line. */
function areLines(bytes: Buffer): boolean {
  const start = skipBlank(bytes, bytes[0] === 0xef ? 3 : 0)
  if (bytes[start] === 91) return false
  const feed = bytes.indexOf(10, start)
  if (feed < 0) return false
  const end = endOfValue(bytes.subarray(0, feed + 1), start)
  // A broken first line is still a line when what follows it begins like a value again, and the whole is no document.
  if (end < 0)
    return (
      bytes[start] === 123 && bytes[skipBlank(bytes, feed)] === 123 && !isOneValue(bytes, start)
    )
  return skipBlank(bytes, end) > feed || skipBlank(bytes, end) >= bytes.length
}

function isOneValue(bytes: Buffer, start: number): boolean {
  const end = endOfValue(bytes, start)
  return end >= 0 && skipBlank(bytes, end) >= bytes.length
}

/** Records of JSON that comes as a document, an array or lines. */
export function eitherOf(bytes: Buffer): Iterable<Found> {
  return areLines(bytes) ? linesOf(bytes) : documentsOf(bytes, [])
}

/** As `cutLines` when the bytes are lines; documents are one unit. */
export function cutEither(bytes: Buffer): number {
  return areLines(bytes) ? cutLines(bytes) : 0
}
