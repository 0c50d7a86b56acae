/** A real PostgreSQL 18 of the hub's own: started from an npm package, reachable through one private socket. */
import { mkdirSync, rmSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { HubError } from '#model/error.ts'
import { assertDurable } from './durable.ts'
import { ensureCluster, ownerRole } from './embedded/cluster.ts'
import { lockDataDirectory } from './embedded/data-lock.ts'
import { type Home, openHome, socketPort } from './embedded/home.ts'
import { stopPostmaster } from './embedded/postmaster.ts'
import { type Server, startServer, withOwner } from './embedded/server.ts'
import { serverSettings, thisMachine } from './embedded/settings.ts'
import { appRole } from './roles.ts'

export type EmbeddedOptions = {
  /** Created when missing; holds the cluster, its log and the hub's lock. */
  readonly dataDir: string
  readonly log: (message: string) => void
  /** Gives up the start; has no effect later. */
  readonly signal?: AbortSignal
  /** Overrides single server settings; never the durable ones. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A running server, kept running: when its process dies without `stop`, it is started again. */
export type EmbeddedPostgres = AsyncDisposable & {
  readonly socketDir: string
  /** Part of the socket's name; there is no TCP port. */
  readonly port: number
  /** For migrations and administration: superuser, bypasses row-level security. */
  readonly owner: PoolConfig
  /** For the program itself: owns nothing. Usable once migrations have created the role. */
  readonly app: PoolConfig
  /** Found running, left behind by a killed hub. */
  readonly adopted: boolean
  pid(): number
  /** Rejects when the server cannot be kept running any more; otherwise never settles. */
  readonly failed: Promise<never>
  /** Fast shutdown; returns when the process is gone. Idempotent. */
  stop(): Promise<void>
}

const database = 'orderhub'
const restartsMax = 10
const restartsWindowMs = 60_000

/**
 * Starts, or adopts, the server of `dataDir` and creates the database `orderhub` in it.
 * Throws `DATA_DIRECTORY_IN_USE` while another hub lives there, and coded errors for every other refusal.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDir, { recursive: true })
  const lock = lockDataDirectory(options.dataDir)
  try {
    const home = openHome(options.dataDir)
    await ensureCluster(home, options.log)
    const settings = serverSettings(thisMachine(home.dataDir), home.socketDir, options.settings)
    const start = () => startServer(home, settings, options.signal)
    const server = await startChecked(home, start)
    options.log(`PostgreSQL ${server.adopted ? 'adopted' : 'started'} (pid ${server.pid})`)
    return keep(home, server, start, options.log, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startChecked(home: Home, start: () => Promise<Server>): Promise<Server> {
  try {
    const server = await start()
    await withOwner(home, 'postgres', async (client) => {
      await assertDurable(client)
      const found = await client.query('select from pg_database where datname = $1', [database])
      if (found.rowCount === 0) await client.query(`create database ${database}`)
    })
    return server
  } catch (error) {
    await stopPostmaster(home.clusterDir, home.marker)
    throw error
  }
}

/** Restarts are counted in a window, so that a server that cannot stay up ends the hub instead of looping. */
function keep(
  home: Home,
  first: Server,
  start: () => Promise<Server>,
  log: (message: string) => void,
  release: () => void,
): EmbeddedPostgres {
  let server = first
  let stopping: Promise<void> | undefined
  let restarting: Promise<unknown> = Promise.resolve()
  const restarts: number[] = []
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)

  const restart = async () => {
    const now = performance.now()
    restarts.push(now)
    if (restarts.filter((at) => now - at < restartsWindowMs).length > restartsMax)
      throw keepsDying()
    log('PostgreSQL ended unexpectedly; starting it again')
    server = await start()
    log(`PostgreSQL started (pid ${server.pid})`)
    guard()
  }
  const guard = () => {
    void server.exited.then(() => {
      if (!stopping) restarting = restart().catch(failure.reject)
    })
  }
  guard()

  const stop = () =>
    (stopping ??= restarting
      .then(() => stopPostmaster(home.clusterDir, home.marker))
      .then(() => rmSync(home.socketDir, { recursive: true, force: true }))
      .finally(release))
  const connection = { host: home.socketDir, port: socketPort, database }
  return {
    socketDir: home.socketDir,
    port: socketPort,
    owner: { ...connection, user: ownerRole },
    app: { ...connection, user: appRole },
    adopted: first.adopted,
    pid: () => server.pid,
    failed: failure.promise,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function keepsDying(): HubError {
  return new HubError({
    code: 'DATABASE_KEEPS_DYING',
    message: `PostgreSQL ended more than ${restartsMax} times within ${restartsWindowMs / 1000} s.`,
    hint: 'Look for the reason at the end of postgres.log in the data directory: disk full, out of memory?',
  })
}
