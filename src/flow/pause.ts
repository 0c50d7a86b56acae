import { setImmediate as turn } from 'node:timers/promises'

/** How long work may keep the process to itself: sockets that feed the database run dry behind longer stretches. */
const stretchMs = 3

/**
 * A pause for long work: `if (pause.due()) await pause.take()` inside its loop lets sockets, requests and timers have
 * their turn.
 */
export type Pause = { readonly due: () => boolean; readonly take: () => Promise<void> }

export function createPause(): Pause {
  let since = performance.now()
  return {
    due: () => performance.now() - since > stretchMs,
    take: async () => {
      await turn()
      since = performance.now()
    },
  }
}
