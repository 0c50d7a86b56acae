/** Times as many systems and people write them, for sources whose way of writing is not known or changes. */
import { datePart, type Calendar } from './any-date.ts'
import type { Reading, TimeFormat } from './times.ts'
import { zoneOf } from './zones.ts'

/** Of the calendar: what `times.ts` settles readings with. */
export type Settle = (
  into: Reading,
  kind: Reading['kind'],
  date: Calendar,
  timeMs: number,
) => boolean

const charsMax = 80
const zonePattern =
  /(?:^|[\s\d])((?:utc|gmt)?[+-]\d\d?(?::?\d\d)?|z|utc|gmt|[a-z]{2,4}t|ist|msk|bst|jst|[ecmp][sd])$/
const clockPattern =
  /(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?|(?=\s?[ap]\.?m))\s*(?:uhr|hrs?|h\b)?\s*(a\.?m\b\.?|p\.?m\b\.?)?/
const bareClock = /(?:^|\s|t)(\d\d)(\d\d)(\d\d)?(?=\s|$)/
const restPattern =
  /^(?:[\s,;|t-]|at\b|um\b|on\b|le\b|the\b|a las\b|om\b|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mo|di|mi|do|fr|sa|so)[a-z]*\.?)*$/

/**
 * Reads ISO 8601 in all its looseness, `/Date(1614266225000)/`, seconds, milliseconds and microseconds since 1970, digits
 * without signs, month names of the common European languages, am and pm, weekdays, zones behind the time. Where both numbers
 * of `03/04/2026` may be the month, it is the second one, unless `monthFirst` or am and pm say otherwise.
 */
export function anyTime(exact: TimeFormat, settle: Settle, monthFirst: boolean): TimeFormat {
  return (written, into) => {
    if (written.length > charsMax) return false
    const text = written
      .toLowerCase()
      .normalize('NFD')
      .replaceAll(/\p{M}|\([a-z ]*\)/gu, '')
      .trim()
    if (/^[\d.]+$/.test(text) && !/\d\.\d+\./.test(text)) return digitsOnly(text, exact, into)
    const stamp = /^\/?date\((-?\d{1,15})(?:[+-]\d{4})?\)\/?$/.exec(text)
    if (stamp) return instant(into, Number(stamp[1]))
    if (exact(written, into)) return true
    const american = monthFirst || /\d\s*[ap]\.?m\b/.test(text)
    const found = datePart(text, american)
    return found !== null && timed(found.rest, found.date, settle, into)
  }
}

function timed(rest: string, date: Calendar, settle: Settle, into: Reading): boolean {
  const zone = zonePattern.exec(rest)
  const offset = zone === null ? null : zoneOf(zoneName(zone[1]!))
  const front = offset === null ? rest : rest.slice(0, rest.length - zone![1]!.length)
  const clock = clockPattern.exec(front) ?? bareClock.exec(front)
  const left = clock === null ? front : front.replace(clock[0], ' ')
  if (!restPattern.test(left)) return false
  if (clock === null) return settle(into, 'date', date, 43_200_000)
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0', half = ''] = clock
  if (half !== '' && Number(hours) > 12) return settle(into, 'local', date, Number.NaN)
  const hour = half === '' ? Number(hours) : (Number(hours) % 12) + (half.startsWith('p') ? 12 : 0)
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const timeMs = ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms
  const inside = hour <= 24 && Number(minutes) <= 59 && Number(seconds) <= 60
  if (!inside || !settle(into, 'local', date, timeMs)) return false
  if (offset !== null) {
    into.ms = offset.toInstant(into.ms)
    into.kind = 'instant'
  }
  return true
}

/** `gmt-8` and `utc+01:00` are offsets, all else is a name. */
function zoneName(text: string): string {
  const offset = /([+-])(\d\d?):?(\d\d)?$/.exec(text)
  return offset === null
    ? text.toUpperCase()
    : `${offset[1]}${offset[2]!.padStart(2, '0')}:${offset[3] ?? '00'}`
}

const digitFormats: Readonly<Record<number, string>> = { 10: 's', 13: 'ms', 16: 'us' }
const scales: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 0.001 }

function digitsOnly(text: string, exact: TimeFormat, into: Reading): boolean {
  const [whole = '', fraction] = text.split('.')
  const scale = scales[digitFormats[whole.length] ?? '']
  if (scale !== undefined) return instant(into, Math.floor(Number(text) * scale))
  if (fraction !== undefined) return false
  if (whole.length === 12 || whole.length === 14)
    return exact(`${whole.slice(0, 8)}T${whole.slice(8)}`, into)
  if (whole.length === 6) return exact(`20${whole}`, into)
  return whole.length === 8 && exact(whole, into)
}

function instant(into: Reading, ms: number): boolean {
  into.ms = ms
  into.kind = 'instant'
  return true
}
