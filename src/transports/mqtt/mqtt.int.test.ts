import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { crash, crashRecord, crashSource } from '../fixtures/crash.ts'
import { createMemoryHost } from '../fixtures/memory-host.ts'
import { type Mosquitto, startMosquitto } from '../fixtures/mosquitto.ts'
import { lacking } from '../fixtures/servers.ts'
import { mqttOptions } from './options.ts'
import { startMqtt } from './mqtt.ts'

const skip = lacking('mosquitto')
let broker: Mosquitto
before(async () => {
  if (skip === false) broker = await startMosquitto()
})
after(() => broker?.[Symbol.asyncDispose]())

const secrets = { PASSWORD: 'secret' }
const login = () => ({ url: broker.url, user: 'hub', password: { env: 'PASSWORD' } })

test('messages are taken, also those that came while the hub was away', { skip }, async () => {
  const host = createMemoryHost({ secrets })
  const options = { ...login(), topics: ['orders/+/state'], clientId: 'away' }
  {
    await using running = startMqtt(host, options)
    await host.until(() => running.health().state === 'idle')
    await broker.publish('orders/1/state', '{"n":1}')
    await broker.publish('orders/1/other', '{"n":0}')
    await host.until(() => host.taken.length === 1)
    await host.until(() => running.health().receiptsTaken === 1)
  }
  await broker.publish('orders/1/state', '{"n":2}')
  await broker.publish('orders/2/state', '{"n":3}')
  await using running = startMqtt(host, options)
  await host.until(() => host.taken.length === 3)
  assert.equal(host.text(), '{"n":1}{"n":2}{"n":3}')
  assert.equal(host.taken[2]!.name, 'orders/2/state')
  assert.equal(running.health().alarm, null)
})

test(
  'a message is acknowledged after it was committed: what could not be is sent again',
  { skip },
  async () => {
    const host = createMemoryHost({ secrets })
    let refusals = 0
    host.beforeTake = (bytes) =>
      bytes.includes('"n":2') && refusals++ < 2
        ? Promise.reject(new Error('database away'))
        : Promise.resolve()
    await using running = startMqtt(host, { ...login(), topics: ['again'], clientId: 'again' })
    await host.until(() => running.health().state === 'idle')
    for (const n of [1, 2, 3]) await broker.publish('again', `{"n":${n}}`)
    await host.until(() => host.taken.length >= 3)
    assert.equal(host.text(), '{"n":1}{"n":2}{"n":3}')
    assert.equal(refusals, 3)
  },
)

test('a slow database holds the broker back: nothing is gathered in memory', { skip }, async () => {
  const host = createMemoryHost({ secrets })
  let waiting = 0
  let most = 0
  const gate = Promise.withResolvers<void>()
  host.beforeTake = async () => {
    most = Math.max(most, ++waiting)
    await gate.promise
    waiting--
  }
  await using running = startMqtt(host, { ...login(), topics: ['many'], clientId: 'many' })
  await host.until(() => running.health().state === 'idle')
  await Promise.all(Array.from({ length: 300 }, (_, n) => broker.publish('many', `{"n":${n}}`)))
  await host.until(() => waiting === 1)
  gate.resolve()
  await host.until(() => host.taken.length === 300)
  assert.equal(most, 1)
})

test('several connections share the topics', { skip }, async () => {
  const host = createMemoryHost({ secrets })
  let waiting = 0
  let most = 0
  host.beforeTake = async () => {
    most = Math.max(most, ++waiting)
    await new Promise((resolve) => setTimeout(resolve, 2))
    waiting--
  }
  const options = { ...login(), topics: ['shared/#'], clientId: 'shared', connections: 4 }
  await using running = startMqtt(host, options)
  await host.until(() => [...host.positions.keys()].length === 4)
  for (let n = 0; n < 100; n++) await broker.publish(`shared/${n % 7}`, `{"n":${n}}`)
  await host.until(() => host.taken.length === 100)
  assert.equal(new Set(host.taken.map(({ text }) => text)).size, 100)
  assert.ok(most > 1 && most <= 4, `${most}`)
  assert.equal(running.health().error, null)
})

test(
  'with an envelope the record has its topic, and bytes that are no text stay what they are',
  { skip },
  async () => {
    const host = createMemoryHost({ secrets })
    const options = { ...login(), topics: ['plant/#'], clientId: 'enveloped', envelope: true }
    await using running = startMqtt(host, options)
    await host.until(() => running.health().state === 'idle')
    await broker.publish('plant/press', '{\n "order": 12345678901234567890 }')
    await broker.publish('plant/saw', Buffer.from([0xff, 0x00]))
    await broker.publish('plant/mill', 'on')
    await host.until(() => host.taken.length === 3)
    const about = '{"topic":"plant/press","properties":{},"body":'
    assert.equal(host.taken[0]!.text, `${about}{  "order": 12345678901234567890 }}\n`)
    const bodies = host.taken.map(({ text }) => JSON.parse(text) as Record<string, unknown>)
    assert.deepEqual([bodies[1]!['bodyBase64'], bodies[2]!['body']], ['/wA=', 'on'])
    assert.equal(host.taken[0]!.context, undefined)
    const sparkplug = createMemoryHost({ format: 'sparkplug-b', secrets })
    const plain = { ...login(), topics: ['spBv1.0/#'], clientId: 'sparkplug' }
    await using other = startMqtt(sparkplug, plain)
    await sparkplug.until(() => other.health().state === 'idle')
    await broker.publish('spBv1.0/G/NDATA/N', Buffer.from([8, 1]))
    await sparkplug.until(() => sparkplug.taken.length === 1)
    assert.equal(sparkplug.taken[0]!.context, '{"topic":"spBv1.0/G/NDATA/N"}')
  },
)

test(
  'a broker that comes back with its sessions is no alarm, one that forgot them is',
  { skip },
  async () => {
    const host = createMemoryHost({ secrets })
    await using running = startMqtt(host, { ...login(), topics: ['gone'], clientId: 'gone' })
    await host.until(() => running.health().state === 'idle')
    await broker.restart()
    await host.until(() => running.health().state === 'idle' && running.health().error === null)
    await broker.publish('gone', '{"n":1}')
    await host.until(() => host.taken.length === 1)
    assert.equal(running.health().alarm, null)
    await broker.restart(true)
    await host.until(() => running.health().alarm !== null)
    assert.match(running.health().alarm!.message, /kept no session/)
  },
)

test('a wrong password is told, and not in a message', { skip }, async () => {
  const host = createMemoryHost({ secrets: { PASSWORD: 'hidden' } })
  await using running = startMqtt(host, { ...login(), topics: ['x'] })
  await host.until(() => running.health().state === 'failing')
  assert.match(running.health().error!.message, /[Nn]ot authorized|refused/)
  assert.doesNotMatch(host.logged.join(), /hidden/)
  assert.throws(() => mqttOptions({ url: 'mqtt://x', topics: ['$share/g/t'] }), /sharing is set by/)
})

test(
  'a reader killed between reading and acknowledging loses nothing and doubles nothing',
  { skip },
  async () => {
    const transport = { kind: 'mqtt', ...login(), topics: ['crash'], clientId: 'crash' }
    const { duplicates, ...found } = await crash({
      beginInPeace: true,
      files: crashSource(transport),
      env: secrets,
      feed: async (orders) => {
        for (const order of orders)
          await broker.publish('crash', JSON.stringify(crashRecord(order)))
      },
    })
    assert.deepEqual(found, { lost: [], doubled: 0, problems: [], kills: 3 })
    assert.ok(duplicates >= 1, 'what was committed and not acknowledged comes again, and is known')
  },
)
