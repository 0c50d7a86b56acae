import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { verifyHub } from '#flow/verify.ts'
import { json, sourceOf, startWorld, type Reply, type World } from './fixtures/world.ts'
import {
  ledger,
  quarantined,
  quarantinePage,
  reviews,
  settled,
  sources,
} from './schemas/operations.ts'

let world: World
before(async () => {
  world = await startWorld({
    sources: [sourceOf('alpha', 'alpha', 'EMEA', 'ndjson', true), sourceOf('beta', 'beta', 'APAC')],
  })
})
after(() => world[Symbol.asyncDispose]())

function documented(schema: { parse: (value: unknown) => unknown }, { body }: Reply) {
  assert.deepEqual(schema.parse(body), body)
}

const open = async () =>
  (
    (await world.call('/v1/quarantine?status=open&source=alpha')).body as {
      items: { id: string; code: string }[]
    }
  ).items
const repair = () => world.flow.install(sourceOf('alpha', 'alpha', 'EMEA'))
const post = (path: string, init = {}) => world.call(path, { method: 'POST', ...init })
const balanced = async () => {
  const verified = await verifyHub(world.flow.pool, world.flow.access)
  assert.deepEqual(verified.problems, [])
}

test('what a mapping cannot read is kept with reason and bytes, and counted', async () => {
  const sent = await world.send(
    'alpha',
    { order: 'Q-1' },
    { order: 'Q-2', awb: 'Q-AWB' },
    { order: 'Q-1' },
  )
  assert.deepEqual(sent.body, {
    received: 3,
    accepted: 0,
    duplicate: 0,
    quarantined: 3,
    rejected: 0,
    events: 0,
  })
  const page = await world.call('/v1/quarantine?status=open&limit=2')
  documented(quarantinePage, page)
  const { items, next } = page.body as { items: { id: string; code: string }[]; next: string }
  assert.deepEqual([items.length, items[0]!.code], [2, 'no-identifier'])
  assert.equal(
    (
      (await world.call(`/v1/quarantine?status=open&limit=2&cursor=${next}`)).body as {
        items: unknown[]
      }
    ).items.length,
    1,
  )
  const one = await world.call(`/v1/quarantine/${items[0]!.id}`)
  documented(quarantined, one)
  assert.match((one.body as { text: string }).text, /"order":"Q-1"/)
  documented(ledger, await world.call('/v1/ledger'))
  documented(sources, await world.call('/v1/sources'))
  await balanced()
})

test('a replay with the same mapping changes nothing but says why', async () => {
  const [{ id } = { id: '' }] = await open()
  const { status, body } = await post(`/v1/quarantine/${id}/replay`)
  assert.deepEqual([status, (body as { code: string }).code], [422, 'still-quarantined'])
  assert.equal((await open()).length, 3)
  await balanced()
})

test('after the mapping is repaired a replay gives the orders, and the ledger moves with them', async () => {
  await repair()
  const ids = (await open()).map(({ id }) => id).toReversed()
  const replies: Reply[] = []
  for (const id of ids) replies.push(await post(`/v1/quarantine/${id}/replay`))
  for (const reply of replies) documented(settled, reply)
  assert.deepEqual(
    replies.map(({ body }) => (body as { events: number }).events),
    [1, 1, 0],
  )
  assert.equal(
    ((await world.call('/v1/orders/Q-AWB')).body as { status: string }).status,
    'ordered',
  )
  const { rows } = (await world.call('/v1/ledger')).body as { rows: Record<string, number>[] }
  const { accepted, duplicate, quarantined: left, difference } = rows[0]!
  assert.deepEqual(
    { accepted, duplicate, left, difference },
    { accepted: 2, duplicate: 1, left: 0, difference: 0 },
  )
  await balanced()
})

test('a second replay is a no-op, and so are many at once', async () => {
  const { items } = (await world.call('/v1/quarantine?status=replayed')).body as {
    items: { id: string }[]
  }
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => post(`/v1/quarantine/${items[0]!.id}/replay`)),
  )
  assert.deepEqual(
    new Set(replies.map(({ status, body }) => `${status} ${(body as { events: number }).events}`)),
    new Set(['200 0']),
  )
  const discard = await post(`/v1/quarantine/${items[0]!.id}/discard`)
  assert.deepEqual(
    [discard.status, (discard.body as { code: string }).code],
    [409, 'already-settled'],
  )
  await balanced()
})

test('a replay and new records arriving at once leave one truth', async () => {
  await world.flow.install(sourceOf('alpha', 'alpha', 'EMEA', 'ndjson', true))
  await world.send(
    'alpha',
    ...Array.from({ length: 5 }, (_, i) => ({ order: `R-${i}`, awb: 'R-AWB' })),
  )
  await repair()
  const ids = (await open()).map(({ id }) => id)
  const work = [
    ...ids.map((id) => post(`/v1/quarantine/${id}/replay`)),
    ...Array.from({ length: 10 }, (_, i) =>
      world.send('alpha', { order: `R-${i % 5}`, state: 'SHP', at: `2026-03-02T10:00:0${i}Z` }),
    ),
  ]
  for (const { status, text } of await Promise.all(work)) assert.equal(status, 200, text)
  const { identifiers, status } = (await world.call('/v1/orders/R-AWB')).body as {
    identifiers: unknown[]
    status: string
  }
  assert.deepEqual([identifiers.length, status], [6, 'shipped'])
  await balanced()
})

test('a record given up keeps its bytes and is not replayed', async () => {
  await world.send('beta', { state: 'NEW' })
  const { items } = (await world.call('/v1/quarantine?source=beta')).body as {
    items: { id: string }[]
  }
  const id = items[0]!.id
  for (let i = 0; i < 2; i++)
    assert.deepEqual((await post(`/v1/quarantine/${id}/discard`)).body, {
      id,
      status: 'discarded',
      events: 0,
    })
  const replay = await post(`/v1/quarantine/${id}/replay`)
  assert.equal(replay.status, 409)
  assert.match(((await world.call(`/v1/quarantine/${id}`)).body as { text: string }).text, /NEW/)
  assert.equal((await post('/v1/quarantine/999999/replay')).status, 404)
  await balanced()
})

test('a wrong link is taken apart and put back', async () => {
  await world.send('alpha', { order: 'L-1', awb: 'L-AWB' })
  await world.send('alpha', { order: 'L-2', awb: 'L-AWB' })
  const idOf = async (text: string) =>
    ((await world.call(`/v1/orders/${text}`)).body as { id: string }).id
  assert.equal(await idOf('L-1'), await idOf('L-2'))
  const claims = [{ source: 'alpha', a: 'order:alpha:L-2', b: 'tracking:fedex:L-AWB' }]
  assert.deepEqual(
    (await world.call('/v1/links/void', json({ claims, reason: 'wrong label' }))).body,
    { claims: 1 },
  )
  assert.notEqual(await idOf('L-1'), await idOf('L-2'))
  const graph = (await world.call('/v1/orders/L-2/graph')).body as { edges: { voided?: true }[] }
  assert.deepEqual(
    graph.edges.map((edge) => edge.voided),
    [true],
  )
  assert.equal((await world.call('/v1/links/restore', json({ claims }))).status, 200)
  assert.equal(await idOf('L-1'), await idOf('L-2'))
  const unknown = await world.call(
    '/v1/links/void',
    json({ claims: [{ ...claims[0], a: 'order:alpha:NONE' }], reason: 'x' }),
  )
  assert.equal((unknown.body as { code: string }).code, 'unknown-link')
})

test('an identifier that joins too many orders waits for a person, who may let it through', async () => {
  for (let i = 0; i < 60; i++) await world.send('alpha', { order: `G-${i}`, awb: 'GUARDED' })
  const waiting = await world.call('/v1/reviews?status=open')
  documented(reviews, waiting)
  const { items } = waiting.body as { items: { identifier: string; waitingCount: number }[] }
  assert.deepEqual(
    items.map(({ identifier }) => identifier),
    ['tracking:fedex:GUARDED'],
  )
  assert.ok(items[0]!.waitingCount > 0)
  const beta = await world.key({ scopes: [{ company: 'beta' }] })
  const path = `/v1/reviews/${encodeURIComponent(items[0]!.identifier)}/approve`
  assert.equal((await world.call(path, { method: 'POST', key: beta })).status, 404)
  const approved = await world.call(path, { method: 'POST' })
  assert.deepEqual(
    [approved.status, (approved.body as { decision: string }).decision],
    [200, 'allowed'],
  )
  assert.equal(
    ((await world.call('/v1/reviews?status=open')).body as { items: unknown[] }).items.length,
    0,
  )
  const { identifiers } = (await world.call('/v1/orders/GUARDED')).body as {
    identifiers: unknown[]
  }
  assert.equal(identifiers.length, 61)
})
