/** Second chances: a quarantined record is read again with its source's current mapping, or given up. */
import type pg from 'pg'
import { limits } from '#model/limits.ts'
import type { Fault, Mapped, Outcome } from '#model/record.ts'
import type { Instant } from '#model/time.ts'
import { advanceHead, readHead } from '#store/chain.ts'
import { withAccess } from '#store/client.ts'
import { createKeys } from '#store/keys.ts'
import { unpackReceipt } from '#store/unpack.ts'
import { writeStatements, type WriteStatements } from '#store/write-rows.ts'
import type { Batch, Item, RunningSource } from './batch.ts'
import type { Committed } from './changes.ts'
import { chainHash, digestOf, receiptsDigest } from './chain-hash.ts'
import { decide, FanOutExceeded, plan } from './decide.ts'
import { silent, type Flow } from './hub.ts'
import { createMemory, knowledgeOf, readAhead, settleKnowledge } from './known.ts'
import { judgeNewness, lookUpSuspects } from './newness.ts'
import { suspendIdentifier, type RulingContext } from './rulings.ts'
import { createParseOnce, type ParseOnce } from './second-chance/selection.ts'
import {
  countUnknownWords,
  fillEvents,
  fillHeldBack,
  fillIdentifiers,
  fillOrders,
  fillOutbox,
} from './write-batch.ts'

/**
 * What a replay came to. `replayed` counts the new events; `settled` says that the record was replayed or discarded
 * before and nothing happened now; `quarantined` that the mapping still refuses it, for the reason now on record.
 */
export type Replayed =
  | { readonly kind: 'replayed'; readonly events: number }
  | { readonly kind: 'settled'; readonly state: 'replayed' | 'discarded' | 'edited' }
  | { readonly kind: 'quarantined'; readonly fault: Fault }
  | { readonly kind: 'unknown' }

type Row = {
  source: string
  receipt_key: number
  record_index: number
  received_at: Date
  state: 'open' | 'replayed' | 'discarded' | 'edited'
  context: string | null
  packed: boolean
  bytes: Buffer
  outcome: Outcome
}

/**
 * Maps the record anew and commits its events, the receipt's letter, the ledger's move and the record's new state in one
 * transaction, while the pipeline is quiet. Doing it again changes nothing.
 */
export async function replayQuarantined(
  flow: Flow,
  key: number,
  at: Instant = Date.now(),
  parse: ParseOnce = createParseOnce(),
): Promise<Replayed> {
  return flow.pipeline.exclusively(async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        const { result, committed } = await withAccess(flow.pool, flow.access, (client) =>
          replay(flow, client, key, at, parse),
        )
        if (committed !== null) flow.followers.tell(committed)
        return result
      } catch (error) {
        if (isDataError(error)) return await refuse(flow, key, error as Error)
        // An identifier that would join too many orders is suspended first, as in the pipeline.
        if (!(error instanceof FanOutExceeded) || attempt >= limits.identifiersPerEventMax)
          throw error
        await suspendIdentifier(rulingContext(flow, at), error.identifier, error.scope)
      }
    }
  })
}

/** SQLSTATE class 22: the value itself is at fault. */
function isDataError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('22')
}

async function refuse(flow: Flow, key: number, error: Error): Promise<Replayed> {
  const fault: Fault = {
    code: 'bad-value',
    detail: `the database refuses a value of this record: ${error.message}`,
  }
  await withAccess(flow.pool, flow.access, (client) =>
    client.query('update quarantine set code = $2, detail = $3 where quarantine_key = $1', [
      key,
      fault.code,
      storable(fault.detail),
    ]),
  )
  return { kind: 'quarantined', fault }
}

/** Gives a record up; it stays where it is with its bytes. False when it was settled before or does not exist. */
export async function discardQuarantined(
  flow: Flow,
  key: number,
  at: Instant = Date.now(),
): Promise<boolean> {
  const result = await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      `update quarantine set state = 'discarded', settled_at = $2 where quarantine_key = $1 and state = 'open'`,
      [key, new Date(at)],
    ),
  )
  return result.rowCount === 1
}

/** What followers are told once it is committed; null where nothing was written. */
type Attempt = { readonly result: Replayed; readonly committed: Committed | null }

async function replay(
  flow: Flow,
  client: pg.PoolClient,
  key: number,
  at: Instant,
  parse: ParseOnce,
): Promise<Attempt> {
  const nothing = (result: Replayed): Attempt => ({ result, committed: null })
  const row = await lockRow(client, key)
  if (row === null) return nothing({ kind: 'unknown' })
  if (row.state !== 'open') return nothing({ kind: 'settled', state: row.state })
  const running = flow.sources.get(row.source)
  if (running === undefined) {
    const detail = `the source "${row.source}" is not installed`
    return nothing({ kind: 'quarantined', fault: { code: 'unsupported', detail } })
  }
  const bytes = unpackReceipt(row)
  const mapped = await mapAgain(running, row, bytes, parse)
  if (mapped.kind === 'quarantined') {
    await noteFault(client, key, running, mapped.fault)
    return nothing({ kind: 'quarantined', fault: mapped.fault })
  }
  if (mapped.events.length === 0) {
    await settle(client, key, row, 'A', at)
    return nothing({ kind: 'replayed', events: 0 })
  }
  const { events, committed } = await writeEvents(flow, client, { running, row, mapped, bytes, at })
  await settle(client, key, row, events > 0 ? 'A' : 'D', at)
  return { result: { kind: 'replayed', events }, committed }
}

async function lockRow(client: pg.PoolClient, key: number): Promise<Row | null> {
  const { rows } = await client.query<Row>(
    `select q.source, q.receipt_key, q.record_index, q.received_at, q.state, r.context, r.packed, r.bytes
     from quarantine q join receipt r on r.receipt_key = q.receipt_key
     where q.quarantine_key = $1 for update of q`,
    [key],
  )
  return rows[0] ?? null
}

/** The whole receipt is read again: only so does the record keep its place, and a repaired format its effect. */
async function mapAgain(
  { source }: RunningSource,
  row: Row,
  bytes: Buffer,
  parse: ParseOnce,
): Promise<Mapped> {
  const found = await parse(row.receipt_key, source, bytes, row.context ?? undefined)
  const record = found[row.record_index]
  if (record !== undefined) {
    const mapped = source.map(record, row.received_at.getTime())
    return source.shadow ? silent(mapped) : mapped
  }
  const detail = `the receipt has ${found.length} records now, and none at place ${row.record_index + 1}`
  return { kind: 'quarantined', from: 0, to: bytes.length, fault: { code: 'unsupported', detail } }
}

async function noteFault(
  client: pg.PoolClient,
  key: number,
  { mappingKey }: RunningSource,
  fault: Fault,
): Promise<void> {
  await client.query(
    'update quarantine set mapping_key = $2, code = $3, detail = $4, path = $5 where quarantine_key = $1',
    [key, mappingKey, fault.code, storable(fault.detail), storable(fault.path ?? '')],
  )
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400')
}

type Again = {
  readonly running: RunningSource
  readonly row: Row
  readonly mapped: Mapped & { kind: 'events' }
  readonly bytes: Buffer
  readonly at: Instant
}

/** Writes a batch of one record into the chain, its events under the receipt they came in; `events` counts the new ones. */
async function writeEvents(
  flow: Flow,
  client: pg.PoolClient,
  again: Again,
): Promise<{ events: number; committed: Committed }> {
  const { row, at } = again
  const w = writeStatements()
  const batch = batchOfOne(again)
  const memory = createMemory()
  const keys = createKeys(flow.pool, flow.access, 'order_key_sequence')
  await keys.ensure(batch.placed.length)
  const head = await readHead(client)
  const seq = head.seq + 1
  const rulings = flow.rulings.current
  await settleKnowledge(
    client,
    batch.placed,
    memory,
    await readAhead(client, batch.placed, memory, rulings),
    rulings,
  )
  const decision = decide(batch.placed, knowledgeOf(memory, rulings, keys.next))
  const scopeNames = (key: number) => flow.scopes.get(key)!
  const changes = await fillOrders(w, decision, batch, seq, { trustOf: flow.trustOf, scopeNames })
  fillIdentifiers(w.newIdentifiers.columns, decision.freshIdentifiers)
  fillIdentifiers(w.movedIdentifiers.columns, decision.movedIdentifiers)
  fillHeldBack(w, decision)
  fillOutbox(w, changes, seq)
  await w.goneOrders.run(client)
  await w.movedEvents.run(client)
  // What the batch merges is moved by now: every event is looked up where it stands.
  const newness = judgeNewness(batch.placed, seq, new Map(), true)
  const isNew = await lookUpSuspects(client, batch.placed, [], newness)
  await fillEvents(w, batch, isNew, row.receipt_key, seq)
  countUnknownWords(w, batch, isNew)
  await runRest(client, w)
  const ids = batch.placed.filter((_, i) => isNew[i]).map(({ event }) => event.id)
  const eventsDigest = digestOf(ids)
  const hash = chainHash(head.hash, receiptsDigest().digest(), ids.length, eventsDigest)
  const place = { seq, committedAt: at, receipts: 0, events: ids.length }
  await advanceHead(client, { ...place, eventsDigest, previous: head.hash, hash })
  return { events: ids.length, committed: { seq, changes } }
}

/** The record at its place in a receipt whose other records are not touched. */
function batchOfOne({ running, row, mapped, bytes, at }: Again): Batch {
  const places: Mapped[] = []
  places[row.record_index] = mapped
  const receipt = { source: row.source, bytes, receivedAt: row.received_at.getTime() }
  const item: Item = {
    running,
    receipt,
    mapped: places,
    events: mapped.events.length,
    resolve: () => {},
    reject: () => {},
  }
  return {
    items: [item],
    placed: mapped.events.map((event) => plan(event, running.scopeKey, 0, row.record_index)),
    at,
  }
}

async function runRest(client: pg.PoolClient, w: WriteStatements): Promise<void> {
  await w.events.run(client)
  await w.orders.run(client)
  await w.newIdentifiers.run(client)
  await w.movedIdentifiers.run(client)
  await w.reviewClaims.run(client)
  await w.unknownWords.run(client)
  await w.outbox.run(client)
}

const columnOf = { A: 'accepted', D: 'duplicate' } as const

async function settle(
  client: pg.PoolClient,
  key: number,
  row: Row,
  outcome: 'A' | 'D',
  at: Instant,
): Promise<void> {
  await client.query(
    'update receipt set outcomes = overlay(outcomes placing $2 from $3 for 1) where receipt_key = $1',
    [row.receipt_key, outcome, row.record_index + 1],
  )
  const column = columnOf[outcome]
  await client.query(
    `update ledger set quarantined = quarantined - 1, ${column} = ${column} + 1
     where tenant_key = current_tenant() and source = $1 and day = $2`,
    [row.source, row.received_at.toISOString().slice(0, 10)],
  )
  await client.query(
    `update quarantine set state = 'replayed', settled_at = $2 where quarantine_key = $1`,
    [key, new Date(at)],
  )
}

function rulingContext(flow: Flow, at: Instant): RulingContext {
  const { pool, access, rulings, trustOf, scopes } = flow
  return {
    pool,
    access,
    rulings,
    trustOf,
    scopes,
    orderKeys: createKeys(pool, access, 'order_key_sequence'),
    now: () => at,
  }
}
