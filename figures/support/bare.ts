/**
 * The bare database: the rows a hub wrote, written again into a fresh database with the same tables, by COPY and unnest,
 * in the same transactions, without the hub. What is left between the two rates is the hub's own cost.
 */
import pg from 'pg'
import { BinaryColumn } from '#store/binary.ts'
import { CopyRows } from '#store/copy.ts'
import { types } from '#store/client.ts'
import type { EmbeddedPostgres } from '#store/embedded.ts'
import { migrate } from '#store/migrate.ts'

type Row = Record<string, unknown>
type Batch = {
  events: Row[]
  receipts: Row[]
  identifiers: Row[]
  orders: { key: number; body: string; version: number }[]
}

const lanes = 3

/** Rows of the first `eventsMax` events, with the orders as each batch left them (their states grow to their last size). */
export async function readBatches(server: EmbeddedPostgres, eventsMax: number): Promise<Batch[]> {
  const client = await connect(server.owner)
  try {
    const { rows } = await client.query<{ seq: number }>(
      `select max(batch_seq) as seq from (select batch_seq, sum(events) over (order by batch_seq) as total from batch) b where total <= $1`,
      [eventsMax],
    )
    const last = rows[0]!.seq
    const events = await client.query<Row>(
      'select * from event where batch_seq <= $1 order by batch_seq, receipt_key, record_index',
      [last],
    )
    const receipts = await client.query<Row>(
      'select * from receipt where batch_seq <= $1 order by receipt_key',
      [last],
    )
    const states = await client.query<{ order_key: number; state: string; events: number }>(
      `select order_key, state, (select count(*)::int from event e where e.order_key = o.order_key) as events from order_state o
       where order_key in (select order_key from event where batch_seq <= $1)`,
      [last],
    )
    const identifiers = await client.query<Row>(
      'select * from identifier where order_key = any($1)',
      [states.rows.map((row) => row.order_key)],
    )
    return assemble(events.rows, receipts.rows, states.rows, identifiers.rows)
  } finally {
    await client.end()
  }
}

function assemble(
  events: Row[],
  receipts: Row[],
  states: { order_key: number; state: string; events: number }[],
  identifiers: Row[],
): Batch[] {
  const batches = new Map<number, Batch>()
  const of = (seq: number): Batch => {
    const found = batches.get(seq) ?? { events: [], receipts: [], identifiers: [], orders: [] }
    batches.set(seq, found)
    return found
  }
  for (const row of receipts) of(row.batch_seq as number).receipts.push(row)
  const seen = new Map(
    states.map((row) => [row.order_key, { ...row, told: 0, versions: 0, batch: 0 }]),
  )
  const firstBatch = new Map<number, number>()
  for (const row of events) {
    const seq = row.batch_seq as number
    const order = seen.get(row.order_key as number)!
    of(seq).events.push(row)
    order.told++
    if (!firstBatch.has(order.order_key)) firstBatch.set(order.order_key, seq)
    const body = JSON.stringify(
      order.state.slice(0, Math.ceil((order.state.length * order.told) / order.events) - 2),
    )
    const orders = of(seq).orders
    if (order.batch === seq) orders.find((entry) => entry.key === order.order_key)!.body = body
    else orders.push({ key: order.order_key, body, version: ++order.versions })
    order.batch = seq
  }
  for (const row of identifiers) of(firstBatch.get(row.order_key as number)!).identifiers.push(row)
  return [...batches].toSorted(([a], [b]) => a - b).map(([, batch]) => batch)
}

/** Events per second of the same rows into a fresh database of the same server. */
export async function writeBare(
  server: EmbeddedPostgres,
  batches: readonly Batch[],
): Promise<number> {
  const admin = await connect(server.owner)
  await admin.query('drop database if exists bare with (force)')
  await admin.query('create database bare')
  await admin.end()
  const bare = { ...server.owner, database: 'bare' }
  await migrate(bare)
  const clients = await Promise.all(Array.from({ length: lanes }, () => connect(bare)))
  const started = performance.now()
  let events = 0
  // The connections take the batches in turn, each behind the one before it, as the hub does.
  let before: Promise<unknown> = Promise.resolve()
  const running: Promise<void>[] = []
  for (const [i, batch] of batches.entries()) {
    events += batch.events.length
    const turn = before
    const work = writeBatch(clients[i % lanes]!, batch, turn)
    before = work.written
    running.push(work.committed)
    if (running.length >= lanes) await running.shift()
  }
  await Promise.all(running)
  const perSecond = events / ((performance.now() - started) / 1000)
  await Promise.all(clients.map((client) => client.end()))
  const closer = await connect(server.owner)
  await closer.query('drop database bare with (force)')
  await closer.end()
  return perSecond
}

function writeBatch(
  client: pg.Client,
  batch: Batch,
  turn: Promise<unknown>,
): { written: Promise<void>; committed: Promise<void> } {
  const written = (async () => {
    await client.query('begin')
    await turn
    await copyEvents(client, batch.events)
    await upsertOrders(client, batch.orders)
    await insertIdentifiers(client, batch.identifiers)
    await copyReceipts(client, batch.receipts)
  })()
  return { written, committed: written.then(async () => void (await client.query('commit'))) }
}

async function copyEvents(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const c = new CopyRows(client, 'event', [
    'tenant_key',
    'order_key',
    'event_at',
    'event_id',
    'scope_key',
    'mapping_key',
    'receipt_key',
    'record_index',
    'record_from',
    'record_to',
    'batch_seq',
    'body',
  ])
  for (const row of rows) {
    c.row(12)
    c.int4(1)
    c.int8(row.order_key as number)
    c.time((row.event_at as Date).getTime())
    c.uuid((row.event_id as string).replaceAll('-', ''))
    c.int4(row.scope_key as number)
    c.int4(row.mapping_key as number)
    c.int8(row.receipt_key as number)
    c.int4(row.record_index as number)
    c.int4(row.record_from as number)
    c.int4(row.record_to as number)
    c.int8(row.batch_seq as number)
    c.text(row.body as string)
    await c.breathe()
  }
  await c.finish()
}

async function copyReceipts(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const c = new CopyRows(client, 'receipt', [
    'receipt_key',
    'tenant_key',
    'scope_key',
    'mapping_key',
    'batch_seq',
    'received_at',
    'name',
    'context',
    'outcomes',
    'bytes_length',
    'sha256',
    'packed',
    'bytes',
  ])
  for (const row of rows) {
    c.row(13)
    c.int8(row.receipt_key as number)
    for (const name of ['tenant_key', 'scope_key', 'mapping_key']) c.int4(row[name] as number)
    c.int8(row.batch_seq as number)
    c.time((row.received_at as Date).getTime())
    c.null()
    c.null()
    c.text(row.outcomes as string)
    c.int4(row.bytes_length as number)
    c.bytes(row.sha256 as Buffer)
    c.bool(row.packed as boolean)
    c.bytes(row.bytes as Buffer)
    await c.breathe()
  }
  await c.finish()
}

async function upsertOrders(client: pg.Client, orders: Batch['orders']): Promise<void> {
  const keys = new BinaryColumn('int8')
  const versions = new BinaryColumn('int4')
  const states = new BinaryColumn('json')
  for (const order of orders) {
    keys.int8(order.key)
    versions.int4(order.version)
    states.text(order.body)
  }
  await client.query({
    name: 'bare_orders',
    text: `insert into order_state (tenant_key, order_key, scope_keys, version, changed_seq, golden_id, status, label, updated_at, state)
      select 1, k, '{1,2}', v, 1, '00000000-0000-0000-0000-000000000000', 'in-transit', '4500012345', now(), s
      from unnest($1::int8[], $2::int4[], $3::json[]) as r(k, v, s)
      on conflict (order_key) do update set version = excluded.version, state = excluded.state, changed_seq = excluded.changed_seq, updated_at = excluded.updated_at`,
    values: [keys.take(), versions.take(), states.take()],
  })
}

async function insertIdentifiers(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const c = {
    id: new BinaryColumn('uuid'),
    key: new BinaryColumn('int8'),
    type: new BinaryColumn('text'),
    ns: new BinaryColumn('text'),
    value: new BinaryColumn('text'),
  }
  for (const row of rows) {
    c.id.uuid((row.identifier_id as string).replaceAll('-', ''))
    c.key.int8(row.order_key as number)
    c.type.text(row.identifier_type as string)
    c.ns.text(row.namespace as string)
    c.value.text(row.value as string)
  }
  await client.query({
    name: 'bare_identifiers',
    text: `insert into identifier (tenant_key, identifier_id, scope_keys, order_key, suspended, identifier_type, namespace, value)
      select 1, i, '{1}', k, false, t, n, v from unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[]) as r(i, k, t, n, v)`,
    values: [c.id.take(), c.key.take(), c.type.take(), c.ns.take(), c.value.take()],
  })
}

async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...config, types })
  await client.connect()
  return client
}
