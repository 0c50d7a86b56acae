import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad } from './fault.ts'

/** Records in a row that cannot be read until the rest is given up: telling each one apart costs more than reading it. */
const faultsInARowMax = 5_000

/** The format, giving up bytes that are not what they should be: the rest of them is one fault. */
export function withPatience(format: Format): Format {
  return {
    ...format,
    read: (bytes, options, context) => patient(format.read(bytes, options, context), bytes.length),
  }
}

function* patient(records: Iterable<Found>, size: number): Generator<Found> {
  let row = 0
  for (const found of records) {
    yield found
    row = found.ok ? 0 : row + 1
    if (row < faultsInARowMax) continue
    if (found.to < size)
      yield bad(
        found.to,
        size,
        'too-many',
        `${faultsInARowMax} records in a row could not be read; the rest is not tried.`,
      )
    return
  }
}
