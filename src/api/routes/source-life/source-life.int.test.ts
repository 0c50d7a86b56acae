import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { json, sourceOf, startWorld, type World } from '#api/fixtures/world.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { verifyHub } from '#flow/verify.ts'

async function given(): Promise<World & { database: { owner: object } }> {
  const database = await createTestDatabase()
  const sources = [sourceOf('alpha', 'alpha', 'EMEA'), sourceOf('beta', 'beta', 'APAC')]
  const world = await startWorld({ database, sources, api: { owner: database.owner } })
  const dispose = async () => {
    await world[Symbol.asyncDispose]()
    await database.drop()
  }
  return { ...world, [Symbol.asyncDispose]: dispose }
}

const alpha = '/v1/sources/alpha'

/** The running files of alpha, changed. */
function files(world: World, change: (yaml: string, terms: string) => [string, string]) {
  const { files: own } = world.flow.sources.get('alpha')!.source
  const [yaml, terms] = change(own['source.yaml']!, own['terms.csv']!)
  return { 'source.yaml': yaml, 'terms.csv': terms }
}

async function add(world: World, changed: Record<string, string>): Promise<number> {
  const answer = await world.call(`${alpha}/versions`, json({ files: changed }))
  assert.equal(answer.status, 201, answer.text)
  return (answer.body as { version: number }).version
}

async function diffOf(world: World, version: number) {
  type Job = {
    id: string
    state: string
    receiptsDone: number
    diff: { sentence: string; orders: { statuses: object[] } }
  }
  let job: Job = (await world.call(`${alpha}/diffs`, json({ version }))).body
  for (let tries = 0; job.state === 'running' && tries < 200; tries++) {
    await sleep(20)
    job = (await world.call(`${alpha}/diffs/${job.id}`)).body
  }
  assert.equal(job.state, 'done')
  return job
}

const statusOf = async (world: World, order: string) =>
  ((await world.call(`/v1/orders/${order}`)).body as { status?: string }).status

test('a version tells what it would change, changes it when published with its history, and back', async () => {
  await using world = await given()
  await world.send('alpha', { order: 'V-1', state: 'OK' }, { order: 'V-2', state: 'ODD' })
  await world.send('alpha', { order: 'V-3', state: 'OK' }, { order: 'V-4' })
  const version = await add(
    world,
    files(world, (yaml, terms) => [
      yaml,
      `${terms.replace('OK,confirmed', 'OK,shipped')}ODD,delivered,,,,,Odd\n`,
    ]),
  )
  assert.equal(version, 2)
  const { diff, receiptsDone } = await diffOf(world, version)
  assert.equal(receiptsDone, 2)
  assert.equal(diff.sentence, 'This version changes 3 orders: 3 statuses, 3 events changed.')
  assert.deepEqual(diff.orders.statuses, [
    { from: 'confirmed', to: 'shipped', orders: 2 },
    { from: 'unknown', to: 'delivered', orders: 1 },
  ])
  assert.equal(await statusOf(world, 'V-1'), 'confirmed')
  const published = await world.call(`${alpha}/publish`, json({ version, reread: true }))
  assert.equal(published.status, 200, published.text)
  assert.deepEqual(
    [await statusOf(world, 'V-1'), await statusOf(world, 'V-2'), await statusOf(world, 'V-4')],
    ['shipped', 'delivered', 'ordered'],
  )
  assert.deepEqual(
    (await diffOf(world, 2)).diff.sentence,
    'This version changes nothing of what was received.',
  )
  const { running, items } = (await world.call(`${alpha}/versions`)).body as {
    running: number
    items: { version: number; publishedBy: string | null }[]
  }
  assert.deepEqual([running, items[0]!.publishedBy, items[1]!.publishedBy], [2, 'admin', null])
  const back = await world.call(`${alpha}/rollback`, json({ reread: true }))
  assert.equal((back.body as { version: number }).version, 1)
  assert.equal(await statusOf(world, 'V-1'), 'confirmed')
  const verified = await verifyHub(world.flow.pool, world.flow.access)
  assert.deepEqual(verified.problems, [])
})

test('a published version heals quarantine, and still runs after a restart until the folder changes', async () => {
  await using world = await given()
  await world.send('alpha', { state: 'NEW', customer: '77' })
  const version = await add(
    world,
    files(world, (yaml, terms) => [
      yaml.replace('value: rec.order }', 'value: "coalesce(rec.order, rec.customer)" }'),
      terms,
    ]),
  )
  assert.match(
    (await diffOf(world, version)).diff.sentence,
    /1 new orders, .*1 records leave quarantine/,
  )
  const { body } = await world.call(`${alpha}/publish`, json({ version, reread: true }))
  assert.equal((body as { reread: { replayed: number } }).reread.replayed, 1)
  assert.equal(await statusOf(world, '77'), 'ordered')
  const sources = [sourceOf('alpha', 'alpha', 'EMEA')]
  {
    await using again = await startWorld({ database: world.database, sources })
    assert.equal(again.flow.sources.get('alpha')!.version, version)
  }
  const changed = [sourceOf('alpha', 'alpha', 'EMEA', 'ndjson', true)]
  await using other = await startWorld({ database: world.database, sources: changed })
  assert.equal(other.flow.sources.get('alpha')!.version, 3)
})

test('a source in shadow is seen and touches nothing; publishing it without brings its history', async () => {
  await using world = await given()
  const shadowed = await add(
    world,
    files(world, (yaml, terms) => [`${yaml}\nshadow: true\n`, terms]),
  )
  await world.call(`${alpha}/publish`, json({ version: shadowed }))
  await world.send(
    'alpha',
    { order: 'H-1', state: 'SHP' },
    { order: 'H-2', state: 'ODD' },
    { customer: 'x' },
  )
  assert.equal((await world.call('/v1/orders/H-1')).status, 404)
  const told = (await world.call(`${alpha}/shadow`)).body as {
    shadow: boolean
    items: { records: number; events: number; quarantined: number; unknownWords: object[] }[]
  }
  assert.equal(told.shadow, true)
  const [{ records, events, quarantined, unknownWords } = assert.fail()] = told.items
  assert.deepEqual([records, events, quarantined], [3, 2, 1])
  assert.deepEqual(unknownWords, [{ word: 'ODD', times: 1 }])
  assert.match(
    (await diffOf(world, 1)).diff.sentence,
    /^This version changes 2 orders: 2 new orders/,
  )
  await world.call(`${alpha}/publish`, json({ version: 1, reread: true }))
  assert.equal(await statusOf(world, 'H-1'), 'shipped')
  const verified = await verifyHub(world.flow.pool, world.flow.access)
  assert.deepEqual(verified.problems, [])
})

test('a contract is exported, checked and compared, and drift is told', async () => {
  await using world = await given()
  assert.equal((await world.call(`${alpha}/contract`)).status, 404)
  const many = Array.from({ length: 30 }, (_, i) => ({ order: `C-${i}` }))
  await world.send('alpha', ...many)
  for (const [as, mark] of [
    ['json-schema', '$schema'],
    ['avro', 'fields'],
    ['asyncapi', 'asyncapi'],
    ['odcs', 'apiVersion'],
  ] as const) {
    const answer = await world.call(`${alpha}/contract?as=${as}`)
    assert.ok(mark in (answer.body as object), as)
    assert.equal(answer.headers.get('contract-version'), '1')
  }
  const body = `${JSON.stringify({ state: 'NEW', at: '2026-03-01T10:00:00Z' })}\n`
  const checked = (await world.call(`${alpha}/contract/check`, { method: 'POST', body })).body as {
    compatibility: string
    changes: { path: string; kind: string }[]
  }
  assert.equal(checked.compatibility, 'backward')
  assert.ok(
    checked.changes.some(({ path, kind }) => path === '/order' && kind === 'removed-required'),
  )
  world.clock.now += 30_000
  const gift = { order: 'C-99', gift: true }
  await world.send('alpha', gift)
  const { items } = (await world.call('/v1/drift')).body as { items: { path: string }[] }
  assert.deepEqual(
    items.map(({ path }) => path),
    ['/gift'],
  )
  const changes = (await world.call(`${alpha}/contract/changes?from=1&to=2`)).body as {
    compatibility: string
  }
  assert.equal(changes.compatibility, 'full')
  await world.call(`${alpha}/drift/acknowledge`, { method: 'POST' })
  assert.deepEqual((await world.call('/v1/drift')).body, { items: [] })
})

test('whoever does not see a source neither sees nor changes its life', async () => {
  await using world = await given()
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  for (const path of ['versions', 'versions/1', 'contract', 'contract/versions', 'shadow'])
    assert.equal((await world.call(`${alpha}/${path}`, { key })).status, 404, path)
  assert.equal((await world.call(`${alpha}/publish`, { key, ...json({ version: 1 }) })).status, 404)
  const reader = await world.key({ permissions: ['orders:read'] })
  assert.equal(
    (await world.call(`${alpha}/publish`, { key: reader, ...json({ version: 1 }) })).status,
    403,
  )
  const wrong = await world.call(
    `${alpha}/versions`,
    json({ files: { 'source.yaml': 'source: x' } }),
  )
  assert.deepEqual([wrong.status, (wrong.body as { code: string }).code], [422, 'mapping-invalid'])
})
