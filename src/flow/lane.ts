/**
 * One connection of the pipeline, taking one batch at a time through its transaction. Batches overlap: while one
 * commits, the next writes and a third reads; they decide and write in order, so that each may build on the one before.
 */
import pg, { type PoolConfig } from 'pg'
import type { TrustOf } from '#collation/status.ts'
import type { Totals } from '#model/record.ts'
import { advanceHead, type BatchRow } from '#store/chain.ts'
import { beginFor, types, type Access } from '#store/client.ts'
import { BinaryColumn } from '#store/binary.ts'
import type { KeySource } from '#store/keys.ts'
import { writeStatements, type WriteStatements } from '#store/write-rows.ts'
import { chainHash, digestOf } from './chain-hash.ts'
import { outcomesOf, totalsOf, type Batch } from './batch.ts'
import type { Change } from './changes.ts'
import { decide, type Decision } from './decide.ts'
import { knowledgeOf, readAhead, settleKnowledge, type Memory, type Rulings } from './known.ts'
import {
  fillEvents,
  fillIdentifiers,
  fillLedger,
  fillOrders,
  fillOutbox,
  fillReceipts,
} from './write-batch.ts'

/** What a batch offers to the one behind it; a rejected promise means that all behind it must be done again. */
export type Turn = {
  readonly decided: Promise<void>
  readonly written: Promise<{ seq: number; hash: Buffer }>
  readonly committed: Promise<void>
}

export type LaneContext = {
  readonly access: Access
  readonly memory: Memory
  readonly rulings: () => Rulings
  readonly trustOf: TrustOf
  readonly scopeNames: (key: number) => { company: string; region: string }
  readonly orderKeys: KeySource
  readonly receiptKeys: KeySource
  /** A point where a test stops or kills the hub; nothing in production. */
  readonly failpoint: (name: string) => void | Promise<void>
}

export type Done = { readonly seq: number; readonly totals: Totals[]; readonly changes: Change[] }

export type Lane = {
  run: (batch: Batch, seq: number, before: Turn, steps: Steps) => Promise<Done>
  connect: () => Promise<void>
  close: () => Promise<void>
}

/** Called as the batch passes each point. */
export type Steps = { decided: () => void; written: (head: { seq: number; hash: Buffer }) => void }

/**
 * Every statement of a lane touches rows by their key, a batch of them at a time: the planner must not conclude from an
 * empty or growing table that reading all of it is cheaper.
 */
const everyRowByKey =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_bitmapscan=off'

export function createLane(config: PoolConfig, context: LaneContext): Lane {
  let client: pg.Client | null = null
  const w = writeStatements()
  return {
    async connect() {
      await client?.end().catch(() => {})
      client = new pg.Client({ ...config, types, options: everyRowByKey, pipeline: true })
      client.on('error', () => {})
      await client.connect()
    },
    async close() {
      await client?.end().catch(() => {})
      client = null
    },
    async run(batch, seq, before, steps) {
      const connection = client!
      try {
        const begun = connection.query(beginFor(context.access))
        begun.catch(() => {})
        return await inTransaction(connection, w, batch, seq, before, steps, context)
      } catch (error) {
        for (const statement of Object.values(w))
          for (const column of Object.values(statement.columns)) column.take()
        await connection.query('rollback').catch(() => {})
        throw error
      }
    },
  }
}

async function inTransaction(
  client: pg.Client,
  w: WriteStatements,
  batch: Batch,
  seq: number,
  before: Turn,
  steps: Steps,
  context: LaneContext,
): Promise<Done> {
  const ahead = await readAhead(client, batch.placed, context.memory, context.rulings())
  await context.failpoint('after-read')
  await before.decided
  await settleKnowledge(client, batch.placed, context.memory, ahead, context.rulings())
  await context.orderKeys.ensure(batch.placed.length)
  await context.receiptKeys.ensure(batch.items.length)
  const receiptKey = context.receiptKeys.range(batch.items.length)
  const decision = decide(
    batch.placed,
    knowledgeOf(context.memory, context.rulings(), context.orderKeys.next),
  )
  // Rows are made at once: the batch behind changes the same states further as soon as it is told.
  const rows = fillEvents(w, batch, receiptKey, seq)
  const changes = fillOrders(w, decision, batch, seq, context)
  fillIdentifiers(w.newIdentifiers.columns, decision.freshIdentifiers)
  fillIdentifiers(w.movedIdentifiers.columns, decision.movedIdentifiers)
  fillHeldBack(w, decision)
  fillOutbox(w, changes, seq)
  steps.decided()

  const previous = await before.written
  if (decision.merged.length > 0) await before.committed
  const isNew = await writeTruth(client, w, batch, rows, receiptKey)
  await context.failpoint('after-events')
  const outcomes = outcomesOf(batch, isNew)
  const receipts = fillReceipts(w, batch, outcomes, receiptKey, seq)
  fillLedger(w, batch, outcomes, isNew)
  const ids = batch.placed.filter((_, i) => isNew[i]).map((placed) => placed.event.id)
  const eventsDigest = digestOf(ids)
  const head = { seq, hash: chainHash(previous.hash, receipts, ids.length, eventsDigest) }
  steps.written(head)
  await Promise.all([w.receipts.run(client), w.quarantine.run(client)])
  await context.failpoint('after-receipts')

  // Rows that every batch touches (ledger, chain) are locked in the order of the batches.
  await before.committed
  const row = {
    seq,
    committedAt: new Date(batch.at).toISOString(),
    receipts: batch.items.length,
    events: ids.length,
    eventsDigest,
    previous: previous.hash,
    hash: head.hash,
  }
  await finish(client, w, row)
  await context.failpoint('before-commit')
  await client.query('commit')
  await context.failpoint('after-commit')
  const counts = batch.items.map(() => 0)
  batch.placed.forEach((placed, i) => (counts[placed.item]! += isNew[i] ? 1 : 0))
  return { seq, changes, totals: outcomes.map((letters, i) => totalsOf(letters, counts[i]!)) }
}

/**
 * Events, orders and identifiers, all sent at once: the database goes from one statement to the next without waiting
 * for this process. Returns for each placed event whether it is new.
 */
async function writeTruth(
  client: pg.Client,
  w: WriteStatements,
  batch: Batch,
  rows: readonly number[],
  receiptKey: number,
): Promise<boolean[]> {
  const expected = w.events.count
  const [, , written] = await Promise.all([
    put(client, w.goneOrders, 'merged orders'),
    w.movedEvents.run(client),
    w.events.run(client),
    put(client, w.orders, 'orders'),
    w.newIdentifiers.run(client),
    w.reviewClaims.run(client),
    w.outbox.run(client),
  ])
  const isNew = rows.map((row) => row >= 0)
  if (written < expected) await markKnown(client, batch, receiptKey, isNew)
  return isNew
}

/** What every batch touches, and its place in the chain. */
async function finish(client: pg.Client, w: WriteStatements, row: BatchRow): Promise<void> {
  const [, , , , advanced] = await Promise.all([
    w.unknownWords.run(client),
    w.positions.run(client),
    w.movedIdentifiers.run(client),
    w.ledger.run(client),
    advanceHead(client, row),
  ])
  if (!advanced) throw new Overtaken('another writer advanced the chain')
}

/** Runs a statement that must touch exactly the rows it was filled with. */
async function put(
  client: pg.Client,
  statement: { readonly count: number; run: (client: pg.Client) => Promise<number> },
  what: string,
): Promise<void> {
  const expected = statement.count
  const touched = await statement.run(client)
  if (touched !== expected)
    throw new Overtaken(`${what}: ${touched} of ${expected} rows were as expected`)
}

const columns = {
  key: new BinaryColumn('int8'),
  at: new BinaryColumn('timestamptz'),
  id: new BinaryColumn('uuid'),
}

/** Finds which of the batch's events another receipt brought before. */
async function markKnown(
  client: pg.Client,
  batch: Batch,
  receiptKey: number,
  isNew: boolean[],
): Promise<void> {
  for (const { event, orderKey } of batch.placed) {
    columns.key.int8(orderKey)
    columns.at.time(event.time.at)
    columns.id.uuid(event.id)
  }
  const result = await client.query<{ n: number }>({
    name: 'known_events',
    text: `select r.n::int as n from unnest($1::int8[], $2::timestamptz[], $3::uuid[]) with ordinality as r(k, a, i, n), lateral (
             select receipt_key from event where order_key = r.k and event_at = r.a and event_id = r.i limit 1) as e
           where e.receipt_key not between $4 and $5`,
    values: [
      columns.key.take(),
      columns.at.take(),
      columns.id.take(),
      receiptKey,
      receiptKey + batch.items.length - 1,
    ],
  })
  for (const { n } of result.rows) isNew[n - 1] = false
}

function fillHeldBack(w: WriteStatements, decision: Decision): void {
  for (const { identifier, other, isVoid, placed } of decision.heldBack) {
    const c = w.reviewClaims.columns
    c.scope_key.int4(placed.scope)
    c.identifier.text(identifier)
    c.other.text(other)
    c.anchor.text(placed.texts[0]!)
    c.void.bool(isVoid)
  }
}

/** Another writer, or a memory that lagged: the batch is done again from fresh reads. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}
