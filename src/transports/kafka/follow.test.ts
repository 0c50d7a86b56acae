/** Against topics in memory, behind the port: what a real broker does on the wire is not tested here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeHttp } from '../fixtures/fake-http.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { createMemoryTopics } from '../fixtures/memory-topics.ts'
import { followTopics } from './follow.ts'
import { kafkaOptions } from './options.ts'
import { startKafka } from './platformatic.ts'

const optionsOf = (more: object = {}) =>
  kafkaOptions({ brokers: ['none:9092'], topics: ['orders'], ...more })
const numbers = (host: MemoryHost) =>
  [...host.text().matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

test('every partition is read in its order, and goes on where it was after a restart', async () => {
  const topics = createMemoryTopics({ orders: 3 })
  for (const n of upTo(30)) topics.publish('orders', n % 3, `{"n":${n}}`)
  const host = createMemoryHost()
  {
    await using running = followTopics(host, optionsOf(), topics.connect)
    await host.until(() => numbers(host).length === 30)
    await host.until(() => running.health().state === 'idle')
  }
  for (const n of [30, 31, 32]) topics.publish('orders', n % 3, `{"n":${n}}`)
  await using _running = followTopics(host, optionsOf(), topics.connect)
  await host.until(() => numbers(host).length === 33)
  for (const partition of [0, 1, 2]) {
    const own = host.taken.filter(({ position }) => position!.stream === `orders/${partition}`)
    const read = own.flatMap(({ text }) =>
      [...text.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n)),
    )
    assert.deepEqual(
      read,
      upTo(33).filter((n) => n % 3 === partition),
    )
    assert.equal(own.at(-1)!.position!.to, 11)
  }
})

test('messages gather while a receipt is under way, and a slow database holds the broker back', async () => {
  const topics = createMemoryTopics({ orders: 1 })
  for (const n of upTo(3000)) topics.publish('orders', 0, `{"n":${n}}`)
  const host = createMemoryHost()
  const gate = Promise.withResolvers<void>()
  host.beforeTake = () => gate.promise
  await using _running = followTopics(host, optionsOf(), topics.connect)
  await host.until(() => topics.handedOut() > 1000)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(topics.handedOut() < 2100, `${topics.handedOut()} are held in memory`)
  gate.resolve()
  await host.until(() => numbers(host).length === 3000)
  const most = Math.max(...host.taken.map(({ text }) => text.split('\n').length))
  assert.ok(most > 1000, `${most} messages in a receipt`)
  assert.deepEqual(numbers(host), upTo(3000))
})

test('what could not be committed, and what a broken connection cut off, is read again', async () => {
  const topics = createMemoryTopics({ orders: 1 })
  const host = createMemoryHost({ format: 'json' })
  let refusals = 0
  host.beforeTake = (bytes) =>
    bytes.includes('"n":2') && refusals++ < 2
      ? Promise.reject(new Error('database away'))
      : Promise.resolve()
  await using running = followTopics(host, optionsOf(), topics.connect)
  for (const n of upTo(4)) topics.publish('orders', 0, `{"n":${n}}`)
  await host.until(() => numbers(host).length === 4)
  topics.breakAll()
  topics.publish('orders', 0, '{"n":4}')
  await host.until(() => numbers(host).length === 5)
  assert.deepEqual(numbers(host), upTo(5))
  assert.equal(host.taken.length, 5, 'a document is a receipt of its own')
  assert.equal(running.health().alarm, null)
})

test('messages thrown away unread, a topic made anew and new partitions are noticed', async () => {
  const topics = createMemoryTopics({ orders: 1 })
  for (const n of upTo(3)) topics.publish('orders', 0, `{"n":${n}}`)
  const host = createMemoryHost()
  {
    await using _running = followTopics(host, optionsOf(), topics.connect)
    await host.until(() => numbers(host).length === 3)
  }
  for (const n of [3, 4, 5]) topics.publish('orders', 0, `{"n":${n}}`)
  topics.trim('orders', 0, 1)
  {
    await using running = followTopics(host, optionsOf(), topics.connect)
    await host.until(() => numbers(host).includes(5))
    assert.match(running.health().alarm!.message, /messages 3 to 4 of orders\/0/)
  }
  topics.recreate('orders')
  topics.addPartition('orders')
  topics.publish('orders', 0, '{"n":6}')
  topics.publish('orders', 1, '{"n":7}')
  await using running = followTopics(host, optionsOf(), topics.connect)
  await host.until(() => numbers(host).includes(6) && numbers(host).includes(7))
  assert.match(running.health().alarm!.message, /made anew/)
})

test('with an envelope the record has its key and its place; a message without a value is passed over', async () => {
  const topics = createMemoryTopics({ orders: 1 })
  topics.publish('orders', 0, null, 'A')
  topics.publish('orders', 0, '{"n":1,\n"x":2}', 'B')
  const host = createMemoryHost()
  await using _running = followTopics(host, optionsOf({ envelope: true }), topics.connect)
  await host.until(() => host.taken.length === 1)
  assert.deepEqual(JSON.parse(host.text()), {
    topic: 'orders',
    partition: 0,
    offset: 1,
    timestamp: 1_770_000_000_000,
    key: 'B',
    headers: {},
    body: { n: 1, x: 2 },
  })
  assert.equal(host.positions.get('orders/0')!.value, 2)
})

test('the schema that a message names is fetched from the registry, once, and kept with the receipt', async () => {
  const order = { type: 'record', name: 'Order', fields: [{ name: 'n', type: 'long' }] }
  await using registry = await fakeHttp(({ url }) =>
    url.pathname === '/schemas/ids/7'
      ? {
          body: {
            schema: JSON.stringify(order),
            references: [{ name: 'x', subject: 'common', version: 2 }],
          },
        }
      : url.pathname === '/subjects/common/versions/2'
        ? { body: { schema: '"string"' } }
        : { status: 404 },
  )
  const topics = createMemoryTopics({ orders: 1 })
  // Zigzag: 2 is written 4.
  topics.publish('orders', 0, '\0\0\0\0\x07\x02')
  topics.publish('orders', 0, '\0\0\0\0\x07\x04')
  topics.publish('orders', 0, '\0\0\0\0\x09\x04')
  const host = createMemoryHost({ format: 'avro' })
  const options = optionsOf({ registry: { url: registry.url } })
  await using _running = followTopics(host, options, topics.connect)
  await host.until(() => host.taken.length === 3)
  const { format, formatOptions } = host.source
  const read = host.taken.map(({ bytes, context }) => [
    ...format.read(bytes, formatOptions, context),
  ])
  assert.deepEqual(
    read.map(([found]) => (found!.ok ? (found!.tree as { n: unknown }).n : found!.fault.code)),
    [1, 2, 'unsupported'],
  )
  const asked = registry.asked.map(({ url }) => url.pathname)
  assert.deepEqual(asked, ['/schemas/ids/7', '/subjects/common/versions/2', '/schemas/ids/9'])
})

test('a broker that does not answer is told, and tried again', async () => {
  const host = createMemoryHost()
  await using running = startKafka(host, {
    brokers: ['127.0.0.1:1'],
    topics: ['orders'],
    tls: 'none',
  })
  await host.until(() => running.health().state === 'failing')
  assert.ok(running.health().error!.message.length > 0)
})
