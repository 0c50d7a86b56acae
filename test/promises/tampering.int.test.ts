import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { startFlow } from '#flow/hub.ts'
import { verifyHub } from '#flow/verify.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { eventSources, ndjson } from '../support/event-source.ts'
import { historyOf } from '../support/histories/history.ts'
import { systems } from '../support/histories/told-event.ts'
import { tamperings } from '../support/tampering.ts'

/** The rest of the list is tried by `promise:ledger`. */
const names = [
  'an event is deleted',
  'a byte of a packed receipt is altered',
  'the milestone of an event is altered',
  'the state of an order is altered',
  'the ledger is balanced by hand',
  'a quarantined record is deleted',
]

for (const { name, sql } of tamperings.filter((one) => names.includes(one.name))) {
  test(`verify notices that ${name}`, async () => {
    await using database = await createTestDatabase()
    const now = (): number => Date.now()
    await using flow = await startFlow({
      app: database.app,
      organisation: 'Nordwind',
      sources: eventSources,
      now,
      wait: (ms) => wait(ms),
    })
    for (const seed of [1, 2, 3]) {
      for (const { name: source } of systems) {
        const own = historyOf(seed).events.filter((event) => event.source === source)
        await flow.ingest(source, ndjson([...own, { refuse: 'no' }]))
      }
    }
    assert.deepEqual((await verifyHub(flow.pool, flow.access)).problems, [])
    const client = new Client(database.owner)
    await client.connect()
    assert.equal((await client.query(sql)).rowCount, 1)
    await client.end()
    assert.equal((await verifyHub(flow.pool, flow.access)).ok, false)
  })
}
