/** Whoever wants to know what was committed, in this process: the live feed, views. */
import type { Committed } from './changes.ts'

export type Followers = {
  /** Calls `listener` after each commit; the returned function stops it. */
  follow: (listener: (committed: Committed) => void) => () => void
  tell: (committed: Committed) => void
  readonly count: number
}

export function createFollowers(): Followers {
  const listeners = new Set<(committed: Committed) => void>()
  return {
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(committed) {
      for (const listener of listeners) listener(committed)
    },
    get count() {
      return listeners.size
    },
  }
}
