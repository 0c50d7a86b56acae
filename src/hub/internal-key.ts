/** The key by which programs of this machine's account reach the hub: kept in the data directory for that account alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { authenticate, createKey } from '#api/keys.ts'
import type { Flow } from '#flow/hub.ts'

/** The kept key while it lives, else a new one. */
export async function internalKey(dataDir: string, flow: Flow, now: () => number): Promise<string> {
  const path = join(dataDir, 'hub.key')
  const kept = readKept(path)
  if (kept !== undefined && (await authenticate(flow, kept, now())) !== null) return kept
  const { token } = await createKey(
    flow,
    { name: 'command line of this machine', permissions: ['admin'], scopes: '*' },
    now(),
  )
  writeFileSync(path, token, { mode: 0o600 })
  return token
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
