/** Whoever wants to hear of incidents of feeds in this process. */
import type { FeedNews } from './watch.ts'

type Listener = (news: FeedNews) => void

const listeners = new WeakMap<object, Set<Listener>>()

/** Hears of the feeds of one hub, named by its flow; the returned function stops it. */
export function followFeeds(hub: object, listener: Listener): () => void {
  const all = listeners.get(hub) ?? new Set()
  listeners.set(hub, all)
  all.add(listener)
  return () => void all.delete(listener)
}

export function tellFeeds(hub: object, news: readonly FeedNews[]): void {
  for (const listener of listeners.get(hub) ?? []) for (const each of news) listener(each)
}
