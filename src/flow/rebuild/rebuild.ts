/**
 * All orders anew from the raw receipts: what they should be under today's mappings, whatever happened to the tables.
 * Two passes with bounded memory: receipts are read, mapped and spooled while identifiers are joined; then each order is
 * folded once and written in bulk into fresh tables, which replace the old ones in one transaction. Readers never wait.
 */
import pg, { type PoolConfig } from 'pg'
import { identifierId } from '#identity/identifier-id.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import { admit } from '#identity/partition.ts'
import { IdentifierUnion } from '#identity/union.ts'
import { encodeBody } from '#model/event-body.ts'
import type { HubEvent } from '#model/event.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { beginFor, types, withAccess } from '#store/client.ts'
import { readHead } from '#store/chain.ts'
import { chainHash, receiptsDigest } from '../chain-hash.ts'
import type { Flow } from '../hub.ts'
import { foldPartition, openWriters, type Totals, type Writers } from './fold.ts'
import { readRebuildable } from './receipts.ts'
import { createSpool, type Spool } from './spool.ts'
import { createNextTables, indexNextTables, swapTables } from './tables.ts'

export type RebuildOptions = {
  /** A role that owns the tables. */
  readonly owner: PoolConfig
  readonly log?: (message: string) => void
}

export type Rebuilt = Totals & { readonly seconds: number }

/**
 * Rebuilds the tenant's orders, events and identifiers; ingest waits meanwhile, readers do not. The ledger, receipts,
 * quarantine and rulings are what it starts from and stay as they are.
 */
export async function rebuild(flow: Flow, options: RebuildOptions): Promise<Rebuilt> {
  const log = options.log ?? (() => undefined)
  const started = performance.now()
  const totals = await flow.pipeline.exclusively(() => rebuildQuietly(flow, options.owner, log))
  return { ...totals, seconds: (performance.now() - started) / 1000 }
}

async function rebuildQuietly(
  flow: Flow,
  owner: PoolConfig,
  log: (message: string) => void,
): Promise<Totals> {
  const admin = new pg.Client({ ...owner, types })
  await admin.connect()
  const spool = createSpool()
  try {
    await createNextTables(admin)
    log('reading the receipts')
    const union = await firstPass(flow, spool, log)
    log(`folding ${spool.events} events`)
    const writers = await openWriters(owner)
    let totals: Totals
    try {
      totals = await secondPass(flow, spool, union, writers, log)
    } finally {
      await writers.close()
    }
    await keepOthers(admin, flow.access.tenant)
    log('building indexes')
    await indexNextTables(admin)
    log('switching over')
    await switchOver(admin, flow, totals)
    return totals
  } finally {
    spool.close()
    await admin.end()
  }
}

/** Maps every receipt, spools its events and joins their identifiers. */
async function firstPass(
  flow: Flow,
  spool: Spool,
  log: (message: string) => void,
): Promise<IdentifierUnion> {
  const union = new IdentifierUnion(1 << 20)
  const { voided } = flow.rulings.current
  const suspended = await readSuspended(flow)
  const plain = voided.size === 0 && suspended.size === 0
  for await (const events of readRebuildable(flow, log)) {
    for (const { event, scope, mapping, receipt, index, from, to, batch } of events) {
      const ids = plain
        ? linkingIdentifiers(event)
        : admit(event, voided, (id) => suspended.has(id)).ids
      const root = union.number(identifierId(ids[0]!))
      for (let i = 1; i < ids.length; i++) union.join(root, union.number(identifierId(ids[i]!)))
      spool.add({
        root,
        at: event.time.at,
        id: event.id,
        scope,
        mapping,
        receipt,
        index,
        from,
        to,
        batch,
        body: encodeBody(event),
      })
    }
  }
  return union
}

async function readSuspended(flow: Flow): Promise<Set<IdentifierText>> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ text: IdentifierText }>(
      `select identifier_type || ':' || namespace || ':' || replace(value, ':', '%3A') as text from identifier where suspended`,
    ),
  )
  return new Set(rows.map((row) => row.text))
}

async function secondPass(
  flow: Flow,
  spool: Spool,
  union: IdentifierUnion,
  writers: Writers,
  log: (message: string) => void,
): Promise<Totals> {
  const totals: Totals = { events: 0, orders: 0, digest: 0n }
  const suspended = await readSuspended(flow)
  const moved = await replayedLater(flow)
  for (const partition of spool.partitions((number) => union.find(number))) {
    await foldPartition(flow, partition, {
      writers,
      totals,
      suspended,
      moved,
      ids: (event: HubEvent) =>
        admit(event, flow.rulings.current.voided, (id) => suspended.has(id)),
    })
    log(`folded ${totals.events} events into ${totals.orders} orders`)
  }
  return totals
}

/** Events that a replay brought after their receipt: when the hub learned of them is kept. */
async function replayedLater(flow: Flow): Promise<Map<string, number>> {
  return withAccess(flow.pool, flow.access, async (client) => {
    const replayed = await client.query<{ key: number }>(
      `select distinct receipt_key as key from quarantine where state = 'replayed'`,
    )
    if (replayed.rows.length === 0) return new Map<string, number>()
    const { rows } = await client.query<{ id: string; receipt_key: number; batch_seq: number }>(
      `select replace(event_id::text, '-', '') as id, receipt_key, batch_seq from event
       where receipt_key = any($1::int8[])`,
      [replayed.rows.map((row) => row.key)],
    )
    // The batch of the receipt itself is the first; what came later was replayed.
    return new Map(rows.map((row) => [row.id, row.batch_seq]))
  })
}

/** What the rebuild does not touch: other tenants' rows, and suspended identifiers that no order holds. */
async function keepOthers(admin: pg.Client, tenant: number): Promise<void> {
  for (const table of ['event', 'order_state', 'identifier']) {
    await admin.query(`insert into ${table}_next select * from ${table} where tenant_key <> $1`, [
      tenant,
    ])
  }
  await admin.query(
    `insert into identifier_next
     select tenant_key, identifier_id, scope_keys, 0, suspended, identifier_type, namespace, value from identifier i
     where tenant_key = $1 and suspended
       and not exists (select from identifier_next n where n.tenant_key = i.tenant_key and n.identifier_id = i.identifier_id)`,
    [tenant],
  )
}

/** One transaction: the new tables take the old ones' place, and the chain says that they did. */
async function switchOver(admin: pg.Client, flow: Flow, totals: Totals): Promise<void> {
  await admin.query(beginFor(flow.access))
  try {
    await swapTables(admin)
    const head = await readHead(admin)
    const hash = chainHash(head.hash, receiptsDigest().digest(), totals.events, totals.digest)
    await admin.query(
      `insert into batch (tenant_key, batch_seq, committed_at, receipts, events, events_digest, previous_hash, hash, rebuilt)
       values ($1, $2, now(), 0, $3, $4, $5, $6, true)`,
      [flow.access.tenant, head.seq + 1, totals.events, totals.digest.toString(), head.hash, hash],
    )
    await admin.query('update chain_head set batch_seq = $2, hash = $3 where tenant_key = $1', [
      flow.access.tenant,
      head.seq + 1,
      hash,
    ])
    await admin.query('commit')
  } catch (error) {
    await admin.query('rollback')
    throw error
  }
}
