import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { json, startWorld, type World } from './fixtures/world.ts'
import { docsPage } from './docs-page.ts'
import type { Document } from './openapi.ts'
import { entry, me } from './schemas/operations.ts'

let world: World
let uiDir: string
before(async () => {
  uiDir = await mkdtemp(join(tmpdir(), 'orderhub-pages-'))
  await mkdir(join(uiDir, 'assets'))
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><title>the page</title>')
  await writeFile(join(uiDir, 'assets', 'main-1a2b.js'), 'export {}')
  world = await startWorld({ api: { uiDir } })
  await world.send('alpha', { order: 'A-1' }, { state: 'NEW' })
})
after(async () => {
  await world[Symbol.asyncDispose]()
  await rm(uiDir, { recursive: true })
})

/** Opens a link as a browser does; the cookie it sets, without its attributes. */
async function enter(path: string): Promise<string> {
  const { status, headers } = await world.call(path, { key: null })
  assert.deepEqual([status, headers.get('location')], [303, '/'])
  const cookie = headers.get('set-cookie')!
  assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
  return cookie.split(';')[0]!
}
const asBrowser = (
  path: string,
  cookie: string,
  headers: Record<string, string> = {},
  method = 'GET',
) => world.call(path, { key: null, method, headers: { cookie, ...headers } })

test('a link signs a browser in once, and the session lives for twelve hours', async () => {
  const { path } = world.api.createEntry()
  const cookie = await enter(path)
  const { body } = await asBrowser('/v1/me', cookie)
  assert.deepEqual(me.parse(body), body)
  assert.equal((body as { kind: string }).kind, 'session')
  const again = await world.call(path, { key: null })
  assert.equal(again.status, 401)
  assert.equal(again.headers.get('set-cookie'), null)
  world.clock.now += 12 * 3_600_000 + 1
  const { path: later } = world.api.createEntry()
  assert.equal((await asBrowser('/v1/me', await enter(later))).status, 200)
  await using second = await startWorld({ database: world.database })
  second.clock.now = world.clock.now
  assert.equal((await second.call('/v1/me', { key: null, headers: { cookie } })).status, 401)
})

test('a link is worth nothing after fifteen minutes, and none can be guessed', async () => {
  const { path } = world.api.createEntry()
  world.clock.now += 15 * 60_000 + 1
  assert.equal((await world.call(path, { key: null })).status, 401)
  assert.equal((await world.call('/enter/0', { key: null })).status, 401)
})

test('a session may change things only with a header that no foreign page can send', async () => {
  const cookie = await enter(world.api.createEntry().path)
  const { items } = (await asBrowser('/v1/quarantine', cookie)).body as { items: { id: string }[] }
  const path = `/v1/quarantine/${items[0]!.id}/discard`
  const forged = await asBrowser(path, cookie, { 'idempotency-key': 'x' }, 'POST')
  assert.deepEqual([forged.status, (forged.body as { code: string }).code], [403, 'header-missing'])
  assert.equal((await asBrowser(path, cookie, { 'x-requested-with': 'fetch' }, 'POST')).status, 200)
})

test('leaving ends the session at once', async () => {
  const cookie = await enter(world.api.createEntry().path)
  const left = await asBrowser('/v1/me/session', cookie, { 'x-requested-with': 'fetch' }, 'DELETE')
  assert.deepEqual(
    [left.status, left.headers.get('set-cookie')?.includes('Max-Age=0')],
    [204, true],
  )
  assert.equal((await asBrowser('/v1/me', cookie)).status, 401)
})

test('an administrator makes links for others; they carry his scopes and no more', async () => {
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  const made = await world.call('/v1/entries', { ...json({ name: 'Ada' }), key })
  assert.deepEqual([made.status, entry.parse(made.body)], [201, made.body])
  const cookie = await enter(new URL((made.body as { url: string }).url).pathname)
  assert.equal((await asBrowser('/v1/orders/A-1', cookie)).status, 404)
  assert.deepEqual((await asBrowser('/v1/me', cookie)).body, {
    kind: 'session',
    keyId: ((await asBrowser('/v1/me', cookie)).body as { keyId: string }).keyId,
    name: 'Ada',
    organisation: 'Organisation 1',
    permissions: ['admin'],
    scopes: [{ company: 'beta', region: 'APAC' }],
  })
  const mere = await world.key({ permissions: ['orders:read'] })
  assert.equal((await world.call('/v1/entries', { ...json({}), key: mere })).status, 403)
})

test('a bearer key wins over a cookie, so that a program never acts as somebody’s browser', async () => {
  const cookie = await enter(world.api.createEntry().path)
  assert.equal((await world.call('/v1/me', { key: 'ohk_x_y', headers: { cookie } })).status, 401)
})

test('every address of the pages is answered with the page, and none of the API’s', async () => {
  for (const path of ['/', '/orders', '/orders/G-7K2M4Q9TX3RB', '/quarantine?status=open']) {
    const { status, text, headers } = await world.call(path, { key: null })
    assert.deepEqual([status, headers.get('cache-control')], [200, 'no-cache'], path)
    assert.match(text, /the page/)
  }
  const asset = await world.call('/assets/main-1a2b.js', { key: null })
  assert.match(asset.headers.get('cache-control')!, /immutable/)
  for (const path of [
    '/v1/nothing',
    '/v1',
    '/assets/gone.js',
    '/favicon.ico',
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
  ]) {
    const { status, text } = await world.call(path, { key: null })
    assert.ok(status >= 400, `${path} ${status}`)
    assert.doesNotMatch(text, /the page|"dependencies"/)
  }
  const wrong = await world.call('/v1/orders', { method: 'DELETE' })
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET'])
})

test('every answer forbids what a page does not need, and answers with data are not stored', async () => {
  for (const path of [
    '/',
    '/docs',
    '/v1/me',
    '/v1/nothing',
    '/livez',
    '/assets/main-1a2b.js',
    '/enter/x',
  ]) {
    const { headers } = await world.call(path, { key: path === '/v1/me' ? world.admin : null })
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'self'.*frame-ancestors 'none'/,
      path,
    )
    assert.deepEqual(
      [headers.get('x-content-type-options'), headers.get('referrer-policy')],
      ['nosniff', 'no-referrer'],
      path,
    )
    assert.ok(headers.get('x-request-id'), path)
  }
  assert.equal((await world.call('/v1/me')).headers.get('cache-control'), 'no-store')
})

test('the contract is OpenAPI 3.1 in which every reference leads somewhere and every answer has its schema', async () => {
  const document = (await world.call('/openapi.json', { key: null })).body as Document
  assert.equal(document.openapi, '3.1.0')
  const text = JSON.stringify(document)
  const schemas = document.components['schemas'] as Record<string, unknown>
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(Object.hasOwn(schemas, name ?? ''), name ?? '')
  assert.doesNotMatch(text, /\$defs|"\$schema"/)
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId),
  )
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(ids.length, world.api.operations.length)
  for (const { answers, id } of world.api.operations) {
    const ok = Object.entries(answers).filter(
      ([status]) => Number(status) < 300 && status !== '204',
    )
    for (const [, { schema, type }] of ok)
      assert.ok(schema instanceof z.ZodType || type !== undefined || id === 'openapi', id)
  }
  assert.match(text, /"name":"limit","in":"query","required":false,.*"type":"integer"/)
  const page = docsPage(document)
  for (const id of ids) assert.ok(page.includes(`id="${id}"`), id)
  assert.doesNotMatch(page, /<script|https?:\/\//)
})

test('probes answer without a key, and measurements name no source and no order', async () => {
  assert.deepEqual((await world.call('/livez', { key: null })).body, { status: 'ok' })
  assert.deepEqual((await world.call('/readyz', { key: null })).body, { status: 'ok' })
  const { text, headers } = await world.call('/metrics', { key: null })
  assert.match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
  assert.match(text, /^orderhub_records_received_total 2$/m)
  assert.match(text, /^orderhub_records_total\{outcome="quarantined"\} 1$/m)
  assert.match(text, /^orderhub_batch_seq \d+$/m)
  assert.match(
    text,
    /^orderhub_http_requests_total\{method="POST",route="\/v1\/sources\/:source\/records",status="200"\} \d+$/m,
  )
  assert.match(text, /^orderhub_process_resident_memory_bytes \d{7,}$/m)
  assert.doesNotMatch(text, /alpha|beta|A-1/)
})

test('without its database the process lives, but is not ready', async () => {
  await using alone = await startWorld()
  const { pool } = alone.flow
  const broken = {
    query: () =>
      Promise.reject(Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' })),
  }
  const { startApi } = await import('./start.ts')
  const flow = { ...alone.flow, pool }
  const views = { pool, trustOf: flow.trustOf, scopes: flow.scopes, formatOf: () => '' }
  await using api = await startApi({
    flow,
    views,
    port: 0,
    now: () => alone.clock.now,
    log: () => undefined,
  })
  Object.assign(flow, { pool: broken })
  assert.equal((await fetch(`${api.url}/livez`)).status, 200)
  const ready = await fetch(`${api.url}/readyz`)
  assert.deepEqual(
    [ready.status, ((await ready.json()) as { code: string }).code],
    [503, 'not-ready'],
  )
})
