import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { limits } from '#model/limits.ts'
import { json, line, startWorld, type Reply, type World } from './fixtures/world.ts'
import { totals } from './schemas/words.ts'

let world: World
before(async () => {
  world = await startWorld({ api: { quotas: { strangers: { requests: 40, windowSeconds: 60 } } } })
})
after(() => world[Symbol.asyncDispose]())

const codeOf = ({ body }: Reply) => (body as { code: string }).code
const event = (id: string, extra: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/shop',
  type: 'order.status',
  data: { order: id, state: 'NEW', at: '2026-03-01T10:00:00Z' },
  ...extra,
})
const cloud = (type: string, body: string) => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
})

test('records are answered with what became of each, after they are committed', async () => {
  const reply = await world.send('alpha', { order: 'R-1' }, { order: 'R-1' }, { state: 'NEW' })
  assert.deepEqual(totals.parse(reply.body), reply.body)
  assert.deepEqual(reply.body, {
    received: 3,
    accepted: 1,
    duplicate: 1,
    quarantined: 1,
    rejected: 0,
    events: 1,
  })
  assert.equal((await world.call('/v1/orders/R-1')).status, 200)
  const again = await world.send('alpha', { order: 'R-1' })
  assert.equal((again.body as { duplicate: number }).duplicate, 1)
})

test('the name of a file is kept with its bytes', async () => {
  await world.call('/v1/sources/alpha/records?name=drop-7.ndjson', {
    method: 'POST',
    body: line({ order: 'R-2' }),
  })
  const { items } = (await world.call('/v1/orders/R-2/timeline')).body as {
    items: { event: string }[]
  }
  const { record } = (await world.call(`/v1/orders/R-2/evidence?event=${items[0]!.event}`))
    .body as { record: { name: string } }
  assert.equal(record.name, 'drop-7.ndjson')
})

test('a body over the limit is refused whole, an empty one too, and so is a packed one', async () => {
  const large = await world.call('/v1/sources/alpha/records', {
    method: 'POST',
    body: Buffer.alloc(limits.receiptBytesMax + 1, 32),
  })
  assert.deepEqual([large.status, codeOf(large)], [413, 'too-large'])
  const empty = await world.call('/v1/sources/alpha/records', { method: 'POST' })
  assert.deepEqual([empty.status, codeOf(empty)], [400, 'bad-body'])
  const packed = await world.call('/v1/sources/alpha/records', {
    method: 'POST',
    body: 'x',
    headers: { 'content-encoding': 'gzip' },
  })
  assert.deepEqual([packed.status, codeOf(packed)], [415, 'wrong-media-type'])
  const json = await world.call('/v1/links/void', {
    method: 'POST',
    body: `"${'x'.repeat(300_000)}"`,
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(json.status, 413)
})

test('an unknown source is told with a hint', async () => {
  const reply = await world.send('nobody', { order: 'X' })
  assert.deepEqual([reply.status, codeOf(reply)], [404, 'unknown-source'])
})

test('CloudEvents are taken singly, in batches, a line each and in binary mode', async () => {
  const taken = [
    await world.call(
      '/v1/events',
      cloud('application/cloudevents+json; charset=utf-8', JSON.stringify(event('E-1'))),
    ),
    await world.call(
      '/v1/events',
      cloud('application/cloudevents-batch+json', JSON.stringify([event('E-2'), event('E-3')])),
    ),
    await world.call(
      '/v1/events',
      cloud(
        'application/x-ndjson',
        `${JSON.stringify(event('E-4'))}\n${JSON.stringify(event('E-5'))}\n`,
      ),
    ),
    await world.call('/v1/events?source=hub-events', {
      method: 'POST',
      body: JSON.stringify(event('E-6').data),
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': 'E-6',
        'ce-source': '/shop%2520floor',
        'ce-subject': 'caf%C3%A9',
        'ce-type': 'order.status',
      },
    }),
    await world.call('/v1/events', cloud('application/json', JSON.stringify([event('E-7')]))),
  ]
  assert.deepEqual(
    taken.map(({ status, text, body }) =>
      status === 200 ? (body as { accepted: number }).accepted : text,
    ),
    [1, 2, 2, 1, 1],
  )
  for (const id of ['E-1', 'E-2', 'E-3', 'E-4', 'E-5', 'E-6', 'E-7'])
    assert.equal((await world.call(`/v1/orders/${id}`)).status, 200, id)
})

test('an event that breaks a rule is refused with all of its batch, naming each fault', async () => {
  const bad = [
    event('F-1'),
    event('F-2', { specversion: '0.3', id: '' }),
    event('F-3', { time: 'soon', Extra: 1, nested: {} }),
  ]
  const reply = await world.call(
    '/v1/events',
    cloud('application/cloudevents-batch+json', JSON.stringify(bad)),
  )
  assert.deepEqual([reply.status, codeOf(reply)], [400, 'bad-event'])
  const { errors } = reply.body as { errors: { at: string }[] }
  assert.deepEqual(
    errors.map((each) => each.at),
    ['/1/id', '/1/specversion', '/2/time', '/2/Extra', '/2/nested'],
  )
  assert.equal((await world.call('/v1/orders/F-1')).status, 404)
})

test('a faulty line among lines goes to quarantine, the others are taken', async () => {
  const reply = await world.call(
    '/v1/events',
    cloud('application/x-ndjson', `${JSON.stringify(event('L-1'))}\n{"specversion":"1.0"}\n`),
  )
  const { accepted, quarantined } = reply.body as { accepted: number; quarantined: number }
  assert.deepEqual([accepted, quarantined], [1, 1])
})

test('events need a source that speaks CloudEvents', async () => {
  const body = JSON.stringify(event('S-1'))
  const named = await world.call(
    '/v1/events?source=alpha',
    cloud('application/cloudevents+json', body),
  )
  assert.deepEqual([named.status, codeOf(named)], [415, 'wrong-media-type'])
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  const none = await world.call('/v1/events', {
    ...cloud('application/cloudevents+json', body),
    key,
  })
  assert.deepEqual([none.status, codeOf(none)], [400, 'no-source-named'])
  const text = await world.call('/v1/events', cloud('text/plain', body))
  assert.equal(text.status, 415)
})

test('fifty equal POSTs with one Idempotency-Key at once have one effect, and its answer is kept', async () => {
  const headers = { 'idempotency-key': '"7f1c0d9e-1"' }
  const before = await receipts()
  const send = () =>
    world.call('/v1/sources/alpha/records', {
      method: 'POST',
      body: line({ order: 'I-1' }),
      headers,
    })
  const replies = await Promise.all(Array.from({ length: 50 }, send))
  assert.equal((await receipts()) - before, 1)
  assert.ok(replies.every(({ status }) => status === 200 || status === 409))
  for (const reply of replies.filter(({ status }) => status === 409))
    assert.equal(codeOf(reply), 'in-flight')
  const again = await send()
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  assert.deepEqual(again.body, {
    received: 1,
    accepted: 1,
    duplicate: 0,
    quarantined: 0,
    rejected: 0,
    events: 1,
  })
  const bare = await world.call('/v1/sources/alpha/records', {
    method: 'POST',
    body: line({ order: 'I-1' }),
    headers: { 'idempotency-key': '7f1c0d9e-1' },
  })
  assert.equal(bare.headers.get('idempotency-replayed'), 'true')
})

test('a key for another body is refused, lives for a day, and is no other key’s', async () => {
  const headers = { 'idempotency-key': 'k-2' }
  const send = (order: string, key = world.admin) =>
    world.call('/v1/sources/alpha/records', { method: 'POST', body: line({ order }), headers, key })
  assert.equal((await send('I-2')).status, 200)
  const other = await send('I-3')
  assert.deepEqual([other.status, codeOf(other)], [422, 'idempotency-mismatch'])
  assert.equal((await send('I-3', await world.key({}))).status, 200)
  world.clock.now += 24 * 3_600_000 + 1
  assert.equal((await send('I-4')).status, 200)
  const wrong = await world.call('/v1/sources/alpha/records', {
    method: 'POST',
    body: 'x',
    headers: { 'idempotency-key': 'a b' },
  })
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'bad-idempotency-key'])
})

test('a request that had no effect leaves its key free', async () => {
  const headers = { 'idempotency-key': 'k-3' }
  const send = (source: string) =>
    world.call(`/v1/sources/${source}/records`, {
      method: 'POST',
      body: line({ order: 'I-5' }),
      headers,
    })
  assert.equal((await send('nobody')).status, 404)
  assert.equal((await send('alpha')).status, 200)
})

test('while too much is waiting the hub answers 429 and says when to come back', async () => {
  const flow = {
    ...world.flow,
    pipeline: { ...world.flow.pipeline, queuedBytes: limits.queueBytesMax },
  }
  const views = { pool: flow.pool, trustOf: flow.trustOf, scopes: flow.scopes, formatOf: () => '' }
  const { startApi } = await import('./start.ts')
  await using api = await startApi({ flow, views, port: 0, now: () => world.clock.now })
  const reply = await fetch(`${api.url}/v1/sources/alpha/records`, {
    method: 'POST',
    body: line({ order: 'Q-1' }),
    headers: { authorization: `Bearer ${world.admin}` },
  })
  assert.deepEqual(
    [
      reply.status,
      reply.headers.get('retry-after'),
      ((await reply.json()) as { code: string }).code,
    ],
    [429, '1', 'queue-full'],
  )
})

test('every answer tells the quota that is left; beyond it 429, and guessing keys is stopped by address', async () => {
  await using tight = await startWorld({
    database: world.database,
    api: { quotas: { reads: { requests: 3, windowSeconds: 60 } } },
  })
  const replies: Reply[] = []
  for (let i = 0; i < 5; i++) replies.push(await tight.call('/v1/me'))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 429, 429],
  )
  assert.equal(replies[0]!.headers.get('ratelimit-policy'), '"reads";q=3;w=60')
  assert.match(replies[0]!.headers.get('ratelimit')!, /^"reads";r=2;t=\d+$/)
  assert.ok(Number(replies[3]!.headers.get('retry-after')) > 0)
  assert.equal((await tight.call('/v1/me', { key: await tight.key({}) })).status, 200)

  const guesses = await Promise.all(
    Array.from({ length: 50 }, (_, i) => world.call('/v1/me', { key: `ohk_${i}_guess` })),
  )
  assert.equal(guesses.filter(({ status }) => status === 401).length, 40)
  assert.equal(guesses.filter(({ status }) => status === 429).length, 10)
})

test('unknown fields of a body are refused by name, and so is a body where none belongs', async () => {
  const claims = [{ source: 'alpha', a: 'order:alpha:R-1', b: 'order:alpha:R-2', weight: 1 }]
  const reply = await world.call('/v1/links/void', json({ claims, reason: 'x', force: true }))
  assert.deepEqual([reply.status, codeOf(reply)], [400, 'bad-body'])
  assert.deepEqual(
    (reply.body as { errors: { at: string }[] }).errors.map(({ at }) => at).toSorted(),
    ['claims.0.weight', 'force'],
  )
  assert.equal((await world.call('/v1/quarantine/1/discard', json({ x: 1 }))).status, 400)
})

async function receipts(): Promise<number> {
  const { rows } = (await world.call('/v1/ledger')).body as { rows: { received: number }[] }
  return rows.reduce((sum, row) => sum + row.received, 0)
}
