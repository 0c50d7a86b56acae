import type { Instant } from '#model/time.ts'

/**
 * Wall clocks of the simulated systems, by own rules: the simulator is an oracle for the hub's reading of local times,
 * so it shares no code with it.
 */
export type Wall = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The zones of the demo company with their standard offset in hours and their summer time rule. */
const zones = {
  UTC: { hours: 0, summer: 'none' },
  'Europe/Berlin': { hours: 1, summer: 'eu' },
  'Asia/Singapore': { hours: 8, summer: 'none' },
  'America/New_York': { hours: -5, summer: 'us' },
  'America/Chicago': { hours: -6, summer: 'us' },
  'America/Denver': { hours: -7, summer: 'us' },
  'America/Los_Angeles': { hours: -8, summer: 'us' },
} as const

export type Zone = keyof typeof zones

/** Milliseconds that a zone's wall clock is ahead of UTC at an instant. */
export function offsetMs(zone: Zone, at: Instant): number {
  const { hours, summer } = zones[zone]
  return (hours + (isSummer(summer, hours, at) ? 1 : 0)) * hourMs
}

/** What a clock on the wall of `zone` shows. Fields are as people write them (January is 1). */
export function wall(at: Instant, zone: Zone = 'UTC'): Wall {
  const local = at + offsetMs(zone, at)
  const days = Math.floor(local / dayMs)
  const rest = local - days * dayMs
  const { year, month, day } = civil(days)
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / hourMs),
    minute: Math.floor(rest / minuteMs) % 60,
    second: Math.floor(rest / 1000) % 60,
    ms: Math.floor(rest) % 1000,
  }
}

export const two = (n: number) => (n < 10 ? `0${n}` : `${n}`)

/** `20261122` */
export function compactDate(w: Wall): string {
  return `${w.year}${two(w.month)}${two(w.day)}`
}

/** `150301` */
export function compactTime(w: Wall): string {
  return two(w.hour) + two(w.minute) + two(w.second)
}

/** `2026-11-22` */
export function isoDate(w: Wall): string {
  return `${w.year}-${two(w.month)}-${two(w.day)}`
}

/** ISO 8601 with the zone's offset: `2026-11-22T15:03:01-06:00`, or `Z` for UTC. */
export function isoText(at: Instant, zone: Zone = 'UTC'): string {
  const w = wall(at, zone)
  const text = `${isoDate(w)}T${two(w.hour)}:${two(w.minute)}:${two(w.second)}`
  if (zone === 'UTC') return `${text}Z`
  const minutes = offsetMs(zone, at) / minuteMs
  const size = Math.abs(minutes)
  return `${text}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** Days since 1970-01-01 of a civil date (Howard Hinnant's algorithm). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civil(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1 }
}

function isSummer(rule: 'none' | 'eu' | 'us', standardHours: number, at: Instant): boolean {
  if (rule === 'none') return false
  const { year } = civil(Math.floor(at / dayMs))
  if (rule === 'eu') {
    return (
      at >= sundayFrom(year, 3, 25) * dayMs + hourMs &&
      at < sundayFrom(year, 10, 25) * dayMs + hourMs
    )
  }
  const begins = sundayFrom(year, 3, 8) * dayMs + (2 - standardHours) * hourMs
  const ends = sundayFrom(year, 11, 1) * dayMs + (1 - standardHours) * hourMs
  return at >= begins && at < ends
}

// The first Sunday on or after a date; 1970-01-01 was a Thursday.
function sundayFrom(year: number, month: number, day: number): number {
  const days = daysOf(year, month, day)
  return days + ((7 - ((days + 4) % 7)) % 7)
}
