const storageKey = 'orderhub.recent'
const recentMax = 8

export type Recent = { readonly id: string; readonly label: string }

/** Orders opened lately in this browser, newest first. */
export function recents(): readonly Recent[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(stored) ? (stored as Recent[]).slice(0, recentMax) : []
  } catch {
    return []
  }
}

export function remember(recent: Recent) {
  const rest = recents().filter(({ id }) => id !== recent.id)
  localStorage.setItem(storageKey, JSON.stringify([recent, ...rest].slice(0, recentMax)))
}
