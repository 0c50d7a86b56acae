/** One-time links into the browser pages. They live in memory: a restart makes new ones. */
import type { Instant } from '#model/time.ts'
import { randomText, secretHash } from './secrets.ts'
import type { Permission } from './principal.ts'

export type EntryRequest = {
  readonly name?: string
  readonly permissions?: readonly Permission[]
  /** Null for every scope. */
  readonly scopeKeys?: readonly number[] | null
}

/** `path` is what the browser opens, `/enter/<token>`. */
export type Entry = { readonly path: string; readonly url: string; readonly expiresAt: Instant }

/** For whom a link is. */
export type Entrant = {
  readonly name: string
  readonly permissions: readonly Permission[]
  readonly scopeKeys: readonly number[] | null
}

export type Entries = {
  readonly create: (request: EntryRequest, url: string) => Entry
  /** Whom the link lets in, once; null when it was used, has expired or never was. */
  readonly use: (token: string) => Entrant | null
}

const entryMs = 15 * 60_000
const entriesMax = 100

export function createEntries(now: () => Instant): Entries {
  const open = new Map<string, { entrant: Entrant; expiresAt: Instant }>()
  return {
    create(request, url) {
      for (const [key, entry] of open) if (entry.expiresAt <= now()) open.delete(key)
      const oldest = open.keys().next().value
      if (open.size >= entriesMax && oldest !== undefined) open.delete(oldest)
      const token = randomText(43)
      const expiresAt = now() + entryMs
      const { name = 'browser', permissions = ['admin'], scopeKeys = null } = request
      open.set(keyOf(token), { entrant: { name, permissions, scopeKeys }, expiresAt })
      return { path: `/enter/${token}`, url: `${url}/enter/${token}`, expiresAt }
    },
    use(token) {
      const key = keyOf(token)
      const entry = open.get(key)
      open.delete(key)
      return entry === undefined || entry.expiresAt <= now() ? null : entry.entrant
    },
  }
}

function keyOf(token: string): string {
  return secretHash(token).toString('base64')
}
