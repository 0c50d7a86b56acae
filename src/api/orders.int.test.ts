import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from './fixtures/world.ts'
import {
  candidates,
  evidence,
  graph,
  orderPage,
  orderView,
  searchHits,
  timelinePage,
} from './schemas/order.ts'

let world: World
before(async () => {
  world = await startWorld()
  await world.send(
    'alpha',
    { order: 'A-1', customer: 'Cobalt', po: 'PO-7' },
    { order: 'A-1', state: 'SHP', at: '2026-03-02T10:00:00Z', awb: '794600001' },
  )
  await world.send('alpha', { order: 'SAME-9' })
  await world.send('beta', { order: 'SAME-9', state: 'OK' })
  world.clock.now += 3_600_000
  await world.send('alpha', { order: 'A-1', state: 'DLV', at: '2026-03-03T10:00:00Z' })
})
after(() => world[Symbol.asyncDispose]())

/** What the schema makes of a body must be the body: nothing undocumented is answered. */
function documented(schema: { parse: (value: unknown) => unknown }, value: unknown) {
  assert.deepEqual(schema.parse(value), value)
}

test('an order is found by every identifier it has, and by its golden id', async () => {
  const { body: order }: { body: { id: string; status: string } } =
    await world.call('/v1/orders/A-1')
  documented(orderView, order)
  assert.equal(order.status, 'delivered')
  for (const text of ['a-1', '794600001', 'PO-7', order.id]) {
    const found = await world.call(`/v1/orders/${encodeURIComponent(text)}`)
    assert.equal((found.body as { id: string }).id, order.id, text)
  }
})

test('an order is answered as it was known at a moment', async () => {
  const then = await world.call('/v1/orders/A-1?asOf=2026-03-10T12:30:00Z')
  documented(orderView, then.body)
  assert.equal((then.body as { status: string }).status, 'shipped')
  const before = await world.call('/v1/orders/A-1?asOf=2026-03-09T12:30:00Z')
  assert.equal(before.status, 404)
  assert.equal((before.body as { code: string }).code, 'unknown-order')
})

test('a number that two companies use is answered with 300 and its candidates; ns narrows it', async () => {
  const both = await world.call('/v1/orders/SAME-9')
  assert.equal(both.status, 300)
  documented(candidates, both.body)
  assert.equal((both.body as { candidates: unknown[] }).candidates.length, 2)
  for (const part of ['timeline', 'graph'])
    assert.equal((await world.call(`/v1/orders/SAME-9/${part}`)).status, 300)
  const one = await world.call('/v1/orders/SAME-9?ns=beta&type=order')
  assert.equal((one.body as { status: string }).status, 'confirmed')
})

test('the timeline is paged, and every event leads to its bytes', async () => {
  const first = await world.call('/v1/orders/A-1/timeline?limit=2')
  documented(timelinePage, first.body)
  const { items, next } = first.body as {
    items: { event: string; milestone: string }[]
    next: string
  }
  assert.deepEqual(
    items.map((row) => row.milestone),
    ['ordered', 'shipped'],
  )
  const rest = (await world.call(`/v1/orders/A-1/timeline?limit=2&cursor=${next}`)).body as {
    items: { milestone: string }[]
    next: null
  }
  assert.deepEqual([rest.items.map((row) => row.milestone), rest.next], [['delivered'], null])

  const shown = await world.call(`/v1/orders/A-1/evidence?event=${items[1]!.event}`)
  documented(evidence, shown.body)
  assert.match(
    (shown.body as { record: { text: string } }).record.text,
    /"state":"SHP".*"awb":"794600001"/,
  )
  const none = await world.call('/v1/orders/A-1/evidence?event=0000000000000000')
  assert.equal((none.body as { code: string }).code, 'unknown-event')
})

test('the graph names identifiers and the links between them', async () => {
  const { body } = await world.call('/v1/orders/A-1/graph')
  documented(graph, body)
  const { nodes, edges } = body as { nodes: { id: string }[]; edges: { a: string; b: string }[] }
  assert.deepEqual(nodes.map((node) => node.id).toSorted(), [
    'order:alpha:A-1',
    'purchase-order:customer:PO-7',
    'tracking:fedex:794600001',
  ])
  assert.equal(edges.length, 2)
})

test('lists are filtered and paged by opaque cursors', async () => {
  const first = await world.call('/v1/orders?limit=1')
  documented(orderPage, first.body)
  const { items, next } = first.body as { items: { label: string }[]; next: string }
  assert.equal(items[0]!.label, 'A-1')
  const all: string[] = []
  for (let cursor: string | null = next; cursor !== null;) {
    const page = (await world.call(`/v1/orders?limit=1&cursor=${cursor}`)).body as {
      items: { label: string }[]
      next: string | null
    }
    all.push(...page.items.map((row) => row.label))
    cursor = page.next
  }
  assert.deepEqual(all, ['SAME-9', 'SAME-9'])
  const beta = (await world.call('/v1/orders?company=beta&status=confirmed')).body as {
    items: unknown[]
  }
  assert.equal(beta.items.length, 1)
  const foreign = await world.call(`/v1/quarantine?cursor=${next}`)
  assert.equal((foreign.body as { code: string }).code, 'bad-cursor')
})

test('search finds identifiers by their beginning', async () => {
  const { body } = await world.call('/v1/search?q=7946')
  documented(searchHits, body)
  assert.deepEqual(
    (body as { items: { value: string }[] }).items.map((hit) => hit.value),
    ['794600001'],
  )
  assert.deepEqual((await world.call('/v1/search?q=')).body, { items: [] })
})

test('what the hub does not know is a problem with code and hint, never an empty answer', async () => {
  const { status, body, headers } = await world.call('/v1/orders/NOBODY-KNOWS')
  const { code, hint, instance, type } = body as Record<string, string>
  assert.deepEqual([status, code, type], [404, 'unknown-order', '/docs#unknown-order'])
  assert.ok(hint !== undefined && instance!.endsWith(headers.get('x-request-id')!))
  assert.match(headers.get('content-type')!, /^application\/problem\+json/)
})

test('unknown and repeated parameters and wrong values are refused by name', async () => {
  for (const [query, at] of [
    ['colour=red', '?colour'],
    ['limit=0', '?limit'],
    ['limit=x', '?limit'],
    ['status=lost', '?status'],
    ['limit=1&limit=2', '?limit'],
  ] as const) {
    const { status, body } = await world.call(`/v1/orders?${query}`)
    assert.deepEqual(
      [status, (body as { errors: { at: string }[] }).errors[0]!.at],
      [400, at],
      query,
    )
  }
  assert.equal((await world.call('/v1/orders/A-1?asOf=yesterday')).status, 400)
})
