/** One event, accepted to visible in the API, while 1,000 a second arrive one by one over HTTP. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createKey } from '#api/keys.ts'
import { startApi } from '#api/start.ts'
import { percentile, progress, report, rounded, sizeAsked } from './support/figure.ts'
import { startFigureHub, viewsOf } from './support/hub.ts'

const size = sizeAsked()
// The short run shares two cores with its own load generator and whatever else CI does.
const perSecond = size === 'full' ? 1_000 : 200
const seconds = size === 'full' ? 60 : 8

type Seen = { seen: number[]; acknowledged: number[]; failed: number }

await using hub = await startFigureHub()
const quota = { requests: 10_000_000, windowSeconds: 60 }
await using api = await startApi({
  flow: hub.flow,
  views: viewsOf(hub.flow),
  port: 0,
  now: () => Date.now(),
  quotas: { reads: quota, ingest: quota },
})
const { token } = await createKey(
  hub.flow,
  { name: 'latency', permissions: ['records:write', 'orders:read'], scopes: '*' },
  Date.now(),
)
const poster = fork(join(import.meta.dirname, 'support/poster.ts'))
// The first seconds compile and fill caches; they are not counted.
const warm = await ask({ url: api.url, key: token, perSecond: 200, seconds: 3, orders: 20_000 })
progress(`warm: ${warm.acknowledged.length} acknowledged`)
const counted = fork(join(import.meta.dirname, 'support/poster.ts'))
const result = await ask({ url: api.url, key: token, perSecond, seconds, orders: 20_000 }, counted)
progress(
  `acknowledged p50 ${percentile(result.acknowledged, 0.5).toFixed(1)} ms, p99 ${percentile(result.acknowledged, 0.99).toFixed(1)} ms`,
)
const figures = {
  latencyMsP50: rounded(percentile(result.seen, 0.5)),
  latencyMsP99: rounded(percentile(result.seen, 0.99)),
  acknowledgedMsP50: rounded(percentile(result.acknowledged, 0.5)),
  acknowledgedMsP99: rounded(percentile(result.acknowledged, 0.99)),
  eventsPerSecond: perSecond,
  asked: result.seen.length,
  failed: result.failed,
}
// Beside other tests the short run only shows that nothing stalls.
const most = size === 'full' ? { p50: 10, p99: 50 } : { p50: 200, p99: 2_000 }
report(
  'bench:latency',
  figures,
  figures.failed === 0 && figures.latencyMsP50 <= most.p50 && figures.latencyMsP99 <= most.p99,
)

async function ask(job: object, child = poster): Promise<Seen> {
  child.send(job)
  const [seen] = (await once(child, 'message')) as [Seen]
  return seen
}
