import type { Instant, SourceTime } from '#model/time.ts'
import { limits } from '#model/limits.ts'
import { kindOf } from '#language/problem.ts'
import type { Reading, TimeFormat } from '#language/times.ts'
import { zoneOf } from '#language/zones.ts'
import type { Zone } from '#language/zones.ts'
import { refuseRecord } from './fault.ts'
import type { Frame, MappingExpression } from './frame.ts'

/** How a rule tells its time. `names`: the formats as written, for messages. `home`: the source's zone, null when unknown. */
export type TimeRule = {
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
  const value = rule.value.run(frame)
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refuseRecord(
      'bad-time',
      'time.value',
      `${kindOf(value)} is no time; expected ${rule.names}`,
    )
  }
  const text = typeof value === 'string' ? value.trim() : String(value)
  if (!read(rule.formats, text)) {
    return refuseRecord(
      'bad-time',
      'time.value',
      `'${text.slice(0, 80)}' does not follow ${rule.names}`,
    )
  }
  const time = located(rule, frame, text)
  if (time.at < receivedAt - ageMsMax || time.at > receivedAt + aheadMsMax) {
    const bounds = `${limits.eventAgeYearsMax} years before to ${limits.eventAheadDaysMax} days after the receipt`
    refuseRecord('implausible-time', 'time.value', `'${text.slice(0, 80)}' is not within ${bounds}`)
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
  const zone = rule.zone === null ? rule.home : (namedZone(rule.zone.run(frame)) ?? rule.home)
  if (zone === null) return { at: wallMs, text, certainty: 'local' }
  return { at: zone.toInstant(wallMs), text, certainty: 'zoned', zone: zone.name }
}

/** The zone a record names; null for nothing and for X12's LT, local time. */
function namedZone(value: unknown): Zone | null {
  if (value === null || value === '' || value === 'LT') return null
  const zone = typeof value === 'string' ? zoneOf(value) : null
  return zone ?? refuseRecord('bad-time', 'time.zone', `${kindOf(value)} is no time zone`)
}
