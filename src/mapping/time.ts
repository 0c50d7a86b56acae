import type { Instant, SourceTime } from '#model/time.ts'
import { limits } from '#model/limits.ts'
import { kindOf } from '#language/problem.ts'
import type { Reading, TimeFormat } from '#language/times.ts'
import { zoneOf } from '#language/zones.ts'
import type { Zone } from '#language/zones.ts'
import { refuseRecord } from './fault.ts'
import type { Frame, MappingExpression } from './frame.ts'

/**
 * How a rule tells its time, or when it was told. `what`: its key, `names`: the formats as written, both for messages.
 * `home`: the source's zone, null when unknown.
 */
export type TimeRule = {
  readonly what: 'time' | 'told'
  readonly value: MappingExpression
  readonly formats: readonly TimeFormat[]
  readonly names: string
  readonly zone: MappingExpression | null
  readonly home: Zone | null
}

const yearMs = 365.25 * 86_400_000
const ageMsMax = limits.eventAgeYearsMax * yearMs
const aheadMsMax = limits.eventAheadDaysMax * 86_400_000
const reading: Reading = { ms: 0, kind: 'date' }

/** The time of an event; a fault when it cannot be read or cannot be true. */
export function eventTime(rule: TimeRule, frame: Frame, receivedAt: Instant): SourceTime {
  return timeOf(rule, rule.value.run(frame), frame, receivedAt)
}

/** When the source made its statement; undefined where the record does not say; a fault when it cannot be read. */
export function toldAt(rule: TimeRule, frame: Frame, receivedAt: Instant): Instant | undefined {
  const value = rule.value.run(frame)
  return value === null || value === '' ? undefined : timeOf(rule, value, frame, receivedAt).at
}

function timeOf(rule: TimeRule, value: unknown, frame: Frame, receivedAt: Instant): SourceTime {
  const { what } = rule
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refuseRecord(
      'bad-time',
      `${what}.value`,
      `${kindOf(value)} is no time; expected ${rule.names}`,
    )
  }
  const text = typeof value === 'string' ? value.trim() : String(value)
  if (!read(rule.formats, text)) {
    return refuseRecord(
      'bad-time',
      `${what}.value`,
      `'${text.slice(0, 80)}' does not follow ${rule.names}`,
    )
  }
  const time = located(rule, frame, text)
  if (time.at < receivedAt - ageMsMax || time.at > receivedAt + aheadMsMax) {
    const bounds = `${limits.eventAgeYearsMax} years before to ${limits.eventAheadDaysMax} days after the receipt`
    refuseRecord(
      'implausible-time',
      `${what}.value`,
      `'${text.slice(0, 80)}' is not within ${bounds}`,
    )
  }
  return time
}

function read(formats: readonly TimeFormat[], text: string): boolean {
  for (let i = 0; i < formats.length; i += 1) if (formats[i]!(text, reading)) return true
  return false
}

function located(rule: TimeRule, frame: Frame, text: string): SourceTime {
  if (reading.kind !== 'local') return { at: reading.ms, text, certainty: reading.kind }
  const wallMs = reading.ms
  const zone = rule.zone === null ? rule.home : (namedZone(rule, rule.zone.run(frame)) ?? rule.home)
  if (zone === null) return { at: wallMs, text, certainty: 'local' }
  return { at: zone.toInstant(wallMs), text, certainty: 'zoned', zone: zone.name }
}

/** The zone a record names; null for nothing and for X12's LT, local time. */
function namedZone(rule: TimeRule, value: unknown): Zone | null {
  if (value === null || value === '' || value === 'LT') return null
  const zone = typeof value === 'string' ? zoneOf(value) : null
  return zone ?? refuseRecord('bad-time', `${rule.what}.zone`, `${kindOf(value)} is no time zone`)
}
