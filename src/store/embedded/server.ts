/** One run of the server: adopted when a killed hub left it behind as we want it, else started. */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { HubError } from '#model/error.ts'
import { ownerRole, writeSettings } from './cluster.ts'
import { type Home, clusterArgument, socketPort } from './home.ts'
import { findPostmaster, pidFileOf, processLives, stopPostmaster } from './postmaster.ts'

/** A server that accepts connections. `exited` resolves when its process is gone, whoever ended it. */
export type Server = {
  readonly pid: number
  readonly adopted: boolean
  readonly exited: Promise<void>
}

type Run = { readonly pid: number; readonly exited: Promise<void>; readonly alive: () => boolean }

const readyMsMax = 30 * 60 * 1000
const orphansMsMax = 30_000
const connectMsMax = 5_000
const pollMs = 15
const watchMs = 250
const logBytesMax = 16 * 1024 * 1024
const logLinesShown = 15

/** Recovery after a crash can take minutes; `signal` gives up the wait. Throws coded errors with the log's end. */
export async function startServer(
  home: Home,
  settings: string,
  signal?: AbortSignal,
): Promise<Server> {
  const left = findPostmaster(home.clusterDir, home.marker)
  const changed = writeSettings(home, settings)
  if (left && !changed && left.program === home.engine.postgres) {
    const run = watch(home, left.pid)
    if (await ready(home, run, signal)) {
      await endOtherSessions(home)
      return { pid: run.pid, adopted: true, exited: run.exited }
    }
  }
  await stopPostmaster(home.clusterDir, home.marker)
  return startFresh(home, signal)
}

/** The sessions of a killed hub may still hold locks; they end before the new hub looks at anything. */
async function endOtherSessions(home: Home): Promise<void> {
  await withOwner(home, 'postgres', (client) =>
    client.query(`
      select pg_terminate_backend(pid, 10000)
      from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`),
  )
}

/** Children of a killed server need a moment to notice; until then a new one may not touch their memory. */
async function startFresh(home: Home, signal?: AbortSignal): Promise<Server> {
  const deadline = performance.now() + orphansMsMax
  for (;;) {
    clearStaleLocks(home)
    const from = existsSync(home.logFile) ? statSync(home.logFile).size : 0
    const run = spawnServer(home)
    if (await readyOrEnded(home, run, signal)) {
      return { pid: run.pid, adopted: false, exited: run.exited }
    }
    const complaint = readFileSync(home.logFile).subarray(from).toString()
    const orphans = complaint.includes('shared memory block')
    if (!orphans || performance.now() > deadline) throw startFailed(home, complaint)
    await sleep(watchMs)
  }
}

/** No process has this number: the kernel's own limit is far below. */
const nobodyPid = 2_147_483_646

/**
 * PostgreSQL clears the locks of a dead server itself, but refuses while its number is taken: by a stranger, or by its own
 * remains that nobody has collected. The rest of the pid file stays: by it a new server finds children of the dead one
 * that still use its memory.
 */
function clearStaleLocks({ clusterDir, socketDir }: Home): void {
  const pid = pidFileOf(clusterDir)
  if (pid !== undefined && processLives(pid)) {
    const file = join(clusterDir, 'postmaster.pid')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(nobodyPid)))
  }
  rmSync(join(socketDir, `.s.PGSQL.${socketPort}.lock`), { force: true })
}

/** Its own session and a log file instead of pipes: neither Ctrl-C nor our death reaches the server. */
function spawnServer(home: Home): Run {
  rotateLog(home.logFile)
  const log = openSync(home.logFile, 'a', 0o600)
  const server = spawn(
    home.engine.postgres,
    ['-D', clusterArgument(home.clusterDir, home.account), '-c', `cluster_name=${home.marker}`],
    {
      cwd: home.clusterDir,
      env: { TZ: 'UTC', LC_ALL: 'C' },
      stdio: ['ignore', log, log],
      detached: true,
      ...home.account.switchTo,
    },
  )
  closeSync(log)
  server.unref()
  let alive = true
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      alive = false
      resolve()
    }
    server.once('exit', end)
    server.once('error', end)
  })
  return { pid: server.pid ?? 0, exited, alive: () => alive }
}

/** An adopted server is nobody's child here: its end is seen by looking. */
function watch({ clusterDir, marker }: Home, pid: number): Run {
  const alive = () => findPostmaster(clusterDir, marker)?.pid === pid
  const exited = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (alive()) return
      clearInterval(timer)
      resolve()
    }, watchMs)
    timer.unref()
  })
  return { pid, exited, alive }
}

/** True when the server answers; false when its process ended first. */
async function ready(home: Home, { alive }: Run, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + readyMsMax
  while (alive() && performance.now() < deadline) {
    signal?.throwIfAborted()
    try {
      await withOwner(home, 'postgres', (client) => client.query('select 1'))
      return true
    } catch {
      await sleep(pollMs)
    }
  }
  return false
}

/** A start that is given up leaves no process behind. */
async function readyOrEnded(home: Home, run: Run, signal?: AbortSignal): Promise<boolean> {
  try {
    return await ready(home, run, signal)
  } catch (error) {
    if (run.alive()) process.kill(run.pid, 'SIGINT')
    await run.exited
    throw error
  }
}

/** Runs `use` with one short-lived connection of the owner. */
export async function withOwner<T>(
  { socketDir }: Home,
  database: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: socketDir,
    port: socketPort,
    user: ownerRole,
    database,
    connectionTimeoutMillis: connectMsMax,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function rotateLog(path: string): void {
  if (existsSync(path) && statSync(path).size > logBytesMax) renameSync(path, `${path}.1`)
}

function startFailed({ logFile }: Home, complaint: string): HubError {
  const lines = complaint.trim().split('\n').slice(-logLinesShown).join('\n')
  return new HubError({
    code: 'DATABASE_START_FAILED',
    message: `PostgreSQL did not start:\n${lines}`,
    hint: `Read ${logFile} for the whole story.`,
  })
}
