/** What a running hub tells the command line about itself: one file in its data directory that only its account can read. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PoolConfig } from 'pg'
import { z } from 'zod'

export type Announcement = {
  readonly pid: number
  /** Of the API, e.g. `http://127.0.0.1:4870`. */
  readonly url: string
  /** An API key with all permissions. */
  readonly key: string
  /** The embedded database; null when it is one by URL, which the configuration names. */
  readonly database: { readonly owner: PoolConfig; readonly app: PoolConfig } | null
  readonly startedAt: string
}

const schema = z.object({
  pid: z.number().int().positive(),
  url: z.url(),
  key: z.string(),
  database: z
    .object({ owner: z.record(z.string(), z.unknown()), app: z.record(z.string(), z.unknown()) })
    .nullable(),
  startedAt: z.string(),
})
const answerMsMax = 3000

export function announce(dataDir: string, announcement: Announcement): void {
  const path = pathIn(dataDir)
  rmSync(`${path}.new`, { force: true })
  writeFileSync(`${path}.new`, JSON.stringify(announcement), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Takes back what this process announced. */
export function withdraw(dataDir: string): void {
  if (read(dataDir)?.pid === process.pid) rmSync(pathIn(dataDir), { force: true })
}

/** The hub that runs on a data directory, or undefined: nothing announced, its process is gone, or it does not answer. */
export async function runningHub(dataDir: string): Promise<Announcement | undefined> {
  const found = read(dataDir)
  if (found === undefined || !lives(found.pid)) return undefined
  try {
    const answer = await fetch(new URL('/livez', found.url), {
      signal: AbortSignal.timeout(answerMsMax),
    })
    await answer.arrayBuffer()
    return answer.ok ? found : undefined
  } catch {
    return undefined
  }
}

function read(dataDir: string): Announcement | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'hub.json')
}
