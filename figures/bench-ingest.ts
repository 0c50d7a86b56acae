/**
 * Raw records of several systems to committed orders: events per second, and their ratio to the same rows written into
 * the bare database in the same run. `--size full` runs 2.2 million mixed events and 5 million JSON ones.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { progress, report, rounded, sizeAsked } from './support/figure.ts'
import { readBatches, writeBare } from './support/bare.ts'
import { startFigureHub } from './support/hub.ts'
import { feed, makeLoad, type Fed } from './support/load.ts'

const size = sizeAsked()
const events =
  size === 'full'
    ? { mixed: 2_200_000, json: 5_000_000, bare: 400_000 }
    : { mixed: 120_000, json: 120_000, bare: 100_000 }

type Measured = { readonly fed: Fed; readonly perSecond: number; readonly ratio: number }

async function measure(mix: 'mixed' | 'json'): Promise<Measured> {
  await using hub = await startFigureHub()
  const path = join(hub.folder, 'load')
  progress(`making ${events[mix]} ${mix} events`)
  makeLoad(path, events[mix], mix)
  const fed = await feed(hub.flow, path, (done, perSecond) =>
    progress(`${mix}: ${done} events, ${Math.round(perSecond)}/s`),
  )
  rmSync(path)
  const bare = await writeBare(hub.server, await readBatches(hub.server, events.bare))
  const perSecond = fed.events / fed.seconds
  progress(`${mix}: ${Math.round(perSecond)}/s, bare database ${Math.round(bare)}/s`)
  return { fed, perSecond, ratio: perSecond / bare }
}

/** The rate of the last windows against that of the first; the very first warms up. */
function endToStart({ windows }: Fed): number {
  const rate = (part: Fed['windows']): number =>
    part.reduce((sum, w) => sum + w.events, 0) / part.reduce((sum, w) => sum + w.seconds, 0)
  return windows.length < 8 ? Number.NaN : rate(windows.slice(-3)) / rate(windows.slice(1, 4))
}

const mixed = await measure('mixed')
const json = await measure('json')
const ratioAt5M = endToStart(json.fed)
const figures = {
  eventsPerSecond: Math.round(mixed.perSecond),
  ratioToBareDatabase: rounded(mixed.ratio),
  jsonEventsPerSecond: Math.round(json.perSecond),
  jsonRatioToBareDatabase: rounded(json.ratio),
  ratioAt5MToStart: Number.isNaN(ratioAt5M) ? null : rounded(ratioAt5M),
  residentMb: Math.round(Math.max(mixed.fed.residentMbMax, json.fed.residentMbMax)),
  mixedEvents: mixed.fed.events,
  mixedSeconds: rounded(mixed.fed.seconds, 1),
  jsonEvents: json.fed.events,
}
// The short run shares its machine with the rest of the tests: it shows that the path works, the full one what it can.
const least =
  size === 'full'
    ? { perSecond: 15_000, ratio: 0.3, json: 25_000, jsonRatio: 0.45 }
    : { perSecond: 1_500, ratio: 0.1, json: 2_000, jsonRatio: 0.1 }
const pass =
  figures.eventsPerSecond >= least.perSecond &&
  figures.ratioToBareDatabase >= least.ratio &&
  figures.jsonEventsPerSecond >= least.json &&
  figures.jsonRatioToBareDatabase >= least.jsonRatio &&
  figures.residentMb <= 600 &&
  (figures.ratioAt5MToStart ?? 1) >= 0.85
report('bench:ingest', figures, pass)
