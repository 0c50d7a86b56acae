import { clockOf, fullYear, isoDay, moment } from '../moment.ts'

/** Hours and minutes east of Greenwich of zones that senders write into formats 301 to 304. */
const zones: Readonly<Record<string, string>> = {
  UTC: 'Z',
  GMT: 'Z',
  Z: 'Z',
  WET: 'Z',
  BST: '+01:00',
  CET: '+01:00',
  MEZ: '+01:00',
  CES: '+02:00',
  EET: '+02:00',
  JST: '+09:00',
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
}

type Moment = { readonly at: string | null; readonly until?: string | null }

/**
 * The moment of a DTM (data element 2380) in the format that code list 2379 names, as ISO 8601: a day, a local time, or a
 * time with its offset; a period has its begin and end. Null where the value says no moment (durations, unreadable).
 */
export function momentOf(value: string, format: string): Moment | null {
  const text = value.trim()
  const made = momentIn(text, format)
  return made === null || made.at === null ? null : made
}

function momentIn(text: string, format: string): Moment | null {
  switch (format) {
    case '2':
      return { at: backwards(text, 0, 2, 4) }
    case '3':
      return { at: backwards(text, 2, 0, 4) }
    case '4':
      return { at: backwards(text, 0, 2, 4) }
    case '5':
      return { at: joined(backwards(text.slice(0, 8), 0, 2, 4), text.slice(8)) }
    case '':
    case '101':
    case '102':
    case '201':
    case '202':
    case '203':
    case '204':
      return { at: plain(text, format) }
    case '205':
    case '207':
    case '208':
    case '301':
    case '302':
    case '303':
    case '304':
      return { at: zoned(text, format) }
    case '602':
      return { at: /^\d{4}$/.test(text) ? `${text}-01-01` : null, until: `${text}-12-31` }
    case '609':
      return month(fullYear(Number(text.slice(0, 2))), Number(text.slice(2)))
    case '610':
      return month(Number(text.slice(0, 4)), Number(text.slice(4)))
    case '105':
      return { at: dayOfYear(fullYear(Number(text.slice(0, 2))), Number(text.slice(2))) }
    case '615':
    case '616':
      return week(text)
    case '711':
    case '713':
    case '717':
    case '718':
    case '719':
      return period(text)
    default:
      return null
  }
}

/** Digits of a date, with a time behind it: the format says whether the year has two digits; without one the length does. */
function plain(text: string, format: string): string | null {
  if (!/^\d{6,14}$/.test(text)) return null
  const short =
    format === '101' ||
    format === '201' ||
    format === '202' ||
    (format === '' && [6, 10].includes(text.length))
  const size = short ? 6 : 8
  return joined(moment(text.slice(0, size)), text.slice(size))
}

function joined(day: string | null, time: string): string | null {
  if (day === null || time === '') return day
  const clock = clockOf(time)
  return clock === null ? null : `${day}T${clock}`
}

function backwards(text: string, day: number, month: number, year: number): string | null {
  if (!/^\d{6}(?:\d\d)?$/.test(text)) return null
  const written = Number(text.slice(year))
  return isoDay(
    text.length === 6 ? fullYear(written) : written,
    Number(text.slice(month, month + 2)),
    Number(text.slice(day, day + 2)),
  )
}

/** 205, 207, 208: an offset behind the time; 301 to 304: three signs of a zone or an offset. */
function zoned(text: string, format: string): string | null {
  const match = /^(\d{10,14})\s*(.*)$/.exec(text)
  if (match === null) return null
  const [, digits = '', zone = ''] = match
  const short = format === '207' || format === '301' || format === '302'
  const at = plain(digits, short ? (digits.length === 10 ? '201' : '202') : '203')
  if (at === null || zone === '') return at
  const offset = /^([+-])(\d\d?)(?::?(\d\d))?$/.exec(zone)
  if (offset === null) return `${at}${zones[zone.toUpperCase()] ?? ''}`
  return `${at}${offset[1]}${offset[2]!.padStart(2, '0')}:${offset[3] ?? '00'}`
}

const dayMs = 86_400_000

function month(year: number, number: number): Moment | null {
  const at = isoDay(year, number, 1)
  if (at === null) return null
  return { at, until: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) }
}

function dayOfYear(year: number, number: number): string | null {
  if (!(number >= 1 && number <= 366)) return null
  return new Date(Date.UTC(year, 0, number)).toISOString().slice(0, 10)
}

/** Weeks of ISO 8601: week 1 has the year's first Thursday. */
function week(text: string): Moment | null {
  if (!/^\d{4}(?:\d\d)?$/.test(text)) return null
  const cut = text.length - 2
  const written = Number(text.slice(0, cut))
  const number = Number(text.slice(cut))
  if (number < 1 || number > 53) return null
  const fourth = Date.UTC(cut === 2 ? fullYear(written) : written, 0, 4)
  const monday =
    fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * dayMs + (number - 1) * 7 * dayMs
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  return { at: day(monday), until: day(monday + 6 * dayMs) }
}

/** Begin and end, of equal length, with a hyphen between or none. */
function period(text: string): Moment | null {
  const digits = text.replace('-', '')
  if (!/^\d+$/.test(digits) || digits.length % 2 === 1) return null
  const half = digits.length / 2
  return { at: plain(digits.slice(0, half), ''), until: plain(digits.slice(half), '') }
}
