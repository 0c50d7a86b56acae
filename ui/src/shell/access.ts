import { useSyncExternalStore } from 'react'

let denied = false
const watchers = new Set<() => void>()

/** Set when the hub answers 401, cleared when it answers again. */
export function setDenied(next: boolean) {
  if (next === denied) return
  denied = next
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export const useDenied = (): boolean => useSyncExternalStore(watch, () => denied)
