import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Asked, fakeHttp, type Said } from '../fixtures/fake-http.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { pollOptions } from './options.ts'
import { startPoll } from './poll.ts'

type Row = { id: number; at: string }
const rowsFrom = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    id: from + n,
    at: new Date(1_770_000_000_000 + (from + n) * 1000).toISOString(),
  }))
const fast = { everySeconds: 0.05, limit: { perMinute: 6000, burst: 1000, busyShare: 1 } }
const idsOf = (host: MemoryHost) =>
  [...host.text().matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id))
const cursor = { value: 'page.cursor' }

/** A feed with a cursor that is the next number; pages of three. */
function numbered(rows: Row[]) {
  return ({ url }: Asked): Said => {
    const from = Number(url.searchParams.get('after') ?? 0)
    const page = rows.filter(({ id }) => id > from).slice(0, 3)
    const last = page.at(-1)?.id ?? from
    return { body: { items: page, cursor: last, more: rows.some(({ id }) => id > last) } }
  }
}
const byCursor = (url: string) => ({
  url,
  ...fast,
  query: { after: 'cursor' },
  more: 'page.more',
  cursor,
})

test('a feed is read by its cursor, page after page, and goes on where it was after a restart', async () => {
  const rows = rowsFrom(1, 8)
  await using server = await fakeHttp(numbered(rows))
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'items' } })
  {
    await using _poll = startPoll(host, byCursor(server.url))
    await host.until(() => idsOf(host).length === 8)
  }
  rows.push(...rowsFrom(9, 2))
  await using poll = startPoll(host, byCursor(server.url))
  await host.until(() => idsOf(host).length === 10)
  assert.deepEqual(idsOf(host), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  await host.until(() => poll.health().state === 'idle')
  assert.equal(poll.health().error, null)
})

test('what could not be committed is asked for again', async () => {
  await using server = await fakeHttp(numbered(rowsFrom(1, 7)))
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'items' } })
  let refusals = 0
  host.beforeTake = (bytes) =>
    bytes.includes('"id":4') && refusals++ < 2
      ? Promise.reject(new Error('database away'))
      : Promise.resolve()
  await using _poll = startPoll(host, byCursor(server.url))
  await host.until(() => idsOf(host).length === 7)
  assert.deepEqual(idsOf(host), [1, 2, 3, 4, 5, 6, 7])
  assert.ok(host.logged.some((line) => line.includes('database away')))
})

test('OData: pages by nextLink, the cursor counts when the round is done, an expired link begins it anew', async () => {
  let rows = rowsFrom(1, 7)
  let broken = true
  await using server = await fakeHttp(({ url }) => {
    const since = url.searchParams.get('since') ?? ''
    const skip = Number(url.searchParams.get('$skip') ?? 0)
    if (skip === 3 && broken) {
      broken = false
      return { status: 410 }
    }
    const found = rows.filter(({ at }) => at > since)
    const more = found.length > skip + 3
    const link = `/odata/Orders?since=${since}&$skip=${skip + 3}`
    return {
      body: { value: found.slice(skip, skip + 3), ...(more && { '@odata.nextLink': link }) },
    }
  })
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'value' } })
  await using _poll = startPoll(host, {
    url: `${server.url}/odata/Orders`,
    ...fast,
    query: { since: 'since' },
    next: "page['@odata.nextLink']",
    cursor: { start: "'2020-01-01T00:00:00Z'", value: 'last(page.value).at' },
  })
  await host.until(() => new Set(idsOf(host)).size === 7)
  rows = [...rows, ...rowsFrom(8, 1)]
  await host.until(() => idsOf(host).includes(8))
  const before = idsOf(host).length
  assert.deepEqual(new Set(idsOf(host)), new Set([1, 2, 3, 4, 5, 6, 7, 8]))
  assert.ok(before <= 8 + 3, 'only the page before the expired link comes again')
  assert.match(server.asked.at(-1)!.url.searchParams.get('since')!, /^2026/)
})

test('GraphQL: variables carry the cursor, and errors of a 200 are errors', async () => {
  let refuse = true
  await using server = await fakeHttp(({ body }) => {
    if (refuse) {
      refuse = false
      return { body: { errors: [{ message: 'Throttled' }] } }
    }
    const { variables } = JSON.parse(body) as { variables: { after: string | null } }
    const from = Number(variables.after ?? 0)
    const nodes = rowsFrom(from + 1, 2)
    return {
      body: {
        data: { orders: { nodes, pageInfo: { endCursor: from + 2, hasNextPage: from < 4 } } },
      },
    }
  })
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'data.orders.nodes' } })
  await using _poll = startPoll(host, {
    url: server.url,
    ...fast,
    everySeconds: 600,
    graphql: {
      query: 'query($after: String) { orders(after: $after) { id } }',
      variables: { after: 'cursor' },
    },
    failed: 'first(page.errors).message',
    more: 'page.data.orders.pageInfo.hasNextPage',
    cursor: { value: 'page.data.orders.pageInfo.endCursor' },
  })
  await host.until(() => idsOf(host).length === 6)
  assert.ok(host.logged.some((line) => line.includes('Throttled')))
  assert.ok(server.asked.every(({ method }) => method === 'POST'))
})

test('what has not changed is not taken again: by ETag, by date, and by its bytes', async () => {
  let version = 1
  await using server = await fakeHttp(({ url, headers }) => {
    const body = { items: rowsFrom(version, 1) }
    if (url.pathname === '/bytes') return { body }
    const etag = `"v${version}"`
    if (headers['if-none-match'] === etag) return { status: 304 }
    return { body, headers: { etag } }
  })
  for (const path of ['/bytes', '/etag']) {
    version = 1
    const host = createMemoryHost({ format: 'json', formatOptions: { records: 'items' } })
    await using _poll = startPoll(host, { url: server.url + path, ...fast })
    const from = server.asked.length
    await host.until(() => server.asked.length > from + 4)
    assert.deepEqual(idsOf(host), [1])
    version = 2
    await host.until(() => idsOf(host).length === 2)
  }
})

test('an empty page is an answer, not a broken record', async () => {
  await using server = await fakeHttp(() => ({ body: { items: [] } }))
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'items' } })
  await using poll = startPoll(host, { url: server.url, ...fast })
  await host.until(() => server.asked.length > 3)
  assert.deepEqual([host.taken.length, poll.health().error], [0, null])
})

test('a system that asks for rest is left alone, and is seen to wait', async () => {
  let calls = 0
  await using server = await fakeHttp(() =>
    ++calls === 1 ? { status: 429, headers: { 'retry-after': '0.3' } } : { body: rowsFrom(1, 1) },
  )
  const host = createMemoryHost({ format: 'json' })
  await using poll = startPoll(host, { url: server.url, ...fast })
  await host.until(() => poll.health().state === 'waiting')
  await host.until(() => host.taken.length === 1)
  const [first, second] = server.asked
  assert.ok(second!.at - first!.at >= 295, `${second!.at - first!.at} ms`)
})

test('no more is asked than the limit allows, however much there is', async () => {
  await using server = await fakeHttp(numbered(rowsFrom(1, 3000)))
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'items' } })
  const limit = { perMinute: 1200, burst: 2, busyShare: 1 }
  await using _poll = startPoll(host, { ...byCursor(server.url), limit })
  await sleep(600)
  assert.ok(server.asked.length <= 2 + 0.62 * 20, `${server.asked.length} requests in 0.6 s`)
  assert.ok(server.asked.length >= 8)
})

test('a client gets a token by its credentials, keeps it, and gets a new one when it is refused', async () => {
  let tokens = 0
  let revoked = false
  await using server = await fakeHttp(({ url, headers, body }) => {
    if (url.pathname === '/token') {
      assert.equal(
        headers.authorization,
        `Basic ${Buffer.from('hub:s3cret%26').toString('base64')}`,
      )
      assert.equal(new URLSearchParams(body).get('scope'), 'orders.read')
      return { body: { access_token: `t${++tokens}`, expires_in: 3600 } }
    }
    const good = headers.authorization === `Bearer t${tokens}` && !(revoked && tokens === 1)
    return good ? { body: rowsFrom(tokens, 1) } : { status: 401 }
  })
  const host = createMemoryHost({ format: 'json', secrets: { SECRET: 's3cret&' } })
  await using _poll = startPoll(host, {
    url: server.url,
    ...fast,
    auth: {
      kind: 'oauth',
      tokenUrl: `${server.url}/token`,
      clientId: 'hub',
      clientSecret: { env: 'SECRET' },
      scope: 'orders.read',
    },
  })
  await host.until(() => server.asked.length > 5)
  assert.equal(tokens, 1)
  revoked = true
  await host.until(() => idsOf(host).includes(2))
})

test('credentials never leave: not to another server, not unencrypted, not into a message', async () => {
  await using foreign = await fakeHttp(() => ({ body: [] }))
  await using server = await fakeHttp(({ url }) =>
    url.pathname === '/moved'
      ? { status: 302, headers: { location: foreign.url } }
      : { body: { items: rowsFrom(1, 1), next: `${foreign.url}/p2` } },
  )
  const auth = { kind: 'bearer', token: { env: 'T' } }
  for (const [options, said] of [
    [{ url: server.url, next: 'page.next' }, /next page is said to be at/],
    [{ url: `${server.url}/moved?key=hidden` }, /answered 302/],
    [{ url: 'http://orders.example/x' }, /over http:/],
    [{ url: server.url, auth: { kind: 'bearer', token: { env: 'NONE' } } }, /no such secret/],
  ] as const) {
    const host = createMemoryHost({
      format: 'json',
      formatOptions: { records: 'items' },
      secrets: { T: 'tok' },
    })
    await using poll = startPoll(host, { auth, ...fast, ...options })
    await host.until(() => said.test(poll.health().error?.message ?? ''))
    assert.equal(poll.health().state, 'failing')
    assert.doesNotMatch(host.logged.join(), /hidden|tok/)
  }
  assert.equal(foreign.asked.length, 0)
})

test('options that contradict themselves or hold expressions that mean nothing are refused', () => {
  const refused = (raw: object, said: RegExp) =>
    assert.throws(() => pollOptions({ url: 'https://a.example', ...raw }), said)
  refused({ next: 'page.next', more: 'page.more' }, /exclude each other/)
  refused({ more: 'page.more' }, /more needs a cursor/)
  refused({ cursor: { value: 'pgae.cursor' } }, /pgae/)
  refused({ query: { after: 'page.cursor' } }, /page/)
  refused({ auth: { kind: 'bearer', token: 'abc' } }, /a secret is named/)
})
