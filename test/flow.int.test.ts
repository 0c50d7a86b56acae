import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { formatNamed } from '#formats/registry.ts'
import { startFlow } from '#flow/hub.ts'
import { rebuild } from '#flow/rebuild/rebuild.ts'
import { verifyHub } from '#flow/verify.ts'
import { loadSources } from '#flow/load-sources.ts'
import { simulate } from '#simulator/simulate.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { findOrder } from '#views/find.ts'
import { readLedger } from '#views/ledger.ts'
import { readOrder } from '#views/order.ts'

const from = Date.UTC(2026, 8, 1)

test('the messages of nine systems become the orders the simulator knows to be true', async () => {
  await using database = await createTestDatabase()
  const { sources, errors } = await loadSources('company', formatNamed)
  assert.deepEqual(errors, [])
  await using flow = await startFlow({
    app: database.app,
    organisation: 'Nordwind Systems',
    sources,
    now: () => Date.now(),
    wait: (ms) => wait(ms),
  })
  const world = simulate({ seed: 7, orders: 200, from, days: 40 })
  const pending: Promise<unknown>[] = []
  let received = 0
  let poison = 0
  for (const message of world.messages()) {
    const about = {
      receivedAt: message.at,
      ...(message.name === undefined ? {} : { name: message.name }),
    }
    pending.push(flow.ingest(message.source, message.bytes, about))
    received += message.records
    poison += message.poison
    if (pending.length >= 200) await Promise.all(pending.splice(0))
  }
  await Promise.all(pending)
  const ctx = {
    pool: flow.pool,
    trustOf: flow.trustOf,
    scopes: flow.scopes,
    formatOf: (s: string) => flow.sources.get(s)!.source.format.name,
  }
  const ledger = await readLedger(ctx, flow.access)
  assert.ok(ledger.balanced)
  assert.equal(
    ledger.rows.reduce((sum, row) => sum + row.received, 0),
    received,
  )
  assert.equal(
    ledger.rows.reduce((sum, row) => sum + row.quarantined, 0),
    poison,
  )
  const wrong: string[] = []
  for (const truth of world.truths()) {
    const keys = new Set<number>()
    for (const id of truth.identifiers) {
      const found = await findOrder(ctx, flow.access, id.value, { ns: id.ns, type: id.type })
      if (found.kind === 'one') keys.add(found.orderKey)
      else wrong.push(`${truth.index} ${id.type}:${id.ns}:${id.value} is ${found.kind}`)
    }
    if (keys.size !== 1) {
      wrong.push(`${truth.index} came apart in ${keys.size}`)
      continue
    }
    const view = await readOrder(ctx, flow.access, [...keys][0]!, Date.now())
    if (view!.identifiers.length !== truth.identifiers.length)
      wrong.push(
        `${truth.index} has ${view!.identifiers.length} identifiers, not ${truth.identifiers.length}`,
      )
    if (view!.status !== truth.status)
      wrong.push(
        `${truth.index} is ${view!.status} (${view!.sentence}), not ${truth.status} ${JSON.stringify(view!.shipments.map((s) => [s.label, s.status]))} ${JSON.stringify(truth.shipments.map((s) => [s.delivery, s.tracking, s.status]))}`,
      )
    if (view!.shipments.length !== truth.shipments.length)
      wrong.push(
        `${truth.index} has shipments ${view!.shipments.map((s) => s.label).join(' | ')}, not ${truth.shipments.map((s) => s.tracking).join(' | ')}`,
      )
  }
  assert.deepEqual(wrong, [])
  const verified = await verifyHub(flow.pool, flow.access)
  assert.deepEqual(verified.problems, [])
  assert.equal(verified.difference, 0)
  const rebuilt = await rebuild(flow, { owner: database.owner })
  assert.equal(rebuilt.orders, verified.orders)
  const again = await verifyHub(flow.pool, flow.access)
  assert.deepEqual(again.problems, [])
  assert.equal(again.stateHash, verified.stateHash)
})
