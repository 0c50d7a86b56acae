/** All orders rebuilt from the raw receipts, against the speed they came in with; and whether they are the same. */
import { join } from 'node:path'
import { rebuild } from '#flow/rebuild/rebuild.ts'
import { stateHash } from '#flow/state-hash.ts'
import { withAccess } from '#store/client.ts'
import { progress, report, rounded, sizeAsked } from './support/figure.ts'
import { startFigureHub } from './support/hub.ts'
import { feed, makeLoad } from './support/load.ts'

const size = sizeAsked()
const events = size === 'full' ? 1_000_000 : 80_000

await using hub = await startFigureHub()
const path = join(hub.folder, 'load')
makeLoad(path, events, 'mixed')
const fed = await feed(hub.flow, path, (done, perSecond) =>
  progress(`${done} events, ${Math.round(perSecond)}/s`),
)
const ingestPerSecond = fed.events / fed.seconds
const before = await hash()
const rebuilt = await rebuild(hub.flow, { owner: hub.server.owner, log: progress })
const after = await hash()
const rebuildPerSecond = rebuilt.events / rebuilt.seconds
const figures = {
  ratioToIngest: rounded(rebuildPerSecond / ingestPerSecond),
  different: before.hash === after.hash ? 0 : 1,
  rebuildEventsPerSecond: Math.round(rebuildPerSecond),
  ingestEventsPerSecond: Math.round(ingestPerSecond),
  events: rebuilt.events,
  orders: after.orders,
}
report(
  'bench:rebuild',
  figures,
  figures.different === 0 && figures.ratioToIngest >= (size === 'full' ? 1 : 0.3),
)

async function hash(): Promise<{ hash: string; orders: number }> {
  return withAccess(hub.flow.pool, hub.flow.access, stateHash)
}
