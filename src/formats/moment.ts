/**
 * A date and a time of day as EDI writes them, as ISO 8601 without a zone: `2026-03-01T10:15:00`, or `2026-03-01` where there
 * is no time or none that can be read. Dates: yyyymmdd or yymmdd (years 80 to 99 are of the last century); times: hhmm,
 * hhmmss and finer. Null when the date is none.
 */
export function moment(date: unknown, time?: unknown): string | null {
  if (typeof date !== 'string') return null
  const day = dayOf(date.trim())
  if (day === null || typeof time !== 'string') return day
  const clock = clockOf(time.trim())
  return clock === null ? day : `${day}T${clock}`
}

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** yyyy-mm-dd of a calendar date; null when it is none. */
export function isoDay(year: number, month: number, day: number): string | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth[month - 1]!)) return null
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (month === 2 && day === 29 && !leap) return null
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** hh:mm:ss of hhmm, hhmmss or finer; null when it is none. */
export function clockOf(text: string): string | null {
  const size = text.length
  if (size < 4 || size > 8 || size === 5) return null
  const number = digits(text, 0, size)
  if (number < 0) return null
  const hour = digits(text, 0, 2)
  const minute = digits(text, 2, 2)
  const second = size >= 6 ? digits(text, 4, 2) : 0
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && minute + second > 0)) return null
  return `${two(hour)}:${two(minute)}:${two(second)}`
}

/** A year of two digits: 80 to 99 are of the last century. */
export function fullYear(year: number): number {
  return year < 80 ? 2000 + year : 1900 + year
}

function dayOf(text: string): string | null {
  const short = text.length === 6
  if (!short && text.length !== 8) return null
  const cut = text.length - 4
  const year = digits(text, 0, cut)
  const month = digits(text, cut, 2)
  const day = digits(text, cut + 2, 2)
  return year < 0 ? null : isoDay(short ? fullYear(year) : year, month, day)
}

/** The number that `count` digits write, -1 where they are none. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
