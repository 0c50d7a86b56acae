/** Databases for tests: a real server shared by the whole run, and a migrated clone of its own for each test. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type PoolConfig } from 'pg'
import { lockDataDirectory } from './embedded/data-lock.ts'
import { openHome } from './embedded/home.ts'
import { stopPostmaster } from './embedded/postmaster.ts'
import { type EmbeddedPostgres, startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import { appRole } from './roles.ts'

/** Set by the test runner: `{"owner": PoolConfig}` of a server whose template is migrated, as JSON. */
export const testServerVariable = 'ORDERHUB_TEST_SERVER'

export type TestDatabase = AsyncDisposable & {
  readonly name: string
  readonly owner: PoolConfig
  readonly app: PoolConfig
  /** Ends every session that is left, then drops the database. Idempotent. */
  drop(): Promise<void>
}

export type TestServer = AsyncDisposable & { readonly owner: PoolConfig }

const template = 'orderhub_template'
const prefix = 'orderhub-test-'
/** A younger directory may belong to a run that has not locked it yet. */
const abandonedMsMin = 10 * 60 * 1000
let databases = 0
let server: Promise<PoolConfig> | undefined

/** A fresh, migrated database of its own (about 40 ms). `await using` it, or call `drop`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const administration = await (server ??= sharedServer())
  const name = `test_${process.pid}_${++databases}`
  await run(administration, `create database ${name} template ${template}`)
  const drop = async () => {
    await run(administration, `drop database if exists ${name} with (force)`)
  }
  return {
    name,
    owner: { ...administration, database: name },
    app: { ...administration, database: name, user: appRole },
    drop,
    [Symbol.asyncDispose]: drop,
  }
}

/** Starts a server in the temporary directory, with the migrated template; removed with everything on dispose. */
export async function startTestServer(log: (message: string) => void): Promise<TestServer> {
  await removeAbandoned()
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(dataDir, 0o755)
  const settings = { shared_buffers: '128MB', max_connections: '200', max_wal_size: '1GB' }
  const embedded = await startEmbedded({ dataDir, log, settings })
  const dispose = async () => {
    await embedded.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await prepareTemplate(embedded)
    return { owner: embedded.owner, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** Names of test databases that nobody dropped. */
export async function leftTestDatabases(owner: PoolConfig): Promise<string[]> {
  const rows = await run(owner, `select datname from pg_database where datname like 'test\\_%'`)
  return rows.map(({ datname }) => String(datname))
}

/** Servers of runs that were killed: stopped, and their directories removed. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const dir = join(tmpdir(), name)
    try {
      if (Date.now() - statSync(dir).mtimeMs < abandonedMsMin) continue
      lockDataDirectory(dir)
      const { clusterDir, marker } = openHome(dir)
      await stopPostmaster(clusterDir, marker)
      rmSync(dir, { recursive: true, force: true })
    } catch {
      // In use, or somebody else's: it stays.
    }
  }
}

async function prepareTemplate({ owner }: EmbeddedPostgres): Promise<void> {
  await run(owner, `create database ${template}`)
  await migrate({ ...owner, database: template })
}

/** The runner's server, or one of this process's own that ends when nothing is left to do. */
async function sharedServer(): Promise<PoolConfig> {
  const given = process.env[testServerVariable]
  if (given) return (JSON.parse(given) as { owner: PoolConfig }).owner
  const own = await startTestServer(() => undefined)
  process.once('beforeExit', () => void own[Symbol.asyncDispose]())
  return own.owner
}

async function run(config: PoolConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(config)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
