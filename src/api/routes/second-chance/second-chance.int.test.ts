import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { verifyHub } from '#flow/verify.ts'
import { json, line, sourceOf, startWorld, type Reply, type World } from '#api/fixtures/world.ts'
import { quarantined } from '#api/schemas/operations.ts'
import { causes, dryRunAnswer, edited, replayRun, type ReplayRun } from './schemas.ts'

let world: World
before(async () => {
  world = await startWorld({
    sources: [sourceOf('alpha', 'alpha', 'EMEA', 'ndjson', true), sourceOf('beta', 'beta', 'APAC')],
  })
})
after(() => world[Symbol.asyncDispose]())

function documented<T>(schema: { parse: (value: unknown) => T }, { body, text, status }: Reply): T {
  assert.ok(status < 300, text)
  const parsed = schema.parse(body)
  assert.deepEqual(parsed, body)
  return parsed
}

const post = (path: string, value: unknown) => world.call(path, json(value))
const causesNow = async () => documented(causes, await world.call('/v1/quarantine/causes')).items
const balanced = async () =>
  assert.deepEqual((await verifyHub(world.flow.pool, world.flow.access)).problems, [])

test('records that wait for one reason are one cause, whatever value each of them holds', async () => {
  await world.send('alpha', ...Array.from({ length: 30 }, (_, i) => ({ order: `C-${i}` })))
  await world.send('beta', { order: 'D-1', at: 'soon' }, { order: 'D-2', at: 'on 3 March' })
  await world.send('beta', { state: 'NEW' })
  const found = await causesNow()
  assert.deepEqual(
    found.map(({ source, code, count }) => [source, code, count]),
    [
      ['alpha', 'no-identifier', 30],
      ['beta', 'bad-time', 2],
      ['beta', 'no-identifier', 1],
    ],
  )
  const page = await world.call(`/v1/quarantine?cause=${found[1]!.cause}&status=open`)
  assert.deepEqual(
    (page.body as { items: { id: string }[] }).items.map(({ id }) => id)[0],
    found[1]!.example,
  )
  const stranger = await world.key({ permissions: ['orders:read'], scopes: [{ company: 'beta' }] })
  const seen = documented(causes, await world.call('/v1/quarantine/causes', { key: stranger }))
  assert.deepEqual(new Set(seen.items.map(({ source }) => source)), new Set(['beta']))
})

test('a fix is tried on all records of a cause, and nothing is written', async () => {
  const [{ cause } = { cause: '' }] = await causesNow()
  const running = documented(dryRunAnswer, await post('/v1/quarantine/dry-runs', { cause }))
  assert.deepEqual([running.tried, running.healed], [30, 0])
  assert.deepEqual(
    running.failing.map(({ code, count }) => [code, count]),
    [['no-identifier', 30]],
  )
  const { files } = sourceOf('alpha', 'alpha', 'EMEA')
  const repaired = documented(dryRunAnswer, await post('/v1/quarantine/dry-runs', { cause, files }))
  assert.deepEqual(repaired, { tried: 30, healed: 30, events: 30, failing: [] })
  assert.equal((await causesNow())[0]!.count, 30)
  const wrong = await post('/v1/quarantine/dry-runs', {
    cause,
    files: { 'source.yaml': 'source: [' },
  })
  assert.equal(wrong.status, 400)
  assert.equal((await post('/v1/quarantine/dry-runs', {})).status, 400)
})

test('many records are replayed in the background, and how far it is can be asked', async () => {
  await world.flow.install(sourceOf('alpha', 'alpha', 'EMEA'))
  const [{ cause } = { cause: '' }] = await causesNow()
  let run: ReplayRun = documented(replayRun, await post('/v1/quarantine/replays', { cause }))
  for (let i = 0; run.state === 'running' && i < 2_000; i++)
    run = documented(replayRun, await world.call(`/v1/quarantine/replays/${run.id}`))
  const { state, total, done, healed, failing, events } = run
  assert.deepEqual([state, total, done, healed, failing, events], ['done', 30, 30, 30, 0, 30])
  assert.deepEqual(
    (await causesNow()).map(({ source }) => source),
    ['beta', 'beta'],
  )
  await balanced()
})

test('a repaired copy becomes a receipt that names the original, which stays as it was received', async () => {
  const { example } = (await causesNow()).find(({ code }) => code === 'bad-time')!
  const original = documented(quarantined, await world.call(`/v1/quarantine/${example}`))
  const edit = (body: string) =>
    world.call(`/v1/quarantine/${example}/edit`, { method: 'POST', body })
  const refused = await edit(line({ order: 'D-2', at: 'tomorrow' }))
  assert.deepEqual(
    [refused.status, (refused.body as { code: string }).code],
    [422, 'still-quarantined'],
  )
  await balanced()
  const done = documented(edited, await edit(line({ order: 'D-2', at: '2026-03-03T09:00:00Z' })))
  assert.equal(done.totals.events, 1)
  const now = documented(quarantined, await world.call(`/v1/quarantine/${example}`))
  assert.deepEqual([now.status, now.settledBy, now.text], ['edited', done.receipt, original.text])
  assert.equal((await world.call('/v1/orders/D-2')).status, 200)
  const again = await edit(line({ order: 'D-2' }))
  assert.equal((again.body as { code: string }).code, 'already-settled')
  assert.equal(
    (await world.call(`/v1/quarantine/${example}/replay`, { method: 'POST' })).status,
    409,
  )
  await balanced()
})

test('a copy of a row below a header, and of a message in an envelope, is read in the same surroundings', async () => {
  await world.flow.install(sourceOf('gamma', 'alpha', 'EMEA', 'csv'))
  const body = 'order,state,at\nG-1,NEW,2026-03-01T10:00:00Z\nG-2,NEW,never\nG-3,NEW,neither\n'
  await world.call('/v1/sources/gamma/records', { method: 'POST', body })
  const { items } = (await world.call('/v1/quarantine?source=gamma&status=open')).body as {
    items: { id: string }[]
  }
  assert.equal(items.length, 2)
  const copy = 'G-2,NEW,2026-03-02T10:00:00Z\n'
  const path = `/v1/quarantine/${items[1]!.id}/edit`
  const { totals } = documented(edited, await world.call(path, { method: 'POST', body: copy }))
  assert.deepEqual([totals.received, totals.quarantined, totals.events], [1, 0, 1])
  assert.equal((await world.call('/v1/orders/G-2')).status, 200)
  await balanced()
})
