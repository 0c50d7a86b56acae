import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { Source } from '#model/source.ts'
import { hostOf } from '#hub/transports.ts'
import { createBoard } from '#transports/board.ts'
import { startTransport } from '#transports/start.ts'
import { line, sourceOf, startWorld, type Reply, type World } from '#api/fixtures/world.ts'

const secret = `whsec_${Buffer.from('a secret of 24 bytes ok!').toString('base64')}`
const env = { SHOP: secret, STORE: 'store-secret' }
const board = createBoard()
let world: World

function hooked(name: string, options: Record<string, unknown>): Source {
  return { ...sourceOf(name, 'alpha', 'EMEA', 'ndjson'), transport: { kind: 'webhook', options } }
}

before(async () => {
  const sources = [
    sourceOf('alpha', 'alpha', 'EMEA'),
    hooked('shop', { scheme: 'standard', secrets: [{ env: 'SHOP' }] }),
    hooked('store', { scheme: 'shopify', secrets: [{ env: 'STORE' }] }),
  ]
  const strangers = { requests: 60, windowSeconds: 60 }
  world = await startWorld({ sources, api: { board, quotas: { strangers } } })
  const setting = {
    flow: world.flow,
    board,
    config: { data: '/nowhere' },
    now: () => world.clock.now,
    log: () => undefined,
    env,
  }
  for (const name of ['shop', 'store']) {
    const { transport } = world.flow.sources.get(name)!.source
    board.set(name, (await startTransport(hostOf(setting, name), transport))!)
  }
})
after(() => world[Symbol.asyncDispose]())

const codeOf = ({ body }: Reply) => (body as { code?: string }).code
const acceptedOf = ({ body }: Reply) => (body as { accepted: number }).accepted

function post(source: string, body: string, headers: Record<string, string>): Promise<Reply> {
  return world.call(`/v1/hooks/${source}`, { key: null, method: 'POST', body, headers })
}

function signed(id: string, body: string, at = world.clock.now): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  }
}

test('a signed webhook is taken without a key, and its order is there', async () => {
  const body = line({ order: 'H-1' })
  const reply = await post('shop', body, signed('msg_1', body))
  assert.deepEqual([reply.status, acceptedOf(reply)], [200, 1], reply.text)
  assert.equal((await world.call('/v1/orders/H-1')).status, 200)
})

test('a copy of a sending is refused, a sender that tries again is acknowledged, and neither has an effect', async () => {
  const body = line({ order: 'H-2' })
  const headers = signed('msg_2', body)
  assert.equal(acceptedOf(await post('shop', body, headers)), 1)
  const copy = await post('shop', body, headers)
  assert.deepEqual([copy.status, codeOf(copy)], [409, 'replayed'])
  world.clock.now += 60_000
  const again = await post('shop', body, signed('msg_2', body))
  assert.deepEqual([again.status, acceptedOf(again)], [200, 0])
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  const copyAtOnce = signed('msg_3', body)
  const many = await Promise.all(Array.from({ length: 5 }, () => post('shop', body, copyAtOnce)))
  assert.deepEqual(
    many.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409, 409, 409, 409],
  )
})

test('what is altered, old, unsigned, of another secret or of no door is refused, and nothing of it is kept', async () => {
  const body = line({ order: 'H-4' })
  const headers = signed('msg_4', body)
  const refused = [
    await post('shop', line({ order: 'H-5' }), headers),
    await post('shop', body, signed('msg_4', body, world.clock.now - 301_000)),
    await post('shop', body, {}),
    await post('store', body, headers),
    await post('shop', body, { ...headers, 'idempotency-key': 'x', 'webhook-id': 'msg_x' }),
  ]
  for (const reply of refused)
    assert.deepEqual([reply.status, codeOf(reply)], [401, 'bad-signature'])
  for (const name of ['alpha', 'nobody'])
    assert.equal(codeOf(await post(name, body, headers)), 'bad-signature')
  assert.equal((await world.call('/v1/orders/H-4')).status, 404)
  assert.equal((await world.call('/v1/orders/H-5')).status, 404)
})

test('where no time is signed, what comes again is acknowledged without an effect', async () => {
  const body = line({ order: 'H-6' })
  const hmac = createHmac('sha256', 'store-secret').update(body).digest('base64')
  const headers = { 'x-shopify-hmac-sha256': hmac }
  assert.equal(acceptedOf(await post('store', body, headers)), 1)
  const again = await post('store', body, headers)
  assert.deepEqual([again.status, acceptedOf(again)], [200, 0])
})

test('the list of sources and the measurements tell how a door is', async () => {
  const { items } = (await world.call('/v1/sources')).body as {
    items: { name: string; feed: { state: string; receiptsTaken: number; error: unknown } | null }[]
  }
  const feeds = new Map(items.map(({ name, feed }) => [name, feed]))
  assert.equal(feeds.get('alpha'), null)
  assert.equal(feeds.get('store')?.receiptsTaken, 1)
  const { text } = await world.call('/metrics', { key: null })
  assert.match(text, /^orderhub_feeds\{kind="webhook",state="idle"\} 2$/m)
  assert.doesNotMatch(text, /shop|store/)
})

test('a stranger who keeps guessing is refused before his body is read', async () => {
  const body = line({ order: 'H-7' })
  let status = 0
  for (let n = 0; n < 80 && status !== 429; n++)
    status = (await post('shop', body, { ...signed('g', body), 'webhook-id': 'other' })).status
  assert.equal(status, 429)
  assert.equal((await post('shop', 'x'.repeat(3_000_000), {})).status, 429)
})
