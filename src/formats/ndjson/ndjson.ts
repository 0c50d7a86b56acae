import type { Format } from '#model/format.ts'
import { firstValues } from '../json/json.ts'
import { noOptions } from '../options.ts'
import { cutLines, linesOf } from './lines.ts'

/** Newline-delimited JSON, UTF-8: one record a line. */
export const ndjson: Format = {
  name: 'ndjson',
  options: noOptions('ndjson'),
  cut: cutLines,
  read: linesOf,
  sniff: (bytes) => {
    const values = firstValues(bytes)
    if (values === null || !values.lines) return 0
    return values.more ? 0.85 : 0.5
  },
}
