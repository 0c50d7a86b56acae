import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, type PoolConfig } from 'pg'
import { startFlow, type Flow, type FlowOptions } from '#flow/hub.ts'
import { verifyHub } from '#flow/verify.ts'
import { withAccess } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { unpackReceipt } from '#store/unpack.ts'
import { random } from '#simulator/random.ts'
import { eventSources, ndjson } from '../support/event-source.ts'
import { eventOf } from '../support/histories/told-event.ts'

const source = 'carrier'
const tables = [
  'receipt',
  'event',
  'order_state',
  'identifier',
  'quarantine',
  'ledger',
  'source_position',
  'outbox',
  'batch',
]
const position = { stream: 'topic', from: 0, to: 42 }

function start(
  app: PoolConfig,
  failpoint: FlowOptions['failpoint'] = () => undefined,
): Promise<Flow> {
  const now = (): number => Date.now()
  return startFlow({
    app,
    organisation: 'Nordwind',
    sources: eventSources,
    now,
    wait: (ms) => wait(ms),
    failpoint,
  })
}

/** Good events of one order, and one record that is refused. */
function receipt(seed: number): { bytes: Buffer; events: number } {
  const dice = random(seed)
  const events = Array.from({ length: 5 }, (_, i) => {
    const order = { ns: 'servers', type: 'order', value: `${seed}` } as const
    const event = eventOf([order, { ns: 'fedex', type: 'tracking', value: `${seed}${i}` }], dice)
    return { ...event, source, company: 'carriers', region: 'GLOBAL' }
  })
  const distinct = new Set(events.map((event) => event.id)).size
  return { bytes: ndjson([...events, { refuse: 'not today' }]), events: distinct }
}

/** Rows of each table, seen past row security by another connection. */
async function rowCounts(owner: PoolConfig): Promise<Record<string, number>> {
  const client = new Client(owner)
  await client.connect()
  try {
    const counts: Record<string, number> = {}
    for (const table of tables) {
      counts[table] = Number(
        (await client.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n,
      )
    }
    return counts
  } finally {
    await client.end()
  }
}

type Kept = { record_from: number; record_to: number; packed: boolean; bytes: Buffer }

const none = Object.fromEntries(tables.map((table) => [table, 0]))

test('nothing is acknowledged and nothing is seen before the commit; then everything is', async () => {
  await using database = await createTestDatabase()
  const reached = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  await using flow = await start(database.app, async (name) => {
    if (name !== 'before-commit') return
    reached.resolve()
    await go.promise
  })
  const { bytes, events } = receipt(1)
  let acknowledged = false
  const totals = flow.ingest(source, bytes, { position }).then((told) => {
    acknowledged = true
    return told
  })
  await reached.promise
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(acknowledged, false)
  assert.deepEqual(await rowCounts(database.owner), none)
  go.resolve()
  assert.deepEqual(await totals, {
    received: 6,
    accepted: 5,
    duplicate: 0,
    quarantined: 1,
    rejected: 0,
    events,
  })
  const after = await rowCounts(database.owner)
  assert.deepEqual(after, {
    receipt: 1,
    event: events,
    order_state: 1,
    identifier: 6,
    quarantine: 1,
    ledger: 1,
    source_position: 1,
    outbox: 1,
    batch: 1,
  })
})

test('at the moment of the commit everything of the batch is there, before anybody is told', async () => {
  await using database = await createTestDatabase()
  let seen: Record<string, number> | null = null
  await using flow = await start(database.app, async (name) => {
    if (name === 'after-commit') seen ??= await rowCounts(database.owner)
  })
  await flow.ingest(source, receipt(1).bytes, { position })
  assert.deepEqual(
    tables.filter((table) => seen![table] === 0),
    [],
  )
})

test('a batch that fails at its last step leaves nothing, and is done again from what is true', async () => {
  await using database = await createTestDatabase()
  let failures = 0
  await using flow = await start(database.app, async (name) => {
    if (name !== 'before-commit' || failures >= 2) return
    failures++
    throw new Error('the wire broke')
  })
  for (const seed of [1, 1, 2]) await flow.ingest(source, receipt(seed).bytes, { position })
  assert.equal(failures, 2)
  const verified = await verifyHub(flow.pool, flow.access)
  assert.deepEqual(verified.problems, [])
  assert.equal(verified.events, receipt(1).events + receipt(2).events)
  assert.equal(verified.orders, 2)
})

test('the books say what was new, what was known and what was refused', async () => {
  await using database = await createTestDatabase()
  await using flow = await start(database.app)
  for (let n = 0; n < 3; n++) await flow.ingest(source, receipt(1).bytes)
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query('select received, accepted, duplicate, quarantined, rejected from ledger'),
  )
  assert.deepEqual(rows, [
    { received: 18, accepted: 5, duplicate: 10, quarantined: 3, rejected: 0 },
  ])
})

test('a refused record is kept with its bytes, its reason, its place and the mapping that refused it', async () => {
  await using database = await createTestDatabase()
  await using flow = await start(database.app)
  await flow.ingest(source, receipt(1).bytes)
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      `select q.code, q.detail, q.path, q.state, m.version, q.record_from, q.record_to, r.packed, r.bytes
       from quarantine q join receipt r on r.receipt_key = q.receipt_key join mapping m on m.mapping_key = q.mapping_key`,
    ),
  )
  assert.equal(rows.length, 1)
  const { record_from, record_to, packed, bytes, ...told } = rows[0] as Kept
  assert.deepEqual(told, {
    code: 'bad-value',
    detail: 'not today',
    path: 'refuse',
    state: 'open',
    version: 1,
  })
  const record = unpackReceipt({ packed, bytes }).subarray(record_from, record_to)
  assert.equal(record.toString().trim(), '{"refuse":"not today"}')
})

test('two hubs on one database lose nothing and overwrite nothing', async () => {
  await using database = await createTestDatabase()
  await using one = await start(database.app)
  await using other = await start(database.app)
  const sent = Array.from({ length: 12 }, (_, i) => receipt(i % 4))
  await Promise.all(sent.map(({ bytes }, i) => (i % 2 === 0 ? one : other).ingest(source, bytes)))
  const verified = await verifyHub(one.pool, one.access)
  assert.deepEqual(verified.problems, [])
  assert.equal(verified.receipts, 12)
  assert.equal(verified.orders, 4)
})
