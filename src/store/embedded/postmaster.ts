/** The server's main process: found again by what it is, never by its number alone. */
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '#model/error.ts'

/** A server process seen alive on a cluster directory. */
export type Postmaster = { readonly pid: number; readonly program: string }

const pollMs = 20
const fastStopMsMax = 120_000
const immediateStopMsMax = 15_000

/** The live server on `clusterDir`, or undefined: no pid file, a dead process, or a stranger with its number. */
export function findPostmaster(clusterDir: string, marker: string): Postmaster | undefined {
  const pid = pidFileOf(clusterDir)
  if (pid === undefined) return undefined
  const program = commandLine(pid)
  const names = program?.includes(`cluster_name=${marker}`) && sameDirectory(pid, clusterDir)
  return program && names ? { pid, program: program[0] ?? '' } : undefined
}

/** The number in `postmaster.pid`, whoever has it now. */
export function pidFileOf(clusterDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** True when some process has this number, also one that we may not signal. */
export function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Fast shutdown: sessions are ended, a checkpoint is written. Immediate (still crash-safe) when that hangs. */
export async function stopPostmaster(clusterDir: string, marker: string): Promise<void> {
  const postmaster = findPostmaster(clusterDir, marker)
  if (!postmaster) return
  const gone = () => findPostmaster(clusterDir, marker)?.pid !== postmaster.pid
  for (const [signal, msMax] of [
    ['SIGINT', fastStopMsMax],
    ['SIGQUIT', immediateStopMsMax],
  ] as const) {
    if (!gone()) process.kill(postmaster.pid, signal)
    if (await becomes(gone, msMax)) return
  }
  throw new HubError({
    code: 'DATABASE_STOP_FAILED',
    message: `PostgreSQL (pid ${postmaster.pid}) did not stop.`,
    hint: `Look at the end of its log beside ${clusterDir}, then stop it by hand with SIGQUIT.`,
  })
}

/** Polls `condition` until it holds (true) or `msMax` have passed (false). */
export async function becomes(condition: () => boolean, msMax: number): Promise<boolean> {
  const deadline = performance.now() + msMax
  while (!condition()) {
    if (performance.now() > deadline) return false
    await sleep(pollMs)
  }
  return true
}

function commandLine(pid: number): string[] | undefined {
  if (process.platform === 'linux') return readCommandLine(pid)
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  const words = String(stdout).trim().split(/\s+/)
  return words[0] ? words : undefined
}

function readCommandLine(pid: number): string[] | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words[0] ? words : undefined
  } catch {
    return undefined
  }
}

/** The server's working directory is its cluster; where the kernel tells it, it must be ours. */
function sameDirectory(pid: number, clusterDir: string): boolean {
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterDir)
  } catch {
    return false
  }
}
