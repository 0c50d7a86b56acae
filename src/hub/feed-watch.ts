/** Looks at the feeds from time to time while the hub runs. */
import { tellFeeds } from '#feeds/news.ts'
import { createFeedWatch } from '#feeds/watch.ts'
import type { Flow } from '#flow/hub.ts'

const everyMs = 15_000

/** Looks end before it is disposed; one that fails is said once and made again at the next turn. */
export function startFeedWatch(
  flow: Flow,
  now: () => number,
  log: (message: string) => void,
): AsyncDisposable {
  const watch = createFeedWatch(flow.pool, flow.access)
  let looking: Promise<void> = Promise.resolve()
  let said = ''
  const look = async (): Promise<void> => {
    try {
      tellFeeds(flow, await watch.look(now()))
      said = ''
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      if (what !== said) log(`feeds could not be judged: ${what}`)
      said = what
    }
  }
  const timer = setInterval(() => (looking = looking.then(look)), everyMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}
