/** Proves that nothing was lost or altered: ledger, quarantine, hash chain, bytes, and every order against its events. */
import { hash } from 'node:crypto'
import type pg from 'pg'
import { withAccess, type Access } from '#store/client.ts'
import { unpackReceipt } from '#store/unpack.ts'
import { chainHash, receiptsDigest } from './chain-hash.ts'
import { stateHash } from './state-hash.ts'
import { verifyOrders } from './verify-orders.ts'

export type Verified = {
  readonly ok: boolean
  /** Sentences, each naming the row that is not as it must be; at most `problemsMax`. */
  readonly problems: readonly string[]
  readonly stateHash: string
  readonly orders: number
  readonly batches: number
  readonly receipts: number
  readonly events: number
  /** received - (accepted + duplicate + quarantined + rejected) over all sources and days, and against the receipts. */
  readonly difference: number
}

const problemsMax = 100
const pageRows = 500

/** Reads everything once; long on a large hub (`log` tells how far). Throws only when the database cannot be read. */
export async function verifyHub(
  pool: pg.Pool,
  access: Access,
  options: { log?: (message: string) => void } = {},
): Promise<Verified> {
  const log = options.log ?? (() => undefined)
  return withAccess(pool, access, async (client) => {
    await client
      .query('set transaction isolation level repeatable read read only')
      .catch(() => undefined)
    const problems: string[] = []
    log('ledger')
    const difference = await verifyLedger(client, problems)
    await verifyQuarantine(client, problems)
    log('hash chain')
    const chain = await verifyChain(client, problems, log)
    log('orders')
    await verifyOrders(client, problems)
    const state = await stateHash(client)
    return {
      ok: problems.length === 0,
      problems: problems.slice(0, problemsMax),
      stateHash: state.hash,
      orders: state.orders,
      difference,
      ...chain,
    }
  })
}

/** The ledger's rows must balance, and say what the receipts say. Returns the sum of all differences. */
async function verifyLedger(client: pg.PoolClient, problems: string[]): Promise<number> {
  const { rows } = await client.query<{
    source: string
    day: string
    inner_difference: number
    outer_difference: number
  }>(
    `with told as (
       select m.source, (r.received_at at time zone 'UTC')::date as day, sum(length(outcomes)) as received,
         sum(length(outcomes) - length(replace(outcomes, 'A', ''))) as accepted,
         sum(length(outcomes) - length(replace(outcomes, 'D', ''))) as duplicate,
         sum(length(outcomes) - length(replace(outcomes, 'Q', ''))) as quarantined,
         sum(length(outcomes) - length(replace(outcomes, 'R', ''))) as rejected
       from receipt r join mapping m on m.mapping_key = r.mapping_key group by 1, 2)
     select source, day::text,
       (coalesce(l.received, 0) - coalesce(l.accepted, 0) - coalesce(l.duplicate, 0) - coalesce(l.quarantined, 0) - coalesce(l.rejected, 0))::bigint as inner_difference,
       (abs(coalesce(l.received, 0) - coalesce(t.received, 0)) + abs(coalesce(l.accepted, 0) - coalesce(t.accepted, 0))
         + abs(coalesce(l.duplicate, 0) - coalesce(t.duplicate, 0)) + abs(coalesce(l.quarantined, 0) - coalesce(t.quarantined, 0))
         + abs(coalesce(l.rejected, 0) - coalesce(t.rejected, 0)))::bigint as outer_difference
     from ledger l full join told t using (source, day)`,
  )
  let difference = 0
  for (const row of rows) {
    difference += Math.abs(row.inner_difference) + row.outer_difference
    if (row.inner_difference !== 0)
      problems.push(
        `ledger of ${row.source} on ${row.day} does not balance: ${row.inner_difference}`,
      )
    if (row.outer_difference !== 0)
      problems.push(
        `ledger of ${row.source} on ${row.day} differs from its receipts by ${row.outer_difference}`,
      )
  }
  return difference
}

/** Every letter Q has its row in quarantine, and every row that is not replayed its letter. */
async function verifyQuarantine(client: pg.PoolClient, problems: string[]): Promise<void> {
  const { rows } = await client.query<{ receipt_key: number; letters: number; held: number }>(
    `with letters as (
       select receipt_key, length(outcomes) - length(replace(outcomes, 'Q', '')) as letters from receipt where outcomes like '%Q%'),
     held as (select receipt_key, count(*) as held from quarantine where state <> 'replayed' group by 1)
     select receipt_key, coalesce(letters, 0)::int as letters, coalesce(held, 0)::int as held
     from letters full join held using (receipt_key) where coalesce(letters, 0) <> coalesce(held, 0) limit ${problemsMax}`,
  )
  for (const row of rows)
    problems.push(
      `receipt ${row.receipt_key} has ${row.letters} quarantined records, quarantine holds ${row.held}`,
    )
}

type BatchRow = {
  rebuilt: boolean
  batch_seq: number
  receipts: number
  events: number
  events_digest: string
  previous_hash: Buffer
  hash: Buffer
}
type ReceiptRow = {
  receipt_key: number
  batch_seq: number
  source: string
  sha256: Buffer
  packed: boolean
  bytes: Buffer
  bytes_length: number
}

async function verifyChain(
  client: pg.PoolClient,
  problems: string[],
  log: (message: string) => void,
): Promise<{ batches: number; receipts: number; events: number }> {
  const head = await client.query<{ batch_seq: number; hash: Buffer }>(
    'select batch_seq, hash from chain_head',
  )
  let previous: Buffer = hash('sha256', '', 'buffer')
  let seq = 0
  const counts = { batches: 0, receipts: 0, events: 0 }
  const events = await eventsByBatch(client)
  const rebuilt = await client.query<{ seq: number }>(
    'select coalesce(max(batch_seq), 0) as seq from batch where rebuilt',
  )
  const base = rebuilt.rows[0]!.seq
  const receipts = receiptsByBatch(client, problems)
  for (;;) {
    const { rows } = await client.query<BatchRow>({
      name: 'verify_batches',
      text: `select batch_seq, receipts, events, events_digest::text, previous_hash, hash, rebuilt from batch where batch_seq > $1 order by batch_seq limit $2`,
      values: [seq, pageRows],
    })
    if (rows.length === 0) break
    for (const row of rows) {
      if (row.batch_seq !== seq + 1)
        problems.push(`batches ${seq + 1} to ${row.batch_seq - 1} are missing`)
      if (!row.previous_hash.equals(previous))
        problems.push(`batch ${row.batch_seq} does not follow the one before it`)
      checkBatch(row, await receipts(row.batch_seq), eventsTold(row, events, base), problems)
      previous = row.hash
      seq = row.batch_seq
      counts.batches++
      counts.receipts += row.receipts
      counts.events += row.rebuilt ? 0 : row.events
    }
    log(`hash chain: ${counts.batches} batches, ${counts.events} events`)
  }
  const top = head.rows[0]
  if (top !== undefined && (top.batch_seq !== seq || (seq > 0 && !top.hash.equals(previous))))
    problems.push(`the chain ends at batch ${seq}, its head says ${top.batch_seq}`)
  return counts
}

type Told = { count: number; digest: ReturnType<typeof receiptsDigest> }

/**
 * The events a batch must answer for. A rebuild answers for all events before it; batches before it keep the numbers
 * they once had, which only the chain itself can vouch for.
 */
function eventsTold(
  row: BatchRow,
  events: ReadonlyMap<number, EventsTold>,
  base: number,
): EventsTold {
  if (row.batch_seq > base) return events.get(row.batch_seq) ?? { count: 0, digest: 0n }
  if (row.batch_seq < base) return { count: row.events, digest: BigInt(row.events_digest) }
  let all: EventsTold = { count: 0, digest: 0n }
  for (const [seq, told] of events)
    if (seq <= base)
      all = { count: all.count + told.count, digest: BigInt.asIntN(64, all.digest + told.digest) }
  return all
}

type EventsTold = { readonly count: number; readonly digest: bigint }

function checkBatch(
  row: BatchRow,
  receipts: Told | undefined,
  events: EventsTold,
  problems: string[],
): void {
  if ((receipts?.count ?? 0) !== row.receipts)
    problems.push(
      `batch ${row.batch_seq} held ${row.receipts} receipts, ${receipts?.count ?? 0} are there`,
    )
  if (events.count !== row.events)
    problems.push(`batch ${row.batch_seq} wrote ${row.events} events, ${events.count} are there`)
  const expected = chainHash(
    row.previous_hash,
    (receipts?.digest ?? receiptsDigest()).digest(),
    events.count,
    events.digest,
  )
  if (!expected.equals(row.hash))
    problems.push(`batch ${row.batch_seq} does not hash to what the chain says`)
}

/** Receipts were numbered in the order of their batches: one pass over them serves all batches asked for in turn. */
function receiptsByBatch(
  client: pg.PoolClient,
  problems: string[],
): (seq: number) => Promise<Told | undefined> {
  const told = new Map<number, Told>()
  let after = 0
  let reached = 0
  let ended = false
  const readPage = async (): Promise<void> => {
    const { rows } = await client.query<ReceiptRow>({
      name: 'verify_receipts',
      text: `select r.receipt_key, r.batch_seq, m.source, r.sha256, r.packed, r.bytes, r.bytes_length
             from receipt r join mapping m on m.mapping_key = r.mapping_key
             where r.receipt_key > $1 order by r.receipt_key limit 100`,
      values: [after],
    })
    ended = rows.length === 0
    for (const row of rows) {
      const batch = told.get(row.batch_seq) ?? { count: 0, digest: receiptsDigest() }
      told.set(row.batch_seq, batch)
      batch.count++
      batch.digest.add(row.receipt_key, row.source, row.sha256)
      if (!intact(row))
        problems.push(`the bytes of receipt ${row.receipt_key} are not those received`)
      after = row.receipt_key
      reached = row.batch_seq
    }
  }
  return async (seq) => {
    while (!ended && reached <= seq) await readPage()
    const found = told.get(seq)
    told.delete(seq)
    return found
  }
}

function intact(row: ReceiptRow): boolean {
  try {
    const bytes = unpackReceipt(row)
    return bytes.length === row.bytes_length && hash('sha256', bytes, 'buffer').equals(row.sha256)
  } catch {
    return false
  }
}

async function eventsByBatch(
  client: pg.PoolClient,
): Promise<Map<number, { count: number; digest: bigint }>> {
  const { rows } = await client.query<{ batch_seq: number; count: number; digest: string }>(
    `select batch_seq, count(*)::int as count, sum(('x' || substr(replace(event_id::text, '-', ''), 1, 16))::bit(64)::bigint)::text as digest
     from event group by batch_seq`,
  )
  return new Map(
    rows.map((row) => [
      row.batch_seq,
      { count: row.count, digest: BigInt.asIntN(64, BigInt(row.digest)) },
    ]),
  )
}
