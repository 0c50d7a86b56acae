import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

/** Shared with `public/theme.js`, which applies it before the first paint. */
const storageKey = 'orderhub.theme'
const order: readonly Theme[] = ['system', 'light', 'dark']
const watchers = new Set<() => void>()

function current(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

export function nextTheme() {
  const theme = order[(order.indexOf(current()) + 1) % order.length] ?? 'system'
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(storageKey, theme)
  } catch {
    // Storage is refused: the choice lasts as long as the page.
  }
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export const useTheme = (): Theme => useSyncExternalStore(watch, current)
