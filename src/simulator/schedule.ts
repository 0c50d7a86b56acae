/** Who speaks next: a binary heap of deals by the time of their next statement, in flat arrays. */
import type { Instant } from '#model/time.ts'

export type Schedule = {
  readonly size: () => number
  /** Time of the earliest entry; Infinity when empty. */
  readonly at: () => Instant
  readonly push: (at: Instant, deal: number, nth: number) => void
  /** Takes the earliest entry (lowest deal first among equals). */
  readonly pop: () => { readonly at: Instant; readonly deal: number; readonly nth: number }
}

export function schedule(): Schedule {
  const times: number[] = []
  const deals: number[] = []
  const nths: number[] = []
  const before = (a: number, b: number) =>
    times[a]! < times[b]! || (times[a] === times[b] && deals[a]! < deals[b]!)
  const swap = (a: number, b: number) => {
    for (const list of [times, deals, nths]) {
      const kept = list[a]!
      list[a] = list[b]!
      list[b] = kept
    }
  }
  const sink = () => {
    let at = 0
    for (;;) {
      const left = at * 2 + 1
      if (left >= times.length) return
      const least = left + 1 < times.length && before(left + 1, left) ? left + 1 : left
      if (!before(least, at)) return
      swap(least, at)
      at = least
    }
  }
  return {
    size: () => times.length,
    at: () => times[0] ?? Infinity,
    push: (at, deal, nth) => {
      let place = times.push(at) - 1
      deals.push(deal)
      nths.push(nth)
      while (place > 0 && before(place, (place - 1) >> 1)) {
        swap(place, (place - 1) >> 1)
        place = (place - 1) >> 1
      }
    },
    pop: () => {
      const top = { at: times[0]!, deal: deals[0]!, nth: nths[0]! }
      const last = times.length - 1
      swap(0, last)
      times.pop()
      deals.pop()
      nths.pop()
      sink()
      return top
    },
  }
}
