/**
 * A time zone ready for use. `toInstant`: milliseconds of a wall clock (as if it were UTC) to the instant.
 * Where the clock is set back an hour happens twice: the first is meant. Where it is set forward an hour is missing: the
 * reading moves on by the gap. (Temporal's disambiguation `compatible`.)
 */
export type Zone = { readonly name: string; readonly toInstant: (wallMs: number) => number }

/** Codes of X12 data element 623 and abbreviations. Standard and daylight variants are fixed offsets; LT and the general codes are zones. */
const codes: Readonly<Record<string, string>> = {
  UT: 'UTC',
  GM: 'UTC',
  Z: 'UTC',
  GMT: 'UTC',
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
  AT: 'America/Halifax',
  NT: 'America/St_Johns',
  HT: 'Pacific/Honolulu',
  TT: 'America/Halifax',
  ES: '-05:00',
  ED: '-04:00',
  CS: '-06:00',
  CD: '-05:00',
  MS: '-07:00',
  MD: '-06:00',
  PS: '-08:00',
  PD: '-07:00',
  // Abbreviations that carriers write; those that several zones share are read as the one carriers mean.
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
  AST: '-04:00',
  ADT: '-03:00',
  NST: 'America/St_Johns',
  NDT: 'America/St_Johns',
  AKST: '-09:00',
  AKDT: '-08:00',
  HST: '-10:00',
  WET: '+00:00',
  WEST: '+01:00',
  BST: '+01:00',
  CET: '+01:00',
  CEST: '+02:00',
  MET: '+01:00',
  MEZ: '+01:00',
  MESZ: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  MSK: '+03:00',
  IST: '+05:30',
  SGT: '+08:00',
  HKT: '+08:00',
  JST: '+09:00',
  KST: '+09:00',
  AWST: '+08:00',
  ACST: '+09:30',
  ACDT: '+10:30',
  AEST: '+10:00',
  AEDT: '+11:00',
  NZST: '+12:00',
  NZDT: '+13:00',
}

const zonesMax = 1_000
const known = new Map<string, Zone | null>()

/** The zone of an IANA name, an offset such as +01:00 or an X12 time code; null when there is no such zone. */
export function zoneOf(text: string): Zone | null {
  const cached = known.get(text)
  if (cached !== undefined) return cached
  const zone = made(text.trim())
  if (known.size >= zonesMax) known.clear()
  known.set(text, zone)
  return zone
}

function made(text: string): Zone | null {
  const name = codes[text.toUpperCase()] ?? text
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(name)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
    if (minutes > 18 * 60) return null
    const ms = (offset[1] === '-' ? -minutes : minutes) * 60_000
    return { name, toInstant: (wallMs) => wallMs - ms }
  }
  if (name === 'UTC') return { name, toInstant: (wallMs) => wallMs }
  try {
    // Refuses unknown names.
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
  } catch {
    return null
  }
  return { name, toInstant: converter(name) }
}

/** Wall-clock times in [from, to) of a zone that have exactly one instant: `wall - offset`. */
type Span = { readonly from: number; readonly to: number; readonly offset: number }

/** Two a year over the years in which events are believed, twice. */
const spansMax = 150

/** Remembers the spans between two transitions; only an hour around a transition asks Temporal each time. */
function converter(name: string): (wallMs: number) => number {
  const spans: Span[] = []
  let last: Span = { from: 0, to: 0, offset: 0 }
  return (wallMs) => {
    if (wallMs >= last.from && wallMs < last.to) return wallMs - last.offset
    const span = spans.find((one) => wallMs >= one.from && wallMs < one.to)
    if (span !== undefined) {
      last = span
      return wallMs - span.offset
    }
    const instant = asked(name, wallMs)
    if (spans.length >= spansMax) spans.length = 0
    const around = spanAround(name, instant)
    if (wallMs >= around.from && wallMs < around.to) spans.push(around)
    return instant
  }
}

function asked(name: string, wallMs: number): number {
  return Temporal.Instant.fromEpochMilliseconds(wallMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(name, { disambiguation: 'compatible' }).epochMilliseconds
}

function spanAround(name: string, instant: number): Span {
  const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name)
  const offset = here.offsetNanoseconds / 1e6
  const next = here.getTimeZoneTransition('next')
  // A transition that happens exactly here belongs to what came before.
  const before = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  return {
    from: before === null ? -Infinity : before.epochMilliseconds + largerOffset(before, -1, offset),
    to: next === null ? Infinity : next.epochMilliseconds + smallerOffset(next, offset),
    offset,
  }
}

function largerOffset(at: Temporal.ZonedDateTime, ms: number, offset: number): number {
  return Math.max(at.add({ milliseconds: ms }).offsetNanoseconds / 1e6, offset)
}

function smallerOffset(at: Temporal.ZonedDateTime, offset: number): number {
  return Math.min(at.offsetNanoseconds / 1e6, offset)
}
