/**
 * What is usual for a feed, learned from what it did: in which hours of the week it speaks, how long it is quiet between,
 * and how much it says. Quiet is measured in the feed's own time, which passes only as fast as the feed is wont to speak
 * in that hour of the week: a night without receipts is no time at all to a feed that works by day.
 */
import type { Instant } from '#model/time.ts'

/** What was received in one minute (`at` is its beginning). `bad`: quarantined records and events with unknown words. */
export type Beat = {
  readonly at: Instant
  readonly receipts: number
  readonly records: number
  readonly bad: number
}

/** Counts by bucket; bucket n holds values from 1.15^n on. Rank statistics of it are robust and off by at most 15 %. */
export type Histogram = Readonly<Record<string, number>>

/** Plain data, so that it can be kept as JSON. Weights of weeks fade: what a feed did half a year ago says little. */
export type Heartbeat = {
  readonly firstAt: Instant
  readonly lastAt: Instant
  /** Of each hour of the week (UTC, Monday 0:00 is 0): weeks looked at, and in how many of them it spoke. */
  readonly weeks: readonly number[]
  readonly spoke: readonly number[]
  /** Minutes of own time between beats. */
  readonly quiet: Histogram
  /** The longest real gap, while the week is not known yet. */
  readonly longestMs: number
  readonly gaps: number
  /** Records an hour, of hours in which it spoke. */
  readonly hourly: Histogram
  /** The hour under way and its records. */
  readonly hour: Instant
  readonly hourRecords: number
  /** Fading sums of records and bad ones: of a long time, and of the last few hundred. */
  readonly usual: { readonly records: number; readonly bad: number }
  readonly recent: { readonly records: number; readonly bad: number }
}

export const minuteMs = 60_000
export const hourMs = 3_600_000
const hoursOfWeek = 168
/** 1970-01-01 was a Thursday. */
const thursdayHours = 72
const base = Math.log(1.15)
const weeksMax = 12
const samplesMax = 4_000
const recentRecords = 400
const usualRecords = 40_000
/** Longer silence is not walked hour by hour. */
const hoursMax = 24 * 60
/** Own time never stands still: a feed that vanished is missed in the end whatever the hour. */
const paceMin = 0.004
/** The week is known when it was seen twice. */
export const learnedAfterMs = 14 * 24 * hourMs

export function firstBeat({ at }: Beat): Heartbeat {
  const none = { records: 0, bad: 0 }
  const zeros = Array.from({ length: hoursOfWeek }, () => 0)
  const hour = at - (at % hourMs)
  return {
    firstAt: at,
    lastAt: at,
    weeks: zeros,
    spoke: zeros,
    quiet: {},
    longestMs: 0,
    gaps: 0,
    hourly: {},
    hour,
    hourRecords: 0,
    usual: none,
    recent: none,
  }
}

/** `learn` false: what is out of the ordinary (an outage, a flood) teaches nothing about what is usual. */
export function hear(heart: Heartbeat, beat: Beat, learn: boolean): Heartbeat {
  const gapMs = beat.at - heart.lastAt
  if (gapMs < 0) return { ...heart, hourRecords: heart.hourRecords + beat.records }
  const turned = turnHours(heart, beat.at, learn)
  const recent = faded(heart.recent, beat, recentRecords)
  const usual = learn ? faded(heart.usual, beat, usualRecords) : heart.usual
  const next = {
    ...turned,
    lastAt: beat.at,
    recent,
    usual,
    hourRecords: turned.hourRecords + beat.records,
  }
  if (gapMs === 0 || !learn) return next
  const known = heart.lastAt - heart.firstAt >= learnedAfterMs
  return {
    ...next,
    gaps: heart.gaps + 1,
    longestMs: Math.max(heart.longestMs, gapMs),
    quiet: known ? counted(heart.quiet, ownMinutes(heart, heart.lastAt, beat.at)) : heart.quiet,
  }
}

/** Minutes of the feed's own time from `from` to `to`. */
export function ownMinutes(heart: Heartbeat, from: Instant, to: Instant): number {
  let minutes = 0
  let at = from
  for (let i = 0; at < to && i < hoursMax; i++) {
    const end = Math.min(to, at - (at % hourMs) + hourMs)
    minutes += ((end - at) / minuteMs) * pace(heart, at)
    at = end
  }
  return minutes
}

/** The moment when so many minutes of own time will have passed; null when that is far beyond what is looked at. */
export function ownMoment(heart: Heartbeat, from: Instant, minutes: number): Instant | null {
  let left = minutes
  let at = from
  for (let i = 0; i < hoursMax; i++) {
    const end = at - (at % hourMs) + hourMs
    const passing = ((end - at) / minuteMs) * pace(heart, at)
    if (passing >= left) return at + (left / pace(heart, at)) * minuteMs
    left -= passing
    at = end
  }
  return null
}

/** The share of beats that is below: `at` 0.5 is the median. Lower edge of its bucket, or the upper one. */
export function quantile(histogram: Histogram, at: number, edge: 'lower' | 'upper'): number {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .toSorted(([a], [b]) => a - b)
  const all = buckets.reduce((sum, [, count]) => sum + count, 0)
  let below = 0
  for (const [bucket, count] of buckets) {
    below += count
    if (below >= all * at) return Math.exp((bucket + (edge === 'upper' ? 1 : 0)) * base)
  }
  return 0
}

export function sizeOf(histogram: Histogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0)
}

function pace({ weeks, spoke }: Heartbeat, at: Instant): number {
  const hour = hourOfWeek(at)
  const seen = weeks[hour]!
  return seen < 2 ? 1 : Math.max(paceMin, spoke[hour]! / seen)
}

function hourOfWeek(at: Instant): number {
  return (Math.floor(at / hourMs) + thursdayHours) % hoursOfWeek
}

/** Ends the hours before the one of `at`; those in which nothing came count as quiet ones. */
function turnHours(heart: Heartbeat, at: Instant, learn: boolean): Heartbeat {
  const hour = at - (at % hourMs)
  if (hour <= heart.hour) return heart
  if (!learn) return { ...heart, hour, hourRecords: 0 }
  const weeks = [...heart.weeks]
  const spoke = [...heart.spoke]
  const hours = Math.min(hoursMax, (hour - heart.hour) / hourMs)
  for (let i = 0; i < hours; i++) {
    const slot = hourOfWeek(heart.hour + i * hourMs)
    const keep = weeks[slot]! >= weeksMax ? 1 - 1 / weeksMax : 1
    weeks[slot] = weeks[slot]! * keep + 1
    spoke[slot] = spoke[slot]! * keep + (i === 0 ? 1 : 0)
  }
  const hourly = counted(heart.hourly, heart.hourRecords)
  return { ...heart, weeks, spoke, hourly, hour, hourRecords: 0 }
}

function counted(histogram: Histogram, value: number): Histogram {
  const bucket = String(Math.floor(Math.log(Math.max(1, value)) / base))
  const full = sizeOf(histogram) >= samplesMax
  const kept = full
    ? Object.fromEntries(
        Object.entries(histogram)
          .map(([key, count]) => [key, Math.floor(count / 2)] as const)
          .filter(([, count]) => count > 0),
      )
    : histogram
  return { ...kept, [bucket]: (kept[bucket] ?? 0) + 1 }
}

function faded(
  sums: { readonly records: number; readonly bad: number },
  { records, bad }: Beat,
  memory: number,
) {
  const keep = Math.max(0, 1 - records / memory)
  return { records: sums.records * keep + records, bad: sums.bad * keep + bad }
}
