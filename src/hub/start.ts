/** The whole hub: database, sources, flow, transports, API, page and the demo company, started in this order and stopped in the reverse. */
import { startApi } from '#api/start.ts'
import { type Flow, startFlow } from '#flow/hub.ts'
import { stopParsing } from '#flow/parse.ts'
import { announce, withdraw } from './announcement.ts'
import { viewContext } from './attach.ts'
import { readCompany } from './company.ts'
import { completeConfig } from './config.ts'
import type { Config } from './config-schema.ts'
import { type Database, openDatabase } from './database.ts'
import { startDemo } from './demo-company.ts'
import { type Directories, followDirectories } from './directories.ts'
import { type Example, readExamples } from './examples.ts'
import { internalKey } from './internal-key.ts'
import { ensurePage, type Page } from './page.ts'
import { freePort } from './port.ts'

export type HubOptions = Partial<Config> & {
  /** One line per step, for people. */
  readonly log?: (message: string) => void
  /** Gives up the start; a hub that stands is stopped by disposing it. */
  readonly signal?: AbortSignal
  readonly now?: () => number
}

export type Hub = AsyncDisposable & {
  readonly config: Config
  /** Of the API and the page, without a path. */
  readonly url: string
  /** A key with all permissions, for programs of this machine's account. */
  readonly key: string
  readonly flow: Flow
  readonly database: Database
  readonly directories: Directories
  /** A link that logs a browser in, once. */
  readonly createEntry: () => string
  /** Identifiers of orders that exist, to try the search with. */
  readonly examples: readonly Example[]
  /** Rejects when the hub cannot go on; never resolves. */
  readonly failed: Promise<never>
}

/**
 * Starts it and resolves when everything answers. Throws coded errors: `DATA_DIRECTORY_IN_USE`, `CONFIG_INVALID`,
 * `SOURCES_INVALID`, those of the database; what was started until then is stopped again.
 */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const { log = () => undefined, signal, now = Date.now, ...settings } = options
  const config = completeConfig(settings)
  await using stack = new AsyncDisposableStack()
  const page = config.ui ? ensurePage() : Promise.resolve<Page>({ dir: undefined, state: 'missing' })
  const company = await readCompany(config.company)
  log(`sources: ${company.sources.length} of ${company.organisation}`)
  const database = stack.use(await openDatabase({ config, log, ...(signal && { signal }) }))
  log(`database: ${database.adopted ? 'adopted from a hub that was killed' : 'ready'}, schema ${database.version}`)
  signal?.throwIfAborted()
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  stack.defer(stopParsing)
  const flow = stack.use(await startFlow({ app: database.app, ...company, now, wait }))
  tellPage(await page, config, log)
  signal?.throwIfAborted()
  const { dir: uiDir } = await page
  const port = await freePort(config.host, config.port)
  const views = viewContext(flow.pool, company.sources, flow.scopes)
  const api = stack.use(
    await startApi({ flow, views, port, host: config.host, now, log, ...(uiDir !== undefined && { uiDir }) }),
  )
  log(`API: ${api.url}`)
  const key = await internalKey(config.data, flow, now)
  const { owner, app, embedded } = database
  const announced = { pid: process.pid, url: api.url, key, startedAt: new Date(now()).toISOString() }
  announce(config.data, { ...announced, database: embedded ? { owner, app } : null })
  stack.defer(() => withdraw(config.data))
  const directories = stack.use(followDirectories(flow, config, log))
  const stop = new AbortController()
  stack.defer(() => stop.abort())
  const demo = config.demo
    ? await startDemo({ config, flow, directories, url: api.url, key, log, now, stop: stop.signal, signal })
    : undefined
  if (demo !== undefined) stack.defer(() => demo.ended)
  const examples = await readExamples(flow)
  const all = stack.move()
  // What stops first comes last: the systems fall silent before anything they talk to goes.
  all.defer(() => stop.abort())
  return {
    config,
    url: api.url,
    key,
    flow,
    database,
    directories,
    createEntry: () => api.createEntry({ name: 'npm start' }).url,
    examples,
    failed: database.failed,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function tellPage({ state, problem }: Page, { ui }: Config, log: (message: string) => void): void {
  if (!ui) return
  if (problem === undefined) log(`page: ${state}`)
  else log(`page: ${state === 'stale' ? 'an older one is served' : 'none'}, because ${problem}`)
}
