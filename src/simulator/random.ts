/** A small seeded generator (sfc32): the same seed gives the same world on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number
  /** Whole number in [from, to], both inclusive. */
  readonly int: (from: number, to: number) => number
  /** Uniform in [from, to). */
  readonly between: (from: number, to: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
}

/** A generator for `seed` and a stream number, so that every order has dice of its own. */
export function random(seed: number, stream = 0): Random {
  const next = sfc32(seed >>> 0, Math.trunc(seed / 2 ** 32) >>> 0, stream >>> 0)
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    between: (from, to) => from + next() * (to - from),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
  }
}

// Chris Doty-Humphrey's small fast counter; twelve rounds mix neighbouring seeds apart.
function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
