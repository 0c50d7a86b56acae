/** Load from a file through the hub, as fast as it takes it. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { Flow } from '#flow/hub.ts'
import { readLoad } from '../../tools/load-file.ts'

/** Writes load with known numbers of events to `path`, in a process of its own. */
export function makeLoad(
  path: string,
  events: number,
  mix: 'mixed' | 'json',
  options: { seed?: number; poison?: number } = {},
): void {
  const args = [
    resolve(import.meta.dirname, '../../tools/make-load.ts'),
    path,
    '--events',
    String(events),
    '--mix',
    mix,
  ]
  execFileSync(
    process.execPath,
    [...args, '--seed', String(options.seed ?? 1), '--poison', String(options.poison ?? 0)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
}

export type Fed = {
  readonly events: number
  readonly seconds: number
  readonly windows: readonly { events: number; seconds: number }[]
  readonly residentMbMax: number
}

/** Enough for the batches in flight and the next ones to be full. */
const eventsAhead = 5_000
const windowEvents = 100_000

/** Feeds every receipt of a file; `events` counts what the hub says it accepted. */
export async function feed(
  flow: Flow,
  path: string,
  onWindow: (events: number, perSecond: number) => void = () => undefined,
): Promise<Fed> {
  const started = performance.now()
  const windows: { events: number; seconds: number }[] = []
  const waiting = new Set<Promise<void>>()
  let events = 0
  let ahead = 0
  let windowFrom = started
  let windowBase = 0
  let residentMbMax = 0
  for await (const receipt of readLoad(path)) {
    const done = flow.ingest(receipt.source, receipt.bytes).then((totals) => {
      events += totals.events
      ahead -= receipt.events
      waiting.delete(done)
    })
    waiting.add(done)
    ahead += receipt.events
    while (ahead > eventsAhead) await Promise.race(waiting)
    if (events - windowBase < windowEvents) continue
    const now = performance.now()
    windows.push({ events: events - windowBase, seconds: (now - windowFrom) / 1000 })
    residentMbMax = Math.max(residentMbMax, process.memoryUsage.rss() / 1e6)
    onWindow(events, (events - windowBase) / ((now - windowFrom) / 1000))
    windowBase = events
    windowFrom = now
  }
  await Promise.all(waiting)
  return { events, seconds: (performance.now() - started) / 1000, windows, residentMbMax }
}
