import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crash, crashRecord, crashSource } from '../fixtures/crash.ts'
import { fakeHttp } from '../fixtures/fake-http.ts'

test('a poller killed between reading and committing loses nothing and doubles nothing', async () => {
  const rows: object[] = []
  await using server = await fakeHttp(({ url }) => {
    const from = Number(url.searchParams.get('after') ?? 0)
    const items = rows.slice(from, from + 1)
    return { body: { items, last: from + items.length, more: from + 1 < rows.length } }
  })
  const transport = {
    kind: 'poll',
    url: server.url,
    everySeconds: 0.05,
    limit: { perMinute: 6000, burst: 100, busyShare: 1 },
    query: { after: 'cursor' },
    more: 'page.more',
    cursor: { value: 'page.last' },
  }
  const { kills, duplicates, ...found } = await crash({
    files: crashSource(transport, '{ name: json, records: items }'),
    feed: (orders) => {
      rows.push(...orders.map(crashRecord))
      return Promise.resolve()
    },
  })
  assert.deepEqual(found, { lost: [], doubled: 0, problems: [] })
  assert.equal(kills, 3)
  // The cursor is committed with its page, so that not even a known record comes again.
  assert.equal(duplicates, 0)
})
