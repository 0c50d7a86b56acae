/**
 * The way of the data, on one page: bytes -> records -> events -> orders, in one transaction a batch.
 * This is where the stages meet; none of them knows another.
 */
import type pg from 'pg'
import type { PoolConfig } from 'pg'
import { limits } from '#model/limits.ts'
import type { Instant } from '#model/time.ts'
import type { Found, Mapped, Receipt, Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { HubError } from '#model/error.ts'
import { readHead } from '#store/chain.ts'
import { createPool, withAccess, type Access } from '#store/client.ts'
import { createKeys } from '#store/keys.ts'
import type { Item, RunningSource } from './batch.ts'
import type { Committed } from './changes.ts'
import { createFollowers, type Followers } from './followers.ts'
import { parseSafely } from './parse.ts'
import { createPause } from './pause.ts'
import { createPipeline, type Pipeline } from './pipeline.ts'
import { runningVersions } from './pins.ts'
import { readScopes, registerSource, registerTenant, type Scope } from './registry.ts'
import { readRulings, suspendIdentifier, type RulingStore } from './rulings.ts'
import { addTotals, noTotals, splitReceipt } from './split.ts'
import { startWatch, type Watch } from './watch/watch.ts'

export type FlowOptions = {
  readonly app: PoolConfig
  readonly tenant?: number
  readonly organisation: string
  readonly sources: readonly Source[]
  readonly now: () => Instant
  readonly wait: (ms: number) => Promise<void>
  readonly failpoint?: (name: string) => void | Promise<void>
}

export type Flow = AsyncDisposable & {
  readonly pool: pg.Pool
  readonly access: Access
  readonly sources: ReadonlyMap<string, RunningSource>
  readonly scopes: ReadonlyMap<number, Scope>
  readonly pipeline: Pipeline
  readonly rulings: RulingStore
  readonly followers: Followers
  readonly watch: Watch
  /** The hash of what a source's folder says; a source without one is not here. */
  readonly folders: ReadonlyMap<string, string>
  /** Takes bytes of a source as received; resolves after COMMIT. Throws `UNKNOWN_SOURCE`, `RECEIPT_TOO_LARGE`. */
  ingest: (
    source: string,
    bytes: Buffer,
    about?: Partial<Pick<Receipt, 'name' | 'context' | 'position' | 'receivedAt'>>,
  ) => Promise<Totals>
  /** Registers a source, or a new version of its mapping, while running. */
  install: (source: Source) => Promise<RunningSource>
  trustOf: (source: string, about: string) => number
}

/** Starts the flow on a migrated database. */
export async function startFlow(options: FlowOptions): Promise<Flow> {
  const access: Access = { tenant: options.tenant ?? 1, scopes: '*' }
  const pool = createPool(options.app, limits.poolConnectionsMax)
  await registerTenant(pool, access.tenant, options.organisation)
  const sources = new Map<string, RunningSource>()
  const scopes = new Map<number, Scope>()
  const watch = startWatch(pool, access, options.now)
  const install = async (source: Source): Promise<RunningSource> => {
    const running = await registerSource(pool, access, source, options.now())
    for (const scope of await readScopes(pool, access)) scopes.set(scope.key, scope)
    await watch.follow(running)
    sources.set(source.name, running)
    return running
  }
  const folders = new Map(options.sources.map((source) => [source.name, source.mappingHash]))
  // What the folders say is registered too, so that people can go back to it.
  for (const source of options.sources) await registerSource(pool, access, source, options.now())
  for (const source of await runningVersions(pool, access, options.sources)) await install(source)
  const trustOf = (name: string, about: string): number => {
    const trust = sources.get(name)?.source.trust
    return trust === undefined ? 0 : (trust.facts[about] ?? trust.base)
  }
  const rulings = await readRulings(pool, access)
  const followers = createFollowers()
  const orderKeys = createKeys(pool, access, 'order_key_sequence')
  const pipeline = await createPipeline({
    config: options.app,
    tenant: access.tenant,
    rulings: () => rulings.current,
    trustOf,
    scopeNames: (key) => scopes.get(key)!,
    orderKeys,
    receiptKeys: createKeys(pool, access, 'receipt_key_sequence'),
    failpoint: options.failpoint,
    now: options.now,
    wait: options.wait,
    readHead: () => withAccess(pool, access, readHead),
    suspend: (identifier, scope) =>
      suspendIdentifier(
        { pool, access, rulings, trustOf, scopes, orderKeys, now: options.now },
        identifier,
        scope,
      ),
    refuse: (item, error) => refused(item, error),
    onCommitted: (committed: Committed) => followers.tell(committed),
  })
  const ingest: Flow['ingest'] = (name, bytes, about = {}) =>
    ingestBytes({ pipeline, watch }, sources, name, { receivedAt: options.now(), ...about, bytes })
  return {
    pool,
    access,
    sources,
    scopes,
    pipeline,
    rulings,
    followers,
    watch,
    folders,
    ingest,
    install,
    trustOf,
    async [Symbol.asyncDispose]() {
      await pipeline.close()
      await watch[Symbol.asyncDispose]()
      await pool.end()
    },
  }
}

/** Takes bytes of a source, a long body as several receipts; resolves when all of it is committed. */
async function ingestBytes(
  way: Way,
  sources: ReadonlyMap<string, RunningSource>,
  name: string,
  about: Omit<Receipt, 'source'>,
): Promise<Totals> {
  const running = sources.get(name)
  if (running === undefined) {
    const hint = `Sources: ${[...sources.keys()].join(', ')}.`
    throw new HubError({ code: 'UNKNOWN_SOURCE', message: `there is no source "${name}"`, hint })
  }
  let totals = noTotals()
  for (const receipt of splitReceipt(running.source, { source: name, ...about })) {
    totals = addTotals(totals, await submit(way, running, receipt))
  }
  return totals
}

type Way = { readonly pipeline: Pipeline; readonly watch: Watch }

/** Reads, maps, looks at and queues one receipt. */
async function submit(
  { pipeline, watch }: Way,
  running: RunningSource,
  receipt: Receipt,
): Promise<Totals> {
  const look = watch.look(running)
  const mapped = look.settle(await mapReceipt(running.source, receipt, look.record))
  const events = mapped.reduce(
    (sum, record) => sum + (record.kind === 'events' ? record.events.length : 0),
    0,
  )
  return pipeline.submit({ running, receipt, mapped, events })
}

/** Told of each record as it was mapped, its place and how many there are. */
export type Heard = (found: Found, mapped: Mapped, index: number, total: number) => void

/**
 * Bytes to what becomes of each record; pure but for the worker that parses what is large. A source in shadow has no events;
 * `heard` hears what it would tell.
 */
export async function mapReceipt(
  source: Source,
  receipt: Receipt,
  heard?: Heard,
): Promise<Mapped[]> {
  const found = await parseSafely(
    source.format,
    source.formatOptions,
    receipt.bytes,
    receipt.context,
  )
  const pause = createPause()
  const mapped: Mapped[] = []
  for (const [index, record] of found.entries()) {
    const made = source.map(record, receipt.receivedAt)
    heard?.(record, made, index, found.length)
    mapped.push(source.shadow ? silent(made) : made)
    if (pause.due()) await pause.take()
  }
  return mapped
}

/** What a record in shadow comes to: taken or refused as ever, and no order learns of it. */
export function silent(mapped: Mapped): Mapped {
  return mapped.kind === 'events' ? { ...mapped, events: [] } : mapped
}

/** A receipt whose content the database itself refuses: kept whole, in quarantine. */
function refused(item: Item, error: Error): Item {
  const fault = {
    code: 'bad-value' as const,
    detail: `the database refuses a value of this receipt: ${error.message}`,
  }
  return {
    ...item,
    events: 0,
    mapped: item.mapped.map(({ from, to }) => ({ kind: 'quarantined', from, to, fault })),
  }
}
