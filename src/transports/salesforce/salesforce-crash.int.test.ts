import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crash, crashRecord, crashSource } from '../fixtures/crash.ts'
import { fakeSalesforce } from '../fixtures/fake-salesforce.ts'

test('a follower killed between reading and committing loses nothing and doubles nothing', async () => {
  await using org = await fakeSalesforce()
  const transport = {
    kind: 'salesforce',
    oauth: {
      tokenUrl: `${org.http.url}/services/oauth2/token`,
      clientId: 'hub',
      clientSecret: { env: 'SECRET' },
    },
    channels: ['/event/Order__e'],
  }
  const found = await crash({
    files: crashSource(transport, '{ name: ndjson }', 'rec.data.payload'),
    env: { SECRET: 's' },
    feed: (orders) => {
      for (const order of orders) org.publish('/event/Order__e', crashRecord(order))
      return Promise.resolve()
    },
  })
  assert.deepEqual(found, { lost: [], doubled: 0, duplicates: 0, problems: [], kills: 3 })
})
