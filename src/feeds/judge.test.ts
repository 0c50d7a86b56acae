import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Beat } from './heartbeat.ts'
import { duration, judgeFeed, type FeedState, type Told } from './judge.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** A Monday. */
const start = Date.parse('2026-01-05T00:00:00Z')

type Shape = {
  readonly name: string
  readonly speaks: (at: number) => boolean
  /** Mean minutes between beats; regular feeds keep to them. */
  readonly everyMinutes: number
  readonly regular: boolean
}

const hourOf = (at: number) => new Date(at).getUTCHours()
const isWeekday = (at: number) => new Date(at).getUTCDay() % 6 !== 0
const shapes: readonly Shape[] = [
  { name: 'always', speaks: () => true, everyMinutes: 4, regular: false },
  {
    name: 'office',
    speaks: (at) => isWeekday(at) && hourOf(at) >= 7 && hourOf(at) < 18,
    everyMinutes: 7,
    regular: false,
  },
  { name: 'hourly', speaks: () => true, everyMinutes: 60, regular: true },
  { name: 'daily', speaks: (at) => hourOf(at) === 6, everyMinutes: 1_440, regular: true },
]

function generator(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Minutes with a beat, from `from` to `to`, but for those in an outage. */
function beatsOf(
  shape: Shape,
  seed: number,
  from: number,
  to: number,
  outage?: [number, number],
): Beat[] {
  const random = generator(seed)
  const beats: Beat[] = []
  for (let at = from; at < to; at += minute) {
    const phase = Math.floor((at - from) / minute) % shape.everyMinutes
    const comes = shape.regular
      ? phase === Math.min(shape.everyMinutes - 1, 365)
      : shape.speaks(at) && random() < 1 / shape.everyMinutes
    const out = outage !== undefined && at >= outage[0] && at < outage[1]
    if (comes && !out)
      beats.push({ at, receipts: 1, records: 1 + Math.floor(random() * 5), bad: 0 })
  }
  return beats
}

type Note = { told: Exclude<Told, null>; at: number; kind: string | undefined }

/** Judges every `stepMinutes`, as the watch does. */
function run(
  beats: readonly Beat[],
  from: number,
  to: number,
  stepMinutes = 10,
): { notes: Note[]; state: FeedState | null } {
  let state: FeedState | null = null
  const notes: Note[] = []
  let next = 0
  for (let now = from; now <= to; now += stepMinutes * minute) {
    const taken: Beat[] = []
    while (next < beats.length && beats[next]!.at < now) taken.push(beats[next++]!)
    const judged = judgeFeed(state, taken, now)
    state = judged.state
    if (judged.told !== null)
      notes.push({ told: judged.told, at: now, kind: state?.incident?.kind })
  }
  return { notes, state }
}

for (const shape of shapes) {
  test(`a feed that does what it always did is never alarmed: ${shape.name}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const to = start + 56 * day
        const { notes } = run(beatsOf(shape, seed, start, to), start, to, 30)
        assert.deepEqual(notes, [])
      }),
      { numRuns: 12, seed: 20 },
    )
  })

  test(`an outage of a feed is one incident: found, told once, and cleared once when it is over: ${shape.name}`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 23 }),
        (seed, hours) => {
          // A week day in the sixth week.
          const begins = start + 36 * day + hours * hour
          const ends = begins + 4 * day
          const to = ends + 10 * day
          const { notes } = run(beatsOf(shape, seed, start, to, [begins, ends]), start, to)
          const told = notes.map((note) => note.told)
          assert.equal(told[0], 'opened', JSON.stringify(notes))
          assert.equal(told.at(-1), 'cleared', JSON.stringify(notes))
          assert.equal(told.filter((each) => each !== 'changed').length, 2, JSON.stringify(notes))
          assert.ok(notes[0]!.at > begins && notes[0]!.at < ends)
          assert.ok(notes.some(({ kind }) => kind === 'silent'))
        },
      ),
      { numRuns: 8, seed: 20 },
    )
  })
}

test('a feed that speaks every few minutes is missed within two hours', () => {
  const begins = start + 36 * day + 12 * hour
  const { notes } = run(
    beatsOf(shapes[0]!, 5, start, begins + day, [begins, begins + day]),
    start,
    begins + day,
  )
  assert.ok(notes[0]!.at - begins < 2 * hour, duration(notes[0]!.at - begins))
})

test('a feed whose records are no longer understood is drifting until they are, and one that pours is flooding', () => {
  const shape = shapes[0]!
  const from = start + 30 * day
  const usual = beatsOf(shape, 3, start, start + 40 * day)
  const wrong = usual.map((beat) =>
    beat.at >= from && beat.at < from + day ? { ...beat, bad: Math.ceil(beat.records / 2) } : beat,
  )
  const drift = run(wrong, start, start + 40 * day).notes
  assert.deepEqual(
    drift.map(({ told }) => told),
    ['opened', 'cleared'],
  )
  assert.equal(drift[0]!.kind, 'drifting')
  const poured = usual.map((beat) =>
    beat.at >= from && beat.at < from + 3 * hour ? { ...beat, records: 400 } : beat,
  )
  const flood = run(poured, start, start + 40 * day).notes
  assert.equal(flood[0]!.kind, 'flooding')
  assert.equal(flood.at(-1)!.told, 'cleared')
  assert.equal(flood.length, 2, JSON.stringify(flood))
})

test('a feed that comes and goes after an outage stays one incident', () => {
  const shape = shapes[0]!
  const begins = start + 36 * day
  const beats = beatsOf(shape, 9, start, begins + 3 * day).filter(
    ({ at }) => at < begins || at >= begins + 2 * day || Math.floor((at - begins) / hour) % 6 === 5,
  )
  const shaky = beats.filter(
    ({ at }) => at < begins || at >= begins + 2 * day || at % hour < 6 * minute,
  )
  const { notes } = run(shaky, start, begins + 3 * day)
  assert.deepEqual(
    notes.map(({ told }) => told).filter((told) => told !== 'changed'),
    ['opened', 'cleared'],
  )
})
