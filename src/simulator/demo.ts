/** The world that `npm start` shows: weeks of history at once, then the same orders and new ones going on, sped up. */
import type { Instant } from '#model/time.ts'
import { dayMs } from './calendar.ts'
import { simulate, type Message } from './simulate.ts'
import { usualFaults, type Faults } from './story/teller.ts'

export type Demo = {
  readonly seed: number
  /** Where history ends and the live stream begins. */
  readonly now: Instant
  /** Golden orders placed before `now`, 300 where not given. */
  readonly orders?: number
  /** Days of history, 35 where not given. */
  readonly historyDays?: number
  /** How long a day takes after `now`, in ms; 75,000 where not given: about three messages a second. */
  readonly dayTakesMs?: number
  /** Days of the story after `now`; 600 where not given: some twelve hours. */
  readonly liveDays?: number
  /** Number of the first golden order; a second start over kept data needs a range of its own. */
  readonly firstOrder?: number
  readonly faults?: Partial<Faults>
}

export type DemoStream = {
  /** Messages that came up to `now`, to load as fast as they can be taken. */
  readonly history: () => Generator<Message, void, undefined>
  /** Messages after `now`, each to be sent at its `at`; begins behind `history`, which it skips when nobody drew it. */
  readonly live: () => Generator<Message, void, undefined>
}

/** Sources gather for at most this long in the live stream: people watch. */
const livePatienceMsMax = 4000

/** One world in two parts; event times after `now` are compressed with the stream, so that nothing lies ahead of the clock. */
export function demo(options: Demo): DemoStream {
  const {
    seed,
    now,
    orders = 300,
    historyDays = 35,
    dayTakesMs = 75_000,
    liveDays = 600,
    firstOrder = 0,
  } = options
  const pace = dayTakesMs / dayMs
  const { messages } = simulate({
    seed,
    firstOrder,
    orders: Math.round((orders * (historyDays + liveDays)) / historyDays),
    from: now - historyDays * dayMs,
    days: historyDays + liveDays,
    faults: { ...usualFaults, ...options.faults },
    warp: (at) => (at <= now ? at : now + Math.floor((at - now) * pace)),
    patienceMsMax: (at) => (at <= now ? Infinity : livePatienceMsMax),
  })
  const all = messages()
  let waiting: Message | null = null
  function* history(): Generator<Message, void, undefined> {
    while (waiting === null) {
      const next = all.next()
      if (next.done === true) return
      if (next.value.at <= now) yield next.value
      else waiting = next.value
    }
  }
  function* live(): Generator<Message, void, undefined> {
    for (const message of history()) void message
    if (waiting !== null) yield waiting
    yield* all
  }
  return { history, live }
}
