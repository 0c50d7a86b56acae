import { useEffect, useSyncExternalStore } from 'react'

const storageKey = 'orderhub.singleKeys'
const sequenceMs = 1_200
const watchers = new Set<() => void>()

/** Whether single keys act (WCAG 2.1.4: they can be turned off). Kept in this browser. */
export const singleKeysOn = (): boolean => localStorage.getItem(storageKey) !== 'off'

export function setSingleKeys(on: boolean) {
  localStorage.setItem(storageKey, on ? 'on' : 'off')
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export const useSingleKeys = (): boolean => useSyncExternalStore(watch, singleKeysOn)

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
  (target as HTMLInputElement).type !== 'range' &&
  (target as HTMLInputElement).type !== 'checkbox'

/** `mod+k`, `g o` (a sequence), `j`, `?`: what a pressed key is called in a key map. */
function nameOf(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey
  return mod ? `mod+${event.key.toLowerCase()}` : event.key
}

/**
 * Binds keys while the component is mounted. Keys are ignored while somebody types and below an open dialog,
 * except those with a modifier. The handler may return false to let the browser have the key.
 */
export function useKeys(keys: Readonly<Record<string, () => unknown>>) {
  useEffect(() => {
    let first = ''
    let firstAt = 0
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return
      const name = nameOf(event)
      if (!name.startsWith('mod+')) {
        if (
          !singleKeysOn() ||
          typing(event.target) ||
          document.querySelector('dialog[open]') !== null
        )
          return
      }
      const sequence = event.timeStamp - firstAt < sequenceMs ? `${first} ${name}` : ''
      const run = keys[sequence] ?? keys[name]
      first = name
      firstAt = event.timeStamp
      if (run === undefined || run() === false) return
      event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [keys])
}
