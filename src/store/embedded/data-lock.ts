/** One hub per data directory: a lock file that names its holder and outlives no process. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { HubError } from '#model/error.ts'

/** A held lock; `release` is idempotent. */
export type DataLock = { release(): void }

type Holder = { readonly pid: number; readonly started: string }

const attemptsMax = 5

/** Takes the lock of `dataDir` or throws `DATA_DIRECTORY_IN_USE`, naming the process that holds it. */
export function lockDataDirectory(dataDir: string): DataLock {
  const path = join(dataDir, 'hub.lock')
  const mine = join(dataDir, `hub.lock.${process.pid}.${Math.random().toString(36).slice(2)}`)
  const holder: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' }
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o644 })
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (linkInPlace(mine, path)) return { release: () => releaseOwn(path, holder) }
      const other = holderOf(path)
      if (other && startOf(other.pid) === other.started) throw inUse(dataDir, other.pid)
      setAsideStale(path, other)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  throw inUse(dataDir, undefined)
}

/** A hard link either appears whole or fails because the name is taken: the file system decides who wins. */
function linkInPlace(mine: string, path: string): boolean {
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead hub's lock away; if another hub was quicker, its fresh lock is put back. */
function setAsideStale(path: string, stale: Holder | undefined): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (JSON.stringify(holderOf(aside)) !== JSON.stringify(stale)) linkInPlace(aside, path)
  rmSync(aside, { force: true })
}

function releaseOwn(path: string, { pid, started }: Holder): void {
  const holder = holderOf(path)
  if (holder?.pid === pid && holder.started === started) rmSync(path, { force: true })
}

function holderOf(path: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return typeof pid === 'number' && started ? { pid, started } : undefined
  } catch {
    return undefined
  }
}

/**
 * When a process started, as text that no later process with the same number repeats, or undefined if
 * it is dead. Field 22 of /proc/<pid>/stat counts since boot, so the boot is part of it.
 */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    return String(spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)]).stdout).trim() || undefined
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const dead = fields[0] === 'Z' || fields[0] === 'X'
    return dead
      ? undefined
      : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`
  } catch {
    return undefined
  }
}

function inUse(dataDir: string, pid: number | undefined): HubError {
  const who = pid === undefined ? 'Another hub' : `Another hub (pid ${pid})`
  return new HubError({
    code: 'DATA_DIRECTORY_IN_USE',
    message: `${who} is using the data directory ${dataDir}.`,
    hint: 'Stop that hub, or start this one with another directory: --data <dir>.',
  })
}
