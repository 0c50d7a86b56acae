/** How a command gets at the data: of a running hub, or of a stopped one whose database it starts for itself. */
import type { PoolConfig } from 'pg'
import type pg from 'pg'
import { readScopes, type Scope } from '#flow/registry.ts'
import type { Source } from '#model/source.ts'
import { type Access, createPool } from '#store/client.ts'
import type { ViewContext } from '#views/context.ts'
import { type Announcement, runningHub } from './announcement.ts'
import { type Company, readCompany } from './company.ts'
import type { Config } from './config-schema.ts'
import { connectionsByUrl, openDatabase } from './database.ts'

/** All rows of the one organisation of this hub. */
export const everything: Access = { tenant: 1, scopes: '*' }

const connectionsMax = 4

export type Attached = AsyncDisposable & {
  /** The hub that runs on this data, if one does. */
  readonly hub: Announcement | undefined
  readonly owner: PoolConfig
  readonly app: PoolConfig
}

export type AttachOptions = {
  readonly config: Config
  readonly log: (message: string) => void
  readonly signal?: AbortSignal
}

/** Joins the running hub's database, else starts (and at the end stops) it. Throws `DATA_DIRECTORY_IN_USE` while a hub starts. */
export async function attach({ config, log, signal }: AttachOptions): Promise<Attached> {
  const hub = await runningHub(config.data)
  const leave = () => Promise.resolve()
  if (hub?.database) return { hub, ...hub.database, [Symbol.asyncDispose]: leave }
  if (hub !== undefined && config.databaseUrl !== undefined) {
    const { owner, app } = connectionsByUrl(config.databaseUrl, config.databaseAppUrl)
    return { hub, owner, app, [Symbol.asyncDispose]: leave }
  }
  const database = await openDatabase({ config, log, ...(signal && { signal }) })
  return {
    hub: undefined,
    owner: database.owner,
    app: database.app,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export type Reader = AsyncDisposable & {
  readonly attached: Attached
  readonly pool: pg.Pool
  readonly company: Company
  readonly views: ViewContext
  readonly access: Access
}

/** `attach`, with what the views need. */
export async function attachToRead(options: AttachOptions): Promise<Reader> {
  const company = await readCompany(options.config.company)
  const attached = await attach(options)
  const pool = createPool(attached.app, connectionsMax)
  const dispose = async () => {
    await pool.end()
    await attached[Symbol.asyncDispose]()
  }
  try {
    const scopes = new Map((await readScopes(pool, everything)).map((scope) => [scope.key, scope]))
    const views = viewContext(pool, company.sources, scopes)
    return { attached, pool, company, views, access: everything, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** What views need to know of the sources. */
export function viewContext(
  pool: pg.Pool,
  sources: readonly Source[],
  scopes: ReadonlyMap<number, Scope>,
): ViewContext {
  const named = new Map(sources.map((source) => [source.name, source]))
  return {
    pool,
    scopes,
    trustOf: (name, about) => {
      const trust = named.get(name)?.trust
      return trust === undefined ? 0 : (trust.facts[about] ?? trust.base)
    },
    formatOf: (name) => named.get(name)?.format.name ?? '',
  }
}
