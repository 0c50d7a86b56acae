/** The whole hub: database, sources, flow, transports, API, page and the demo company, started in this order and stopped in the reverse. */
import { type Api, startApi } from '#api/start.ts'
import { type Flow, startFlow } from '#flow/hub.ts'
import { stopParsing } from '#flow/parse.ts'
import { type Board, createBoard } from '#transports/board.ts'
import { announce, withdraw } from './announcement.ts'
import { readCompany } from './company.ts'
import { completeConfig } from './config.ts'
import type { Config } from './config-schema.ts'
import { type Database, openDatabase } from './database.ts'
import { startDemo } from './demo-company.ts'
import { type Directories, followDirectories } from './directories.ts'
import { startFeedWatch } from './feed-watch.ts'
import { type Example, readExamples } from './examples.ts'
import { internalKey } from './internal-key.ts'
import { ensurePage, type Page } from './page.ts'
import { freePort } from './port.ts'
import { startTransports, type Transports } from './transports.ts'

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
  readonly transports: Transports
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
  const start: Start = { config, log, signal, now }
  await using stack = new AsyncDisposableStack()
  // The page is built while the database starts.
  const page = config.ui
    ? ensurePage()
    : Promise.resolve<Page>({ dir: undefined, state: 'missing' })
  const company = await readCompany(config.company)
  log(`sources: ${company.sources.length} of ${company.organisation}`)
  const database = stack.use(await openDatabase({ config, log, ...(signal && { signal }) }))
  const found = database.adopted ? 'adopted from a hub that was killed' : 'ready'
  log(`database: ${found}, schema ${database.version}`)
  signal?.throwIfAborted()
  stack.defer(stopParsing)
  const flow = stack.use(await startFlow({ app: database.app, ...company, now, wait }))
  const board = createBoard()
  const api = stack.use(await serve(start, flow, database, await page, board))
  const key = await internalKey(config.data, flow, now)
  announceHub(start, database, api.url, key)
  stack.defer(() => withdraw(config.data))
  const directories = stack.use(followDirectories(flow, config, log, board))
  const transports = stack.use(
    await startTransports({ flow, board, config, now, log, env: process.env }),
  )
  stack.use(startFeedWatch(flow, now, log))
  const stop = new AbortController()
  stack.defer(() => stop.abort())
  if (config.demo) {
    const setting = { ...start, flow, directories, url: api.url, key, stop: stop.signal }
    const demo = await startDemo(setting)
    stack.defer(() => demo.ended)
  }
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
    transports,
    createEntry: () => api.createEntry({ name: 'npm start' }).url,
    examples,
    failed: database.failed,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type Start = {
  readonly config: Config
  readonly log: (message: string) => void
  readonly signal: AbortSignal | undefined
  readonly now: () => number
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function serve(
  { config, log, signal, now }: Start,
  flow: Flow,
  { owner }: Database,
  page: Page,
  board: Board,
): Promise<Api> {
  tellPage(page, config, log)
  signal?.throwIfAborted()
  const { host } = config
  const port = await freePort(host, config.port)
  // Of the versions that run, which a publication may have changed since the folders were read.
  const formatOf = (name: string) => flow.sources.get(name)?.source.format.name ?? ''
  const views = { pool: flow.pool, scopes: flow.scopes, trustOf: flow.trustOf, formatOf }
  const uiDir = page.dir
  const api = await startApi({
    flow,
    views,
    port,
    host,
    now,
    log,
    board,
    owner,
    ...(uiDir && { uiDir }),
  })
  log(`API: ${api.url}`)
  return api
}

function announceHub({ config, now }: Start, database: Database, url: string, key: string): void {
  const { owner, app, embedded } = database
  const startedAt = new Date(now()).toISOString()
  const reached = embedded ? { owner, app } : null
  announce(config.data, { pid: process.pid, url, key, startedAt, database: reached })
}

function tellPage({ state, problem }: Page, { ui }: Config, log: (message: string) => void): void {
  if (!ui) return
  if (problem === undefined) log(`page: ${state}`)
  else log(`page: ${state === 'stale' ? 'an older one is served' : 'none'}, because ${problem}`)
}
