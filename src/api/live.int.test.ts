import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { json, startWorld, type World } from './fixtures/world.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world[Symbol.asyncDispose]())

type Message = {
  id: string
  event: string
  data: {
    changes?: { id: string; label: string; status?: string; companies: string[]; source?: string }[]
  }
}

/** A connection to the live feed; `next` resolves with the next message. */
async function follow(headers: Record<string, string> = {}, key = world.admin, query = '') {
  const stop = new AbortController()
  const response = await fetch(`${world.api.url}/v1/live${query}`, {
    signal: stop.signal,
    headers: { authorization: `Bearer ${key}`, ...headers },
  })
  const decoder = new TextDecoder()
  const reader = response.body!.getReader()
  let text = ''
  const next = async (): Promise<Message> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end < 0) {
        const { value, done } = await reader.read()
        if (done) throw new Error('the feed ended')
        text += decoder.decode(value, { stream: true })
        continue
      }
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((row) => row.split(/: (.*)/s).slice(0, 2) as [string, string]),
      )
      text = text.slice(end + 2)
      if (fields['event'] !== undefined)
        return {
          id: fields['id']!,
          event: fields['event'],
          data: JSON.parse(fields['data']!) as Message['data'],
        }
    }
  }
  return { response, next, [Symbol.dispose]: () => stop.abort() }
}

test('a reader hears of every commit, with the batch as its id', async () => {
  using feed = await follow()
  assert.match(feed.response.headers.get('content-type')!, /^text\/event-stream/)
  assert.equal((await feed.next()).event, 'hello')
  await world.send('alpha', { order: 'V-1' }, { order: 'V-2' })
  const { event, data, id } = await feed.next()
  assert.deepEqual(
    [event, data.changes!.map((change) => [change.label, change.status])],
    [
      'orders',
      [
        ['V-1', 'ordered'],
        ['V-2', 'ordered'],
      ],
    ],
  )
  assert.match(id, /^\d+$/)
  assert.deepEqual(Object.keys(data.changes![0]!), [
    'id',
    'label',
    'status',
    'companies',
    'regions',
    'at',
    'milestone',
    'source',
  ])
})

test('a reader that comes back gets what it missed, in order and once, then goes on live', async () => {
  let last = ''
  {
    using feed = await follow()
    await feed.next()
    await world.send('alpha', { order: 'W-1' })
    last = (await feed.next()).id
  }
  for (let i = 2; i <= 6; i++) await world.send(i % 2 === 0 ? 'alpha' : 'beta', { order: `W-${i}` })
  for (const reconnect of [
    () => follow({ 'last-event-id': last }),
    () => follow({}, world.admin, `?lastEventId=${last}`),
  ]) {
    using feed = await reconnect()
    const labels: string[] = []
    for (let i = 2; i <= 6; i++)
      labels.push(...(await feed.next()).data.changes!.map((change) => change.label))
    assert.deepEqual(labels, ['W-2', 'W-3', 'W-4', 'W-5', 'W-6'])
  }
  using feed = await follow({ 'last-event-id': last })
  for (let i = 2; i <= 6; i++) await feed.next()
  await world.send('alpha', { order: 'W-7' })
  assert.equal((await feed.next()).data.changes![0]!.label, 'W-7')
})

test('a reader of one company hears of its orders only, and not of the status of those it sees in part', async () => {
  const key = await world.key({ scopes: [{ company: 'beta' }] })
  using feed = await follow({}, key)
  const { id: before } = await feed.next()
  await world.send('alpha', { order: 'X-1', awb: 'X-AWB' })
  await world.send('beta', { order: 'X-2' })
  await world.send('beta', { order: 'X-3', awb: 'X-AWB', state: 'SHP' })
  const live = [await feed.next(), await feed.next()].map(({ data }) => data.changes!)
  using again = await follow({ 'last-event-id': before }, key)
  const resumed = [await again.next(), await again.next()].map(({ data }) => data.changes!)
  for (const [own, part] of [live, resumed]) {
    assert.deepEqual([own![0]!.label, own![0]!.status], ['X-2', 'ordered'])
    assert.deepEqual(Object.keys(part![0]!).toSorted(), [
      'at',
      'companies',
      'id',
      'label',
      'regions',
    ])
    assert.deepEqual(part![0]!.companies, ['beta'])
  }
})

test('orders taken apart by a ruling are told too', async () => {
  await world.send('alpha', { order: 'Y-1', awb: 'Y-AWB' })
  await world.send('alpha', { order: 'Y-2', awb: 'Y-AWB' })
  using feed = await follow()
  await feed.next()
  const claims = [{ source: 'alpha', a: 'order:alpha:Y-2', b: 'tracking:fedex:Y-AWB' }]
  assert.equal(
    (await world.call('/v1/links/void', json({ claims, reason: 'wrong label' }))).status,
    200,
  )
  assert.deepEqual((await feed.next()).data.changes!.map((change) => change.label).toSorted(), [
    'Y-1',
    'Y-2',
  ])
})

test('the feed ends cleanly when the hub stops, and more readers than allowed are sent away', async () => {
  const { limits } = await import('#model/limits.ts')
  await using small = await startWorld({ database: world.database })
  const keys = { authorization: `Bearer ${small.admin}` }
  const feeds = await Promise.all(
    Array.from({ length: limits.liveClientsMax }, () =>
      fetch(`${small.api.url}/v1/live`, { headers: keys }),
    ),
  )
  const refused = await fetch(`${small.api.url}/v1/live`, { headers: keys })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '30'])
  const ends = Promise.all(feeds.map((feed) => feed.text()))
  await small.api.close()
  assert.equal((await ends).length, limits.liveClientsMax)
})
