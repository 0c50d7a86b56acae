import { words } from '#ui/words/en.ts'

const locale = 'en-GB'
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = {
  moment: new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }),
  full: new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }),
  day: new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' }),
  dayYear: new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }),
  clock: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
  month: new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric' }),
} as const

/** A point in time in the viewer's zone: `moment` Mon 4 May 14:05, `full` with year, seconds and zone, and so on. */
export function formatTime(at: string | number, style: keyof typeof formats): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : formats[style].format(date).replace(',', '')
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A length of time in its largest sensible unit: `40 s`, `25 min`, `9 h`, `3 d`. */
export function span(ms: number): string {
  const size = Math.abs(ms)
  if (size < minute) return `${Math.round(size / second)} s`
  if (size < hour) return `${Math.round(size / minute)} min`
  if (size < 2 * day) return `${Math.round(size / hour)} h`
  return `${Math.round(size / day)} d`
}

/** How long ago; beyond a week the date itself. */
export function ago(at: string | number, now: number): string {
  const age = now - new Date(at).getTime()
  if (age < 5 * second) return words.time.justNow
  if (age < minute) return words.time.seconds(Math.round(age / second))
  if (age < hour) return words.time.minutes(Math.round(age / minute))
  if (age < day) return words.time.hours(Math.round(age / hour))
  if (age < 7 * day) return words.time.days(Math.round(age / day))
  return formatTime(at, 'dayYear')
}

const isoTime = /^\d{4}-\d\d-\d\d(T|$)/u

/** Whether a fact's text is an ISO 8601 date or time and so is shown as one. */
export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && isoTime.test(value)

/** A date or time fact as people read it; a day without a time stays a day. */
export const readTime = (value: string): string =>
  formatTime(value, value.length <= 10 ? 'day' : 'moment')
