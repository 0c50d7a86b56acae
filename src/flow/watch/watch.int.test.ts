import assert from 'node:assert/strict'
import { test } from 'node:test'
import { line, sourceOf, startWorld, type Told, type World } from '#api/fixtures/world.ts'
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import type { Source } from '#model/source.ts'
import { withAccess } from '#store/client.ts'

async function rows<Row extends object>({ flow }: World, sql: string): Promise<Row[]> {
  return withAccess(flow.pool, flow.access, async (client) => (await client.query<Row>(sql)).rows)
}

const story = (from: number, count: number): Told[] =>
  Array.from({ length: count }, (_, i) => ({ order: `W-${from + i}`, awb: `T${from + i}` }))

const take = ({ flow }: World, lines: object[]) =>
  flow.ingest('alpha', Buffer.from(lines.map((one) => line(one)).join('')))

test('a new field is told within a minute and nothing waits in quarantine', async () => {
  await using world = await startWorld({ sources: [sourceOf('alpha', 'alpha', 'EMEA')] })
  await take(world, story(0, 40))
  await world.flow.watch.flush()
  world.clock.now += 30_000
  const totals = await take(world, [{ ...story(50, 1)[0]!, gift: 'yes' }, ...story(51, 2)])
  assert.deepEqual([totals.accepted, totals.quarantined], [3, 0])
  await world.flow.watch.flush()
  assert.deepEqual(await rows(world, 'select path, kind, severity, quarantined from drift'), [
    { path: '/gift', kind: 'added', severity: 'additive', quarantined: 0 },
  ])
  const versions = await rows<{ version: number }>(world, 'select version from contract order by 1')
  assert.deepEqual(
    versions.map(({ version }) => version),
    [1, 2],
  )
})

test('a field the mapping lives on is gone: the receipt waits whole, with the reason, and it is told', async () => {
  await using world = await startWorld({ sources: [sourceOf('alpha', 'alpha', 'EMEA')] })
  await take(world, story(0, 40))
  await world.flow.watch.flush()
  const renamed = Array.from({ length: 9 }, (_, i) => ({ order_no: `W-${i}`, po: `P${i}` }))
  const totals = await take(world, [
    { order: 'W-100' },
    ...renamed.map(({ order_no }) => ({ order_no })),
  ])
  assert.deepEqual([totals.accepted, totals.quarantined], [0, 10])
  const held = await rows<{ code: string; detail: string }>(
    world,
    'select code, detail from quarantine',
  )
  assert.ok(held.every(({ code }) => code === 'contract'))
  assert.match(held[0]!.detail, /rec\.order is gone; it stood in all 40 records/)
  await world.flow.watch.flush()
  assert.deepEqual(
    await rows(
      world,
      `select path, kind, severity, times, quarantined from drift where path = '/order'`,
    ),
    [{ path: '/order', kind: 'gone', severity: 'breaking', times: 9, quarantined: 10 }],
  )
})

test('a few bad records among good ones keep their own reasons', async () => {
  await using world = await startWorld({ sources: [sourceOf('alpha', 'alpha', 'EMEA')] })
  await take(world, story(0, 40))
  await world.flow.watch.flush()
  const totals = await take(world, [{ nothing: 1 }, ...story(200, 8)])
  assert.deepEqual([totals.accepted, totals.quarantined], [8, 1])
  const alone = await take(world, [{ nothing: 1 }])
  assert.equal(alone.quarantined, 1)
  const held = await rows<{ code: string }>(world, 'select code from quarantine')
  assert.deepEqual(
    held.map(({ code }) => code),
    ['no-identifier', 'no-identifier'],
  )
})

test('a source in shadow is received, mapped and counted, and no order learns of it', async () => {
  await using world = await startWorld({ sources: [inShadow(sourceOf('alpha', 'alpha', 'EMEA'))] })
  const lines = [{ order: 'S-1', state: 'NEW' }, { order: 'S-1', state: 'ODD' }, { state: 'NEW' }]
  const totals = await take(world, lines)
  assert.deepEqual([totals.accepted, totals.quarantined, totals.events], [2, 1, 0])
  assert.deepEqual(await rows(world, 'select 1 from order_state union all select 1 from event'), [])
  await world.flow.watch.flush()
  assert.deepEqual(
    (
      await rows<Record<string, unknown>>(
        world,
        'select kind, name, times from shadow_tally order by 1, 2',
      )
    ).map(({ kind, name, times }) => `${String(kind)} ${String(name)} ${String(times)}`),
    [
      'events  2',
      'fault no-identifier 1',
      'milestone ordered ACT 1',
      'milestone unknown ACT 1',
      'quarantined  1',
      'records  3',
      'unknown-word ODD 1',
    ],
  )
})

function inShadow({ files }: Source): Source {
  const yaml = `${files['source.yaml']!}\nshadow: true\n`
  const compiled = compileSource({ ...files, 'source.yaml': yaml }, formatNamed)
  assert.ok(compiled.ok)
  return compiled.source
}
