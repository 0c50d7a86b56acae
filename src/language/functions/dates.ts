import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { fail, kindOf } from '../problem.ts'
import { isoText, timeFormat } from '../times.ts'
import type { Reading, TimeFormat } from '../times.ts'
import { zoneOf } from '../zones.ts'

const formatsMax = 500
const formats = new Map<string, TimeFormat>()
const reading: Reading = { ms: 0, kind: 'date' }

function formatOf(text: unknown): TimeFormat {
  if (typeof text !== 'string')
    return fail(`iso found ${kindOf(text)} as format`, 'a format such as yyyyMMdd')
  const cached = formats.get(text)
  if (cached !== undefined) return cached
  const made = timeFormat(text)
  if (!made.ok)
    return fail(
      made.message,
      'iso, any, epoch-ms, epoch-s, epoch-us or a pattern of yyyy MM dd HH mm ss SSS',
    )
  if (formats.size >= formatsMax) formats.clear()
  formats.set(text, made.read)
  return made.read
}

function iso(value: unknown, format: unknown, zone: unknown): unknown {
  const read = formatOf(format)
  if (value === null || value === '') return null
  // SAP's initial date.
  if (typeof value === 'string' && /^0+$/.test(value)) return null
  if (typeof value !== 'string' && typeof value !== 'number')
    fail(`iso found ${kindOf(value)}`, 'a text or a number')
  if (!read(String(value).trim(), reading))
    fail(`iso cannot read ${kindOf(value)}`, `the format ${String(format)}`)
  if (zone === undefined || zone === null || reading.kind !== 'local') return isoText(reading)
  const known = typeof zone === 'string' ? zoneOf(zone) : null
  if (known === null)
    return fail(`iso found ${kindOf(zone)} as zone`, 'a zone such as Europe/Berlin or +01:00')
  return isoText({ ms: known.toInstant(reading.ms), kind: 'instant' })
}

function isTime(value: unknown, format: unknown): boolean {
  const read = formatOf(format)
  if (typeof value !== 'string' && typeof value !== 'number') return false
  return read(String(value).trim(), reading)
}

export const dateFunctions: FunctionGroup = {
  title: 'Dates',
  functions: [
    define(
      'iso(value, format[, zone])',
      'A date text as ISO 8601. Formats: iso, any, epoch-ms, epoch-s, epoch-us or a pattern of yyyy yy MM dd HH mm ss SSS. A local time stays local unless a zone is given; zeros only, as SAP writes no date, give null.',
      [
        ["iso('20260301', 'yyyyMMdd')", '2026-03-01'],
        ["iso('01.03.2026 10:15', 'dd.MM.yyyy HH:mm')", '2026-03-01T10:15:00'],
        ["iso('202607011015', 'yyyyMMddHHmm', 'Europe/Berlin')", '2026-07-01T08:15:00Z'],
        ["iso('2026-03-01T10:15:00+01:00', 'iso')", '2026-03-01T09:15:00Z'],
        ["iso(null, 'iso')", null],
        ["iso('00000000', 'yyyyMMdd')", null],
      ],
      iso,
    ),
    define(
      'isTime(value, format)',
      'Whether a text or number can be read as a time of the format.',
      [
        ["isTime('20260301', 'yyyyMMdd')", true],
        ["isTime('soon', 'any')", false],
      ],
      isTime,
    ),
  ],
}
