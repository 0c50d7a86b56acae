/** Reading among a million orders: an order by any identifier, and prefix search over all identifiers; p99 in milliseconds. */
import { join } from 'node:path'
import type pg from 'pg'
import { withAccess } from '#store/client.ts'
import { findOrder, search } from '#views/find.ts'
import { listOrders } from '#views/list.ts'
import { readOrder } from '#views/order.ts'
import { percentile, progress, report, rounded, sizeAsked } from './support/figure.ts'
import { startFigureHub, viewsOf } from './support/hub.ts'
import { feed, makeLoad } from './support/load.ts'

const size = sizeAsked()
// About four events make an order of the load.
const events = size === 'full' ? 5_000_000 : 60_000
const reads = size === 'full' ? 5_000 : 600

await using hub = await startFigureHub()
const path = join(hub.folder, 'load')
makeLoad(path, events, 'json')
await feed(hub.flow, path, (done, perSecond) =>
  progress(`${done} events, ${Math.round(perSecond)}/s`),
)
const ctx = viewsOf(hub.flow)
const { flow } = hub
const values = await sample(reads)
const orders = (
  await withAccess(flow.pool, flow.access, (c) =>
    c.query<{ n: number }>('select count(*) as n from order_state'),
  )
).rows[0]!.n
progress(`${orders} orders`)

const byIdentifier = await timed(values, async (value) => {
  const found = await findOrder(ctx, flow.access, value)
  const key = found.kind === 'one' ? found.orderKey : null
  if (key !== null) await readOrder(ctx, flow.access, key, Date.now())
})
const byPrefix = await timed(values, (value) =>
  search(ctx, flow.access, value.slice(0, Math.max(3, value.length - 2)), 20),
)
const lists = await timed(values.slice(0, 200), () => listOrders(ctx, flow.access, { limit: 50 }))
const figures = {
  orderMsP99: rounded(percentile(byIdentifier, 0.99)),
  searchMsP99: rounded(percentile(byPrefix, 0.99)),
  orderMsP50: rounded(percentile(byIdentifier, 0.5)),
  searchMsP50: rounded(percentile(byPrefix, 0.5)),
  listMsP99: rounded(percentile(lists, 0.99)),
  orders,
  reads: values.length,
}
const most = size === 'full' ? { order: 10, search: 50 } : { order: 100, search: 200 }
report(
  'bench:reads',
  figures,
  figures.orderMsP99 <= most.order && figures.searchMsP99 <= most.search,
)

/** Values of identifiers drawn over the whole table. */
async function sample(count: number): Promise<string[]> {
  return withAccess(flow.pool, flow.access, async (client: pg.PoolClient) => {
    const { rows } = await client.query<{ value: string }>(
      `select value from (select value, row_number() over (order by identifier_id) as n, count(*) over () as total from identifier) i
       where n % greatest(1, total / $1) = 0 limit $1`,
      [count],
    )
    return rows.map((row) => row.value)
  })
}

async function timed(
  inputs: readonly string[],
  read: (value: string) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  for (const value of inputs) {
    const from = performance.now()
    await read(value)
    times.push(performance.now() - from)
  }
  return times
}
