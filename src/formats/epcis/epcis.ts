import type { Format } from '#model/format.ts'
import { noOptions } from '../options.ts'
import { textOf } from '../text.ts'
import { readJson } from './json.ts'
import { readXml } from './xml.ts'

/**
 * GS1 EPCIS 1.x and 2.0 in XML and JSON-LD: a record is an event, checked against what the standard requires, with its
 * vocabulary in bare words and its things told apart (`record.ts`). Capture and query documents, results, bare events, arrays
 * and lines of events. Queries, master data and documents without events are records of that `kind`.
 */
export const epcis: Format = {
  name: 'epcis',
  options: noOptions('epcis'),
  cut: null,
  read: (bytes) => (looksLikeXml(bytes) ? readXml(bytes) : readJson(bytes)),
  sniff,
}

function looksLikeXml(bytes: Buffer): boolean {
  const source = textOf(bytes.subarray(0, 512))
  return source.text.slice(source.start).trimStart().startsWith('<')
}

function sniff(bytes: Buffer): number {
  const source = textOf(bytes.subarray(0, 32_768))
  const { text } = source
  if (looksLikeXml(bytes)) {
    if (/<([\w.-]+:)?EPCIS(Query|MasterData)?Document[\s>]/.test(text)) return 0.98
    return /<([\w.-]+:)?(Object|Aggregation|Transaction|Transformation|Association|Quantity)Event[\s>]/.test(
      text,
    ) && text.includes('eventTime')
      ? 0.95
      : 0
  }
  if (!/^[[{]/.test(text.slice(source.start).trimStart())) return 0
  if (/"EPCIS(Query|MasterData)?Document"|"epcisBody"/.test(text)) return 0.98
  if (text.includes('"eventTimeZoneOffset"') || /epcis[\w/.-]*query-schema/.test(text)) return 0.97
  return /"(Object|Aggregation|Transaction|Transformation|Association)Event"/.test(text) ? 0.9 : 0
}
