/** The database of a hub: the embedded one of its data directory, or one by URL; migrated either way. */
import { mkdirSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { lockDataDirectory } from '#store/embedded/data-lock.ts'
import { type EmbeddedPostgres, startEmbedded } from '#store/embedded.ts'
import { migrate } from '#store/migrate.ts'
import { appRole } from '#store/roles.ts'
import type { Config } from './config-schema.ts'

export type Database = AsyncDisposable & {
  /** For migrations and administration; sees past row-level security. */
  readonly owner: PoolConfig
  /** For the program: owns nothing. */
  readonly app: PoolConfig
  /** Number of the last migration. */
  readonly version: number
  readonly embedded: boolean
  /** Found running, left behind by a killed hub. */
  readonly adopted: boolean
  /** Rejects when the database cannot be kept running; never resolves. */
  readonly failed: Promise<never>
  /** Ends the embedded server at once, for a process that is about to end; it recovers at the next start. */
  readonly halt: () => void
}

export type DatabaseOptions = {
  readonly config: Pick<Config, 'data' | 'databaseUrl' | 'databaseAppUrl'>
  readonly log: (message: string) => void
  readonly signal?: AbortSignal
}

/**
 * Opens and migrates it; holds the data directory's lock until disposed.
 * Throws `DATA_DIRECTORY_IN_USE` while another hub lives there, and what starting and migrating throw.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { config, log, signal } = options
  const { databaseUrl } = config
  if (databaseUrl !== undefined) return openByUrl(options, databaseUrl)
  const embedded = await startEmbedded({ dataDir: config.data, log, ...(signal && { signal }) })
  try {
    const { version } = await migrate(embedded.owner, { log })
    return ofEmbedded(embedded, version)
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

function ofEmbedded(embedded: EmbeddedPostgres, version: number): Database {
  const { owner, app, adopted, failed } = embedded
  const halt = () => void process.kill(embedded.pid(), 'SIGQUIT')
  const dispose = () => embedded.stop()
  return {
    owner,
    app,
    version,
    embedded: true,
    adopted,
    failed,
    halt,
    [Symbol.asyncDispose]: dispose,
  }
}

async function openByUrl({ config, log }: DatabaseOptions, url: string): Promise<Database> {
  mkdirSync(config.data, { recursive: true })
  const lock = lockDataDirectory(config.data)
  try {
    const { owner, app } = connectionsByUrl(url, config.databaseAppUrl)
    const { version } = await migrate(owner, { log })
    const failed = new Promise<never>(() => undefined)
    const dispose = () => Promise.resolve(lock.release())
    const halt = () => lock.release()
    return {
      owner,
      app,
      version,
      embedded: false,
      adopted: false,
      failed,
      halt,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The owner's connection, and the program's: by its own URL, or the owner's with the program's role and no password. */
export function connectionsByUrl(
  url: string,
  appUrl?: string,
): { owner: PoolConfig; app: PoolConfig } {
  const derived = new URL(url)
  derived.username = appRole
  derived.password = ''
  return { owner: { connectionString: url }, app: { connectionString: appUrl ?? derived.href } }
}
