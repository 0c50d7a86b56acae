/** A small seeded generator (mulberry32), so that the mock's world is the same at every start. */
export function randomOf(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!
  const digits = (count: number) => Array.from({ length: count }, () => below(10)).join('')
  return { next, below, pick, digits }
}

export type Random = ReturnType<typeof randomOf>
