/**
 * A date and a time of day as EDI writes them, as ISO 8601 without a zone: `2026-03-01T10:15:00`, or `2026-03-01` where there
 * is no time or none that can be read. Dates: yyyymmdd or yymmdd (years 80 to 99 are of the last century); times: hhmm,
 * hhmmss and finer. Null when the date is none.
 */
export function moment(date: unknown, time?: unknown): string | null {
  if (typeof date !== 'string') return null
  const day = dayOf(date.trim())
  if (day === null) return null
  const clock = typeof time === 'string' ? clockOf(time.trim()) : null
  return clock === null ? day : `${day}T${clock}`
}

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** yyyy-mm-dd of a calendar date; null when it is none. */
export function isoDay(year: number, month: number, day: number): string | null {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth[month - 1]!)) return null
  if (month === 2 && day === 29 && !leap) return null
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** hh:mm:ss of hhmm, hhmmss or finer; null when it is none. */
export function clockOf(text: string): string | null {
  if (!/^\d{4}(?:\d{2,4})?$/.test(text)) return null
  const [hour, minute, second] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6) || '00']
  if (hour === '24') return minute === '00' && second === '00' ? '24:00:00' : null
  return hour <= '23' && minute <= '59' && second <= '59' ? `${hour}:${minute}:${second}` : null
}

/** A year of two digits: 80 to 99 are of the last century. */
export function fullYear(year: number): number {
  return year < 80 ? 2000 + year : 1900 + year
}

function dayOf(text: string): string | null {
  if (!/^\d{6}(?:\d\d)?$/.test(text)) return null
  const cut = text.length - 4
  const year = Number(text.slice(0, cut))
  return isoDay(
    cut === 4 ? year : fullYear(year),
    Number(text.slice(cut, cut + 2)),
    Number(text.slice(cut + 2)),
  )
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
