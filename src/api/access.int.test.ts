/** Who may do what, over every operation of the OpenAPI document: none is left out, or the count fails. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withAccess } from '#store/client.ts'
import type { CallInit, Reply, World } from './fixtures/world.ts'
import { json, line, sourceOf, startWorld } from './fixtures/world.ts'
import { revokeKey } from './keys.ts'
import type { Document, DocumentedOperation } from './openapi.ts'
import { permissions } from './principal.ts'

let world: World
/** Another organisation on the same database, with a hub of its own. */
let other: World
let documented: { path: string; method: string; operation: DocumentedOperation }[]
const ids = { event: '', quarantined: '' }

before(async () => {
  world = await startWorld()
  other = await startWorld({
    database: world.database,
    tenant: 2,
    sources: [sourceOf('gamma', 'gamma', 'EMEA'), sourceOf('alpha', 'alpha', 'EMEA')],
  })
  await world.send('alpha', { order: 'SECRET-1', customer: 'Confidential Ltd', awb: 'SECRET-AWB' })
  await world.send('beta', { order: 'BETA-1' })
  await world.send('alpha', { state: 'NEW', customer: 'Confidential Ltd' })
  await world.call('/v1/events', { ...cloudEvent('SECRET-2'), method: 'POST' })
  ids.event = (
    (await world.call('/v1/orders/SECRET-1/timeline')).body as { items: { event: string }[] }
  ).items[0]!.event
  ids.quarantined = (
    (await world.call('/v1/quarantine')).body as { items: { id: string }[] }
  ).items[0]!.id
  const document = (await world.call('/openapi.json', { key: null })).body as Document
  documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  )
})
after(async () => {
  await other[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

function cloudEvent(order: string): CallInit {
  const data = { order, state: 'NEW', at: '2026-03-01T10:00:00Z', customer: 'Confidential Ltd' }
  const event = { specversion: '1.0', id: order, source: '/test', type: 'order', data }
  return {
    body: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json' },
  }
}

const claim = { source: 'alpha', a: 'order:alpha:SECRET-1', b: 'tracking:fedex:SECRET-AWB' }

/** A request of each operation that aims at rows of company alpha. */
function aimed(id: string): { path: string; init?: CallInit } {
  const order = '/v1/orders/SECRET-1'
  const requests: Record<string, { path: string; init?: CallInit }> = {
    listOrders: { path: '/v1/orders' },
    search: { path: '/v1/search?q=SECRET' },
    getOrder: { path: order },
    getTimeline: { path: `${order}/timeline` },
    getGraph: { path: `${order}/graph` },
    getEvidence: { path: `${order}/evidence?event=${ids.event}` },
    followOrders: { path: '/v1/live?lastEventId=0' },
    sendRecords: { path: '/v1/sources/alpha/records', init: { body: line({ order: 'SECRET-1' }) } },
    receiveWebhook: {
      path: '/v1/hooks/alpha',
      init: { body: line({ order: 'SECRET-1' }) },
    },
    sendEvents: { path: '/v1/events?source=hub-events', init: cloudEvent('SECRET-2') },
    readLedger: { path: '/v1/ledger' },
    listQuarantine: { path: '/v1/quarantine' },
    getQuarantined: { path: `/v1/quarantine/${ids.quarantined}` },
    replayQuarantined: { path: `/v1/quarantine/${ids.quarantined}/replay` },
    discardQuarantined: { path: `/v1/quarantine/${ids.quarantined}/discard` },
    listQuarantineCauses: { path: '/v1/quarantine/causes' },
    tryQuarantined: { path: '/v1/quarantine/dry-runs', init: json({ source: 'alpha' }) },
    replayMany: { path: '/v1/quarantine/replays', init: json({ source: 'alpha' }) },
    getReplay: { path: `/v1/quarantine/replays/${'1'.repeat(22)}` },
    editQuarantined: {
      path: `/v1/quarantine/${ids.quarantined}/edit`,
      init: { body: line({ state: 'NEW' }) },
    },
    voidLinks: { path: '/v1/links/void', init: json({ claims: [claim], reason: 'a test' }) },
    restoreLinks: { path: '/v1/links/restore', init: json({ claims: [claim] }) },
    listReviews: { path: '/v1/reviews' },
    approveReview: { path: '/v1/reviews/order:alpha:SECRET-1/approve' },
    listSources: { path: '/v1/sources' },
    listSourceVersions: { path: '/v1/sources/alpha/versions' },
    getSourceVersion: { path: '/v1/sources/alpha/versions/1' },
    addSourceVersion: { path: '/v1/sources/alpha/versions', init: json({ files: {} }) },
    startSourceDiff: { path: '/v1/sources/alpha/diffs', init: json({ version: 1 }) },
    getSourceDiff: { path: '/v1/sources/alpha/diffs/none' },
    publishSource: { path: '/v1/sources/alpha/publish', init: json({ version: 1 }) },
    rollBackSource: { path: '/v1/sources/alpha/rollback', init: json({ version: 1 }) },
    getContract: { path: '/v1/sources/alpha/contract' },
    listContracts: { path: '/v1/sources/alpha/contract/versions' },
    compareContracts: { path: '/v1/sources/alpha/contract/changes?from=1' },
    checkContract: { path: '/v1/sources/alpha/contract/check', init: { body: line({}) } },
    renewContract: { path: '/v1/sources/alpha/contract/renew' },
    acknowledgeDrift: { path: '/v1/sources/alpha/drift/acknowledge' },
    listDrift: { path: '/v1/drift' },
    getShadow: { path: '/v1/sources/alpha/shadow' },
    listTerms: { path: '/v1/terms' },
    listUnknownWords: { path: '/v1/unknown-words' },
    listFeeds: { path: '/v1/feeds' },
    writeAcknowledgement: { path: '/v1/receipts/999999999/acknowledgement' },
    getMe: { path: '/v1/me' },
    leave: { path: '/v1/me/session' },
    createEntry: { path: '/v1/entries', init: json({}) },
    enter: { path: '/enter/none' },
    livez: { path: '/livez' },
    readyz: { path: '/readyz' },
    metrics: { path: '/metrics' },
    openapi: { path: '/openapi.json' },
    docs: { path: '/docs' },
  }
  const found = requests[id]
  assert.ok(found, `the matrix knows no request for ${id}; add one`)
  return found
}

async function ask(hub: World, id: string, method: string, key: string | null): Promise<Reply> {
  const { path, init = {} } = aimed(id)
  if (id === 'followOrders') return listen(hub, path, key)
  return hub.call(path, { ...init, method, key })
}

/** The live feed does not end: what comes within a moment is its answer. */
async function listen(hub: World, path: string, key: string | null): Promise<Reply> {
  const stop = new AbortController()
  const response = await fetch(hub.api.url + path, {
    signal: stop.signal,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  })
  let text = ''
  const decoder = new TextDecoder()
  const timer = setTimeout(() => stop.abort(), 200)
  try {
    for await (const chunk of response.body!)
      text += decoder.decode(chunk as Uint8Array, { stream: true })
  } catch {
    // Ended by us.
  }
  clearTimeout(timer)
  const body = response.ok ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, text, body: body as never }
}

const open = ['enter', 'receiveWebhook', 'livez', 'readyz', 'metrics', 'openapi', 'docs']

/** Whatever belongs to company alpha of the first organisation, however it is written. */
const secrets = /SECRET|Confidential|hub-events|"alpha"|alpha of alpha/

test('no operation but the open ones answers a caller without a key, or with a wrong one', async () => {
  for (const { method, operation } of documented) {
    const id = operation.operationId
    assert.equal(operation.security.length === 0, open.includes(id), `${id} is open to everyone`)
    for (const key of [
      null,
      'ohk_abc_0000000000000000000000000000000000000000000',
      "ohk_a_' or true --",
    ]) {
      const { status, text } = await ask(world, id, method, key)
      if (!open.includes(id)) assert.equal(status, 401, `${id} with ${key}`)
      assert.doesNotMatch(text, /SECRET|Confidential/, id)
    }
  }
})

test('an operation needs its permission, whatever else a key may do', async () => {
  for (const { method, operation } of documented) {
    const needed = operation['x-permission']
    if (needed === undefined) continue
    const others = permissions.filter((each) => each !== needed && each !== 'admin')
    const key = await world.key({ permissions: others })
    const { status, body, text } = await ask(world, operation.operationId, method, key)
    assert.deepEqual(
      [status, (body as { code: string }).code],
      [403, 'not-allowed'],
      operation.operationId,
    )
    assert.doesNotMatch(text, secrets)
  }
})

test('for a key of a foreign company nothing of the other company exists: no answer tells of it', async () => {
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  const told: string[] = []
  for (const { method, operation } of documented) {
    const { status, text, body } = await ask(world, operation.operationId, method, key)
    // A problem may repeat what was asked for; anything else may not name it.
    const repeated = status >= 400 ? String((body as { detail?: string }).detail) : ''
    const rest = text.replace(JSON.stringify(repeated), '').replaceAll(/"instance":"[^"]*"/g, '')
    if (open.includes(operation.operationId)) assert.doesNotMatch(rest, /SECRET|Confidential/)
    else assert.doesNotMatch(rest, secrets, operation.operationId)
    if (aimed(operation.operationId).path.includes('SECRET') || status >= 400)
      told.push(`${operation.operationId} ${status}`)
  }
  assert.deepEqual(told.toSorted(), [
    'acknowledgeDrift 404',
    'addSourceVersion 404',
    'approveReview 404',
    'checkContract 404',
    'compareContracts 404',
    'discardQuarantined 404',
    'editQuarantined 404',
    'enter 401',
    'getContract 404',
    'getEvidence 404',
    'getGraph 404',
    'getOrder 404',
    'getQuarantined 404',
    'getReplay 404',
    'getShadow 404',
    'getSourceDiff 404',
    'getSourceVersion 404',
    'getTimeline 404',
    'listContracts 404',
    'listSourceVersions 404',
    'publishSource 404',
    'receiveWebhook 401',
    'renewContract 404',
    'replayQuarantined 404',
    'restoreLinks 404',
    'rollBackSource 404',
    'search 200',
    'sendEvents 404',
    'sendRecords 404',
    'startSourceDiff 404',
    'voidLinks 404',
    'writeAcknowledgement 404',
  ])
})

test('a foreign key gets of an order what it gets of one that is not: status, code and hint are the same', async () => {
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  const shape = async (path: string) => {
    const { status, body } = await world.call(path, { key })
    const { detail, instance: _instance, ...rest } = body as Record<string, string>
    return { status, ...rest, detail: detail!.replace(/SECRET-1|NOTHING-1/, '...') }
  }
  for (const part of ['', '/timeline', '/graph', `/evidence?event=${ids.event}`]) {
    assert.deepEqual(
      await shape(`/v1/orders/SECRET-1${part}`),
      await shape(`/v1/orders/NOTHING-1${part}`),
    )
  }
})

test('the key of another organisation is none here, and its own hub on the same database shows it nothing of ours', async () => {
  const foreign = other.admin
  for (const { method, operation } of documented) {
    const id = operation.operationId
    const here = await ask(world, id, method, foreign)
    if (!open.includes(id)) assert.equal(here.status, 401, id)
    if (id === 'sendRecords' || id === 'leave') continue
    const { text, body, status } = await ask(other, id, method, foreign)
    const repeated = status >= 400 ? String((body as { detail?: string }).detail) : ''
    assert.doesNotMatch(
      text.replace(JSON.stringify(repeated), ''),
      /SECRET|Confidential|BETA-1|Organisation 1/,
      id,
    )
  }
  assert.equal((await other.call('/v1/me', { key: world.admin })).status, 401)
})

test('the same request in two organisations makes two orders', async () => {
  await other.send('alpha', { order: 'SECRET-1', customer: 'Somebody else' })
  const [ours, theirs] = [
    (await world.call('/v1/orders/SECRET-1')).text,
    (await other.call('/v1/orders/SECRET-1')).text,
  ]
  assert.match(ours, /Confidential Ltd/)
  assert.doesNotMatch(ours, /Somebody else/)
  assert.match(theirs, /Somebody else/)
  assert.doesNotMatch(theirs, /Confidential/)
})

test('a key of the own company gets everything', async () => {
  const key = await world.key({ scopes: [{ company: 'alpha', region: 'EMEA' }] })
  const expected: Record<string, number> = {
    enter: 401,
    receiveWebhook: 401,
    approveReview: 404,
    replayQuarantined: 422,
    replayMany: 202,
    getReplay: 404,
    editQuarantined: 409,
    writeAcknowledgement: 404,
    addSourceVersion: 422,
    startSourceDiff: 202,
    getSourceDiff: 404,
    getContract: 404,
    compareContracts: 404,
    checkContract: 404,
    createEntry: 201,
    leave: 204,
  }
  for (const { method, operation } of documented) {
    const id = operation.operationId
    const { status, text } = await ask(world, id, method, key)
    assert.equal(status, expected[id] ?? 200, `${id}: ${text.slice(0, 300)}`)
  }
})

test('an order of two companies shows each its own part, under a name it may know, without the status of the whole', async () => {
  const from = await newestBatch()
  await world.send('alpha', { order: 'A-SHARED', awb: 'Z-AWB', customer: 'Confidential Ltd' })
  await world.send('beta', { order: 'B-SHARED', awb: 'Z-AWB', state: 'SHP' })
  await world.send('alpha', { order: 'A-SHARED', state: 'DLV', at: '2026-03-04T10:00:00Z' })
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  const foreign = /A-SHARED|Confidential|"alpha"|EMEA|delivered/
  const get = async (path: string) => {
    const { body, text } = await world.call(path, { key })
    assert.doesNotMatch(text, foreign, path)
    return body
  }
  const order = (await get('/v1/orders/Z-AWB')) as {
    id: string
    companies: string[]
    status: string
  }
  assert.deepEqual([order.companies, order.status], [['beta'], 'shipped'])
  const timeline = (await get('/v1/orders/Z-AWB/timeline')) as { items: { source: string }[] }
  assert.deepEqual(
    timeline.items.map((row) => row.source),
    ['beta'],
  )

  type Rows = { items: { id: string; label: string; status: string; companies: string[] }[] }
  const row = ((await get('/v1/orders')) as Rows).items.find(({ label }) => label === 'B-SHARED')!
  assert.deepEqual([row.id, row.status, row.companies], [order.id, 'unknown', ['beta']])
  assert.equal(((await get(`/v1/orders/${row.id}`)) as { id: string }).id, order.id)
  for (const query of ['status=delivered', 'company=alpha', 'region=EMEA']) {
    assert.deepEqual(((await get(`/v1/orders?${query}`)) as Rows).items, [], query)
  }
  const hits = (await get('/v1/search?q=Z-AW')) as Rows
  assert.deepEqual(
    hits.items.map(({ id, status }) => [id, status]),
    [[order.id, 'unknown']],
  )

  const heard = (await listen(world, `/v1/live?lastEventId=${from}`, key)).text
  assert.doesNotMatch(heard, foreign)
  assert.ok(heard.includes(order.id) && heard.includes('"label":"B-SHARED"'), heard)
})

async function newestBatch(): Promise<number> {
  const { text } = await world.call('/metrics')
  return Number(/^orderhub_batch_seq (\d+)$/m.exec(text)![1])
}

test('a key ends when it is revoked or has expired', async () => {
  const expiring = await world.key({ expiresAt: world.clock.now + 1000 })
  const revoked = await world.key({})
  await revokeKey(world.flow, revoked.split('_')[1]!, world.clock.now)
  assert.equal((await world.call('/v1/me', { key: revoked })).status, 401)
  world.clock.now += 2000
  assert.equal((await world.call('/v1/me', { key: expiring })).status, 401)
})

test('a key for a company nobody knows is not made', async () => {
  await assert.rejects(world.key({ scopes: [{ company: 'omega' }] }), { code: 'UNKNOWN_SCOPE' })
})

test('secrets are stored as hashes only, and failures are logged without them', async () => {
  const secret = world.admin.split('_')[2]!
  const kept = await withAccess(world.flow.pool, world.flow.access, (client) =>
    client.query<{ row: string }>('select api_key::text as row from api_key'),
  )
  assert.ok(kept.rows.length > 1)
  assert.deepEqual(
    kept.rows.filter(({ row }) => row.includes(secret)),
    [],
  )
  assert.deepEqual(
    world.log.filter((text) => text.includes(secret)),
    [],
  )
})
