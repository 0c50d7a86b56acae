import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { tellFeeds } from '#feeds/news.ts'
import { createFeedWatch, type FeedNews, type FeedWatch } from '#feeds/watch.ts'
import { line, startedAt, startWorld, type World } from '#api/fixtures/world.ts'
import { feedsAnswer } from './operations.ts'

const minute = 60_000
let world: World
let watch: FeedWatch
before(async () => {
  world = await startWorld()
  watch = createFeedWatch(world.flow.pool, world.flow.access)
})
after(() => world[Symbol.asyncDispose]())

const feeds = async (key = world.admin) => {
  const { body } = await world.call('/v1/feeds', { key })
  assert.deepEqual(feedsAnswer.parse(body), body)
  return feedsAnswer.parse(body).items
}
let orders = 0
const beat = (name?: string) =>
  world.flow.ingest('alpha', Buffer.from(line({ order: `F-${orders++}` })), name ? { name } : {})

/** A receipt every half hour, and a look behind each. */
async function speak(hours: number): Promise<FeedNews[]> {
  const news: FeedNews[] = []
  for (let i = 0; i < hours * 2; i++) {
    await beat(i % 2 === 0 ? 'drop/orders-20260310.csv' : 'drop/dispatch-77.csv')
    world.clock.now += 30 * minute
    news.push(...(await watch.look(world.clock.now)))
  }
  return news
}

test('a feed is learned, missed when it falls silent, and well when it has spoken again for a while', async () => {
  assert.deepEqual(await speak(30), [])
  assert.deepEqual(
    (await feeds()).map(({ source, lane, health }) => [source, lane, health]),
    [
      ['alpha', '', 'well'],
      ['alpha', 'dispatch-#.csv', 'well'],
      ['alpha', 'orders-#.csv', 'well'],
    ],
  )
  world.clock.now += 12 * 60 * minute
  const stream = await fetch(`${world.api.url}/v1/live`, {
    headers: { authorization: `Bearer ${world.admin}` },
  })
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()
  // Another process goes on from what the database holds.
  watch = createFeedWatch(world.flow.pool, world.flow.access)
  const missed = await watch.look(world.clock.now)
  tellFeeds(world.flow, missed)
  assert.deepEqual(
    missed.map(({ told, lane, incident }) => [told, lane, incident?.kind]),
    [
      ['opened', '', 'silent'],
      ['opened', 'orders-#.csv', 'silent'],
      ['opened', 'dispatch-#.csv', 'silent'],
    ],
  )
  let text = ''
  while (!text.includes('event: feed')) text += (await reader.read()).value ?? ''
  assert.match(text, /event: feed\ndata: \{"told":"opened","source":"alpha"/)
  await reader.cancel()
  const [whole, ...lanes] = await feeds()
  assert.equal(whole!.health, 'silent')
  assert.ok(Date.parse(whole!.incident!.since) < world.clock.now - 12 * 60 * minute)
  assert.match(whole!.incident!.observed, /nothing for 12 h/)
  assert.ok(
    lanes.every(({ incident }) => incident === null),
    'one incident, told at the source',
  )
  assert.match((await world.call('/metrics')).text, /orderhub_feed_incidents\{kind="silent"\} 1/)
  assert.deepEqual(await watch.look(world.clock.now + minute), [])
  const beta = await world.key({ scopes: [{ company: 'beta' }] })
  assert.deepEqual(await feeds(beta), [])
  const back = await speak(6)
  assert.deepEqual(new Set(back.map(({ told }) => told)), new Set(['cleared']))
  assert.equal(back.filter(({ lane }) => lane === '').length, 1)
  assert.ok((await feeds()).every(({ health }) => health === 'well'))
  assert.ok(world.clock.now > startedAt)
})
