import { anyTime } from './any-time.ts'
import type { Settle } from './any-time.ts'

/**
 * What a text says about time. `ms`: milliseconds since 1970 of the wall clock read as if it were UTC, or, for
 * `instant`, of the instant itself. One object is filled again and again by its owner.
 */
export type Reading = { ms: number; kind: 'instant' | 'local' | 'date' }

/** Reads a text into `into`; false when the text does not follow the format. */
export type TimeFormat = (text: string, into: Reading) => boolean

const minuteMs = 60_000
const dayMs = 86_400_000
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days since 1970-01-01 of a date of the Gregorian calendar (Hinnant, days_from_civil). */
function days(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}

function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= monthDays[month - 1]!)) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

/** 24:00:00 is the end of a day, as ISO 8601 and EDI write it. */
function isTime(hour: number, minute: number, second: number): boolean {
  return (
    (hour <= 23 && minute <= 59 && second <= 59) || (hour === 24 && minute === 0 && second === 0)
  )
}

/** The number written by `count` digits at `from`, or NaN. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function settle(into: Reading, kind: Reading['kind'], day: number, timeMs: number): true {
  into.kind = kind
  into.ms = day * dayMs + timeMs
  return true
}

const dash = 45
const colon = 58

/**
 * ISO 8601 calendar dates and times, extended or basic, `T` or a space between: `2026-03-01`, `2026-03-01T10:15`,
 * `20260301T101500.5+0100`. Fractions below a millisecond are cut.
 */
function iso(text: string, into: Reading): boolean {
  const extended = text.charCodeAt(4) === dash
  const year = digits(text, 0, 4)
  const month = digits(text, extended ? 5 : 4, 2)
  const day = digits(text, extended ? 8 : 6, 2)
  if (year !== year || !isDate(year, month, day) || (extended && text.charCodeAt(7) !== dash))
    return false
  let at = extended ? 10 : 8
  if (text.length === at) return settle(into, 'date', days(year, month, day), dayMs / 2)
  const between = text.charCodeAt(at)
  if (between !== 84 && between !== 116 && between !== 32) return false
  at += 1
  const separated = text.charCodeAt(at + 2) === colon
  const hour = digits(text, at, 2)
  const minute = digits(text, at + (separated ? 3 : 2), 2)
  at += separated ? 5 : 4
  let second = 0
  let ms = 0
  if (!(hour <= 24 && minute <= 59)) return false
  if (separated ? text.charCodeAt(at) === colon : isDigit(text, at)) {
    second = digits(text, separated ? at + 1 : at, 2)
    at += separated ? 3 : 2
    if (text[at] === '.' || text[at] === ',') {
      const from = at + 1
      for (at = from; isDigit(text, at); at += 1);
      if (at === from) return false
      ms = digits(text.slice(from, at).padEnd(3, '0'), 0, 3)
    }
  }
  if (!isTime(hour, minute, second) || (hour === 24 && ms > 0)) return false
  const timeMs = ((hour * 60 + minute) * 60 + second) * 1000 + ms
  const day0 = days(year, month, day)
  if (at === text.length) return settle(into, 'local', day0, timeMs)
  const offset = offsetMinutes(text, at)
  return offset === offset && settle(into, 'instant', day0, timeMs - offset * minuteMs)
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** Minutes of `Z`, `+01`, `+0100`, `+01:00` that fill the rest of the text, or NaN. */
function offsetMinutes(text: string, at: number): number {
  const sign = text[at]
  const rest = text.length - at - 1
  if ((sign === 'Z' || sign === 'z') && rest === 0) return 0
  if (sign !== '+' && sign !== '-') return Number.NaN
  const hours = digits(text, at + 1, 2)
  const colons = text.charCodeAt(at + 3) === colon
  if (rest !== 2 && rest !== (colons ? 5 : 4)) return Number.NaN
  const minutes = rest === 2 ? 0 : digits(text, at + (colons ? 4 : 3), 2)
  if (!(hours <= 18 && minutes <= 59)) return Number.NaN
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function epoch(scale: number): TimeFormat {
  return (text, into) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    const ms = Math.floor(value * scale)
    return Math.abs(ms) <= 8.64e15 && settle(into, 'instant', 0, ms)
  }
}

const settleDate: Settle = (into, kind, { year, month, day }, timeMs) =>
  timeMs === timeMs &&
  timeMs <= dayMs &&
  isDate(year, month, day) &&
  settle(into, kind, days(year, month, day), timeMs)

const named: Readonly<Record<string, TimeFormat>> = {
  iso,
  any: anyTime(iso, settleDate, false),
  'any-mdy': anyTime(iso, settleDate, true),
  'epoch-ms': epoch(1),
  'epoch-s': epoch(1000),
  'epoch-us': epoch(1 / 1000),
}

const tokens = ['yyyy', 'SSS', 'yy', 'MM', 'dd', 'HH', 'mm', 'ss'] as const
type Token = (typeof tokens)[number]
type Piece = { readonly token: Token } | { readonly literal: string }

/**
 * A named format (`iso`, `any`, `any-mdy`, `epoch-ms`, `epoch-s`, `epoch-us`) or a pattern of yyyy yy MM dd HH mm ss SSS, T, Z, quoted text
 * and signs. Without HH a reading is a `date`, with Z it is an `instant`. Two-digit years are 2000 to 2079, 1980 to 1999.
 * Gives a sentence when the pattern cannot be understood.
 */
export function timeFormat(
  format: string,
): { ok: true; read: TimeFormat } | { ok: false; message: string } {
  if (Object.hasOwn(named, format)) return { ok: true, read: named[format]! }
  const pieces = split(format)
  if (typeof pieces === 'string') return { ok: false, message: pieces }
  const has = (token: Token): boolean =>
    pieces.some((piece) => 'token' in piece && piece.token === token)
  if (!(has('yyyy') || has('yy')) || !has('MM') || !has('dd')) {
    return { ok: false, message: `the time format ${format} has no year, month and day` }
  }
  const utc = pieces.some((piece) => 'literal' in piece && piece.literal === 'Z')
  return { ok: true, read: reader(pieces, has('HH') ? (utc ? 'instant' : 'local') : 'date') }
}

function split(format: string): Piece[] | string {
  const pieces: Piece[] = []
  for (let at = 0; at < format.length;) {
    const token = tokens.find((one) => format.startsWith(one, at))
    if (token !== undefined) {
      pieces.push({ token })
      at += token.length
    } else if (format[at] === "'") {
      const end = format.indexOf("'", at + 1)
      if (end < 0) return `the time format ${format} has an open quote`
      pieces.push({ literal: format.slice(at + 1, end) })
      at = end + 1
    } else if (/[A-SU-Ya-z]/.test(format[at]!)) {
      return `the time format ${format} has an unknown letter ${format[at]}`
    } else {
      pieces.push({ literal: format[at]! })
      at += 1
    }
  }
  return pieces
}

/** Field values of the pattern being read, in the order of `order`; readers run one at a time. */
const order: readonly Token[] = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS']
const fields = [0, 0, 0, 0, 0, 0, 0]

function reader(pieces: readonly Piece[], kind: Reading['kind']): TimeFormat {
  const program = pieces.map((piece) => {
    if ('literal' in piece)
      return { literal: piece.literal, width: piece.literal.length, field: 0, short: false }
    const short = piece.token === 'yy'
    return {
      literal: '',
      width: piece.token.length,
      field: order.indexOf(short ? 'yyyy' : piece.token),
      short,
    }
  })
  const length = program.reduce((sum, step) => sum + step.width, 0)
  return (text, into) => {
    if (text.length !== length) return false
    fields.fill(0)
    let at = 0
    for (let i = 0; i < program.length; i += 1) {
      const step = program[i]!
      if (step.literal !== '') {
        if (!text.startsWith(step.literal, at)) return false
      } else {
        const value = digits(text, at, step.width)
        if (value !== value) return false
        fields[step.field] = step.short ? value + (value < 80 ? 2000 : 1900) : value
      }
      at += step.width
    }
    return assembled(kind, into)
  }
}

function assembled(kind: Reading['kind'], into: Reading): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = fields
  if (!isDate(year, month, day) || !isTime(hour, minute, second)) return false
  if (kind === 'date') return settle(into, kind, days(year, month, day), dayMs / 2)
  return settle(
    into,
    kind,
    days(year, month, day),
    ((hour * 60 + minute) * 60 + second) * 1000 + ms,
  )
}

/** A reading as ISO 8601 text: an instant with Z, a local time without offset, a date alone. */
export function isoText(reading: Reading): string {
  const text = new Date(reading.ms).toISOString()
  if (reading.kind === 'date') return text.slice(0, 10)
  const whole = reading.ms % 1000 === 0 ? text.slice(0, 19) : text.slice(0, 23)
  return reading.kind === 'local' ? whole : `${whole}Z`
}
