/** Systems that are configurations of the poller, against stand-ins that speak their wire formats. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeHttp } from '../fixtures/fake-http.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { startPoll } from './poll.ts'

const fast = { everySeconds: 0.05, limit: { perMinute: 6000, burst: 1000, busyShare: 1 } }
const secrets = { PASSWORD: 'secret' }
const idsOf = (host: MemoryHost) =>
  [...host.text().matchAll(/"number":"?(\d+)/g)].map(([, id]) => Number(id))
const two = (n: number) => String(n).padStart(2, '0')

test('ServiceNow: the Table API by sys_updated_on, page after page by its Link header', async () => {
  const rows = Array.from({ length: 7 }, (_, n) => ({
    number: String(n + 1),
    sys_updated_on: `2026-03-01 10:00:${two(n)}`,
  }))
  await using server = await fakeHttp(({ url, headers }) => {
    assert.equal(headers.authorization, `Basic ${Buffer.from('hub:secret').toString('base64')}`)
    const { searchParams } = url
    const [, since = ''] = /sys_updated_on>=([^^]*)\^ORDERBYsys_updated_on/.exec(
      searchParams.get('sysparm_query')!,
    )!
    const limit = Number(searchParams.get('sysparm_limit'))
    const offset = Number(searchParams.get('sysparm_offset') ?? 0)
    const found = rows.filter((row) => row.sys_updated_on >= since)
    const next = new URL(url)
    next.searchParams.set('sysparm_offset', String(offset + limit))
    const link: Record<string, string> =
      found.length > offset + limit
        ? { link: `<${url.href}>;rel="first",<${next.href}>;rel="next"` }
        : {}
    return {
      headers: { 'x-total-count': String(found.length), ...link },
      body: { result: found.slice(offset, offset + limit) },
    }
  })
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'result' }, secrets })
  const options = {
    url: `${server.url}/api/now/table/sc_request`,
    ...fast,
    auth: { kind: 'basic', user: 'hub', password: { env: 'PASSWORD' } },
    query: {
      sysparm_query: "join(['sys_updated_on>=', since, '^ORDERBYsys_updated_on'], '')",
      sysparm_limit: '3',
    },
    next: 'link.next',
    cursor: { start: "'2026-01-01 00:00:00'", value: 'last(page.result).sys_updated_on' },
  }
  await using _poll = startPoll(host, options)
  await host.until(() => new Set(idsOf(host)).size === 7)
  rows.push({ number: '8', sys_updated_on: '2026-03-01 10:01:00' })
  await host.until(() => idsOf(host).includes(8))
  const asks = async (more: number) => {
    const asked = server.asked.length
    await host.until(() => server.asked.length > asked + more)
  }
  await asks(3)
  const again = idsOf(host).length
  await asks(4)
  assert.equal(idsOf(host).length, again, 'what is the same is not taken again')
})

test('Zendesk: the incremental export by its cursor, no faster than it allows', async () => {
  const tickets = Array.from({ length: 5 }, (_, n) => ({ number: n + 1 }))
  let refusals = 0
  await using server = await fakeHttp(({ url }) => {
    const { searchParams } = url
    assert.equal(searchParams.has('start_time'), !searchParams.has('cursor'))
    const from = searchParams.has('cursor') ? Number(atob(searchParams.get('cursor')!)) : 0
    if (from === 2 && refusals++ === 0) return { status: 429, headers: { 'retry-after': '0.2' } }
    const page = tickets.slice(from, from + 2)
    const end = from + page.length
    return {
      body: {
        tickets: page,
        after_cursor: btoa(String(end)),
        after_url: `${url.origin}${url.pathname}?cursor=${btoa(String(end))}`,
        end_of_stream: end >= tickets.length,
      },
    }
  })
  const host = createMemoryHost({ format: 'json', formatOptions: { records: 'tickets' }, secrets })
  await using _poll = startPoll(host, {
    url: `${server.url}/api/v2/incremental/tickets/cursor.json`,
    ...fast,
    auth: { kind: 'basic', user: 'hub@nordwind.example/token', password: { env: 'PASSWORD' } },
    query: { start_time: "cursor == null ? '1767225600' : null", cursor: 'cursor' },
    more: '!page.end_of_stream',
    cursor: { value: 'page.after_cursor' },
  })
  await host.until(() => idsOf(host).length === 5)
  tickets.push({ number: 6 })
  await host.until(() => idsOf(host).length === 6)
  assert.deepEqual([idsOf(host), refusals > 0], [[1, 2, 3, 4, 5, 6], true])
})
