/** Whether a feed is well: decided from what is usual for it, what it did lately, and the time. Pure; one incident a feed. */
import type { Instant } from '#model/time.ts'
import {
  firstBeat,
  hear,
  hourMs,
  learnedAfterMs,
  minuteMs,
  ownMoment,
  quantile,
  sizeOf,
  type Beat,
  type Heartbeat,
} from './heartbeat.ts'

export type Trouble = 'silent' | 'late' | 'drifting' | 'flooding'

/** `since`: when the trouble began, not when it was noticed. `recoveringSince`: it looks well again, but is not believed yet. */
export type Incident = {
  readonly kind: Trouble
  readonly since: Instant
  readonly noticedAt: Instant
  readonly expected: string
  readonly observed: string
  readonly recoveringSince: Instant | null
}

/** `dueAt`: when the feed will be late; null while it is being learned. */
export type FeedState = {
  readonly heart: Heartbeat
  readonly incident: Incident | null
  readonly dueAt: Instant | null
}

export type Told = 'opened' | 'changed' | 'cleared' | null

/** Quiet must have been seen so often before its end is expected. */
const gapsMin = 10
const gapsMany = 100
const historyMsMin = 24 * hourMs
const floodTimes = 5
const floodRecordsMin = 500
const driftRecordsMin = 50
const driftShareMin = 0.1

/** Takes the beats since the last time, oldest first, and judges at `now`. Null for a feed that never spoke. */
export function judgeFeed(
  before: FeedState | null,
  beats: readonly Beat[],
  now: Instant,
): { readonly state: FeedState | null; readonly told: Told } {
  let state = before
  for (const beat of beats) {
    if (state === null) state = { heart: firstBeat(beat), incident: null, dueAt: null }
    // Each beat is judged at its own time too: what happened while nobody looked is not usual because of that.
    state = { ...state, incident: judge(state, beat.at).incident }
    const learn = state.incident === null
    state = { ...state, heart: hear(state.heart, beat, learn) }
  }
  if (state === null) return { state: null, told: null }
  const { incident, dueAt } = judge(state, now)
  return {
    state: { heart: state.heart, incident, dueAt },
    told: toldOf(before?.incident ?? null, incident),
  }
}

function toldOf(before: Incident | null, after: Incident | null): Told {
  if (before === null) return after === null ? null : 'opened'
  if (after === null) return 'cleared'
  return before.kind === after.kind ? null : 'changed'
}

function judge({ heart, incident }: FeedState, now: Instant) {
  const patience = patienceOf(heart)
  const dueAt = patience === null ? null : patience.lateAt
  const found = troubleOf(heart, patience, now)
  if (found !== null) {
    const first = incident ?? { since: found.since, noticedAt: now }
    const { since, noticedAt } = first
    return {
      dueAt,
      incident: { ...found, since: Math.min(since, found.since), noticedAt, recoveringSince: null },
    }
  }
  if (incident === null) return { dueAt, incident: null }
  // Well again: believed when it stays so, for as long as the feed may be quiet and at least ten minutes.
  const recoveringSince = incident.recoveringSince ?? heart.lastAt
  const usual = patience === null ? 0 : patience.lateAt - heart.lastAt
  const wanted = Math.max(10 * minuteMs, Math.min(usual, 2 * hourMs))
  const cleared = now - recoveringSince >= wanted
  return { dueAt, incident: cleared ? null : { ...incident, recoveringSince } }
}

type Found = Omit<Incident, 'noticedAt' | 'recoveringSince'>
type Patience = { readonly lateAt: Instant; readonly silentAt: Instant; readonly usually: string }

function troubleOf(heart: Heartbeat, patience: Patience | null, now: Instant): Found | null {
  if (patience !== null && now > patience.lateAt) {
    const kind = now > patience.silentAt ? 'silent' : 'late'
    const observed = `nothing for ${duration(now - heart.lastAt)}`
    return { kind, since: heart.lastAt, expected: patience.usually, observed }
  }
  return floodOf(heart, now) ?? driftOf(heart, now)
}

/** When quiet has lasted longer than this feed's quiet does; null while too little is known. */
function patienceOf(heart: Heartbeat): Patience | null {
  const { gaps, longestMs, lastAt, firstAt, quiet } = heart
  if (gaps < gapsMin || lastAt - firstAt < historyMsMin) return null
  if (lastAt - firstAt < learnedAfterMs || sizeOf(quiet) < gapsMin) {
    const usually = `never quiet for longer than ${duration(longestMs)} so far`
    return { lateAt: lastAt + 5 * longestMs, silentAt: lastAt + 8 * longestMs, usually }
  }
  // A steady feed is missed soon after its time, an irregular one later: the spread decides.
  const median = quantile(quiet, 0.5, 'lower')
  const spread = quantile(quiet, 0.995, 'upper') - median
  const lateAt = ownMoment(heart, lastAt, median + 3 * spread + 3)
  const silentAt = ownMoment(heart, lastAt, median + 6 * spread + 10)
  if (lateAt === null || silentAt === null) return null
  // Few gaps say little about the longest: until there are many, the longest real one is waited for too.
  const few = sizeOf(quiet) < gapsMany
  const atLeast = (at: Instant, times: number) =>
    few ? Math.max(at, lastAt + times * longestMs) : at
  const due = ownMoment(heart, lastAt, median + spread) ?? lateAt
  const usually = `heard again within ${duration(due - lastAt)} at this hour of the week`
  return { lateAt: atLeast(lateAt, 1.5), silentAt: atLeast(silentAt, 2.5), usually }
}

function floodOf({ hourly, hour, hourRecords }: Heartbeat, now: Instant): Found | null {
  if (now - hour > hourMs || sizeOf(hourly) < 24) return null
  const most = quantile(hourly, 0.99, 'upper')
  if (hourRecords < floodRecordsMin || hourRecords < floodTimes * most) return null
  const expected = `at most ${Math.round(most)} records an hour`
  return { kind: 'flooding', since: hour, expected, observed: `${hourRecords} in this hour` }
}

/** The recent share of bad records against the usual one: more than chance explains, and enough to matter. */
function driftOf({ usual, recent, lastAt }: Heartbeat, now: Instant): Found | null {
  if (recent.records < driftRecordsMin || usual.records < 4 * driftRecordsMin) return null
  if (now - lastAt > 24 * hourMs) return null
  const before = usual.bad / usual.records
  const share = recent.bad / recent.records
  const chance = 4 * Math.sqrt((Math.max(before, 0.005) * (1 - before)) / recent.records)
  if (share < before + Math.max(driftShareMin, chance)) return null
  const percent = (value: number): string => `${Math.round(value * 100)} %`
  return {
    kind: 'drifting',
    since: lastAt,
    expected: `${percent(before)} of records not understood`,
    observed: `${percent(share)} of the last ${Math.round(recent.records)}`,
  }
}

/** For people: two hours and a half are "2 h 30 min". */
export function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / minuteMs))
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
