import type { Format, FormatOptions } from '#model/format.ts'
import { optionsOf, pathOption } from '../options.ts'
import { latin1 } from '../text.ts'
import { documentsOf } from './documents.ts'
import { endOfValue, skipBlank } from './scan.ts'

/**
 * JSON documents (RFC 8259, UTF-8). A record is the element of a top-level array, else the document.
 * Option `records`: dotted path of an array inside of the document whose elements are the records.
 */
export const json: Format = {
  name: 'json',
  options: (raw) => ({
    records: pathOption('json', 'records', optionsOf('json', raw, ['records'])['records']),
  }),
  cut: null,
  read: (bytes, options) => documentsOf(bytes, pathOf(options)),
  sniff: sniffJson,
}

function pathOf(options: FormatOptions): readonly string[] {
  return (options['records'] as readonly string[] | undefined) ?? []
}

/** The first two values of a text, as text; `lines` tells whether the first one ends with its line. */
export function firstValues(
  bytes: Buffer,
): { first: string; lines: boolean; more: boolean } | null {
  const start = skipBlank(bytes, bytes[0] === 0xef ? 3 : 0)
  const opening = bytes[start]
  if (opening !== 123 && opening !== 91) return null
  const end = endOfValue(bytes, start)
  const last = end < 0 ? bytes.length : end
  const first = latin1(bytes, start, last)
  const next = skipBlank(bytes, last)
  const gap = latin1(bytes, last, next)
  return {
    first,
    lines: end >= 0 && !first.includes('\n'),
    more: next < bytes.length && gap.includes('\n'),
  }
}

function sniffJson(bytes: Buffer): number {
  const values = firstValues(bytes)
  if (values === null) return 0
  if (values.more && values.lines) return 0.4
  return /^\{\s*["}]|^\[\s*[\]{["\d-]|^\[\s*(true|false|null)/.test(values.first) ? 0.8 : 0.3
}
