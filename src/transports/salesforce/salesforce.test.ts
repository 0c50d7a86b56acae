import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeSalesforce, type FakeSalesforce } from '../fixtures/fake-salesforce.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { startSalesforce } from './salesforce.ts'

const channel = '/data/OrderChangeEvent'
const secrets = { SECRET: 's' }
const optionsOf = ({ http }: FakeSalesforce, more: object = {}) => ({
  oauth: {
    tokenUrl: `${http.url}/services/oauth2/token`,
    clientId: 'hub',
    clientSecret: { env: 'SECRET' },
    as: 'form',
  },
  channels: [channel],
  ...more,
})
const numbers = (host: MemoryHost) =>
  [...host.text().matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))

test('what Salesforce still has is read, then what is new; the replay id is kept with each event', async () => {
  await using org = await fakeSalesforce()
  for (const n of [1, 2, 3, 4]) org.publish(channel, { n })
  const host = createMemoryHost({ secrets })
  {
    await using running = startSalesforce(host, optionsOf(org))
    await host.until(() => numbers(host).length === 4)
    org.publish(channel, { n: 5 })
    org.publish('/data/OtherChangeEvent', { n: 99 })
    await host.until(() => numbers(host).length === 5 && running.health().state === 'idle')
  }
  assert.equal(host.positions.get(`replay${channel}`)!.value, 105)
  org.publish(channel, { n: 6 })
  await using _running = startSalesforce(host, optionsOf(org))
  await host.until(() => numbers(host).length === 6)
  assert.deepEqual(numbers(host), [1, 2, 3, 4, 5, 6])
})

test('what could not be committed, and what a lost client missed, comes again by replay', async () => {
  await using org = await fakeSalesforce()
  const host = createMemoryHost({ secrets })
  let refusals = 0
  host.beforeTake = (bytes) =>
    bytes.includes('"n":2') && refusals++ < 1
      ? Promise.reject(new Error('database away'))
      : Promise.resolve()
  await using running = startSalesforce(host, optionsOf(org))
  await host.until(() => running.health().state === 'idle')
  for (const n of [1, 2, 3]) org.publish(channel, { n })
  await host.until(() => numbers(host).includes(3))
  org.forgetClients()
  org.publish(channel, { n: 4 })
  await host.until(() => numbers(host).includes(4))
  org.expireTokens()
  org.publish(channel, { n: 5 })
  await host.until(() => numbers(host).includes(5))
  assert.deepEqual([...new Set(numbers(host))], [1, 2, 3, 4, 5])
  assert.equal(running.health().alarm, null)
})

test('a hub that was away longer than Salesforce keeps events is told so, and reads what there is', async () => {
  await using org = await fakeSalesforce()
  org.publish(channel, { n: 1 })
  const host = createMemoryHost({ secrets })
  {
    await using _running = startSalesforce(host, optionsOf(org))
    await host.until(() => numbers(host).length === 1)
  }
  for (const n of [2, 3, 4]) org.publish(channel, { n })
  org.prune(1)
  await using running = startSalesforce(host, optionsOf(org))
  await host.until(() => numbers(host).includes(4))
  assert.match(running.health().alarm!.message, /has not kept/)
  assert.deepEqual(numbers(host), [1, 4])
})
