/** Starts the demo company beside a running hub. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Flow } from '#flow/hub.ts'
import type { Message } from '#simulator/simulate.ts'
import type { Config } from './config-schema.ts'
import {
  type DemoOptions,
  loadHistory,
  openDemo,
  sendBy,
  talkLive,
  type Transport,
} from './demo.ts'
import { firstChapter, nextState, readDemoState, writeDemoState } from './demo-state.ts'
import type { Directories } from './directories.ts'

export type DemoCompany = {
  /** Settles when the systems have fallen silent; never rejects. */
  readonly ended: Promise<void>
}

type Setting = {
  readonly config: Config
  readonly flow: Flow
  readonly directories: Directories
  readonly url: string
  readonly key: string
  readonly log: (message: string) => void
  readonly now: () => number
  /** Ends the talking. */
  readonly stop: AbortSignal
  /** Gives up the start. */
  readonly signal: AbortSignal | undefined
}

const drainMsMax = 30_000
const drainPollMs = 50
const progressEvery = 1000

/** Loads the history when there is none yet, then lets the systems talk in the background. */
export async function startDemo(setting: Setting): Promise<DemoCompany> {
  const { config, log, now, stop, signal } = setting
  const known = readDemoState(config.data)
  const state =
    known === undefined
      ? firstChapter(config.demoSeed, config.demoOrders, now())
      : nextState(known, now())
  writeDemoState(config.data, state)
  const options: DemoOptions = {
    dataDir: config.data,
    state,
    send: (message) => sendBy(transportOf(setting, message), message, stop),
    now,
    signal: signal === undefined ? stop : AbortSignal.any([stop, signal]),
  }
  const stream = openDemo(options)
  if (!state.loaded) {
    log(`demo: ${state.orders} orders of the last ${state.historyDays} days are told`)
    const { messages, records } = await loadHistory(options, stream, (sent) => {
      if (sent % progressEvery === 0) log(`demo: ${sent} messages`)
    })
    await drained(setting)
    log(`demo: ${messages} messages with ${records} records taken`)
  }
  if (!config.live) return { ended: Promise.resolve() }
  log('demo: the systems go on talking')
  const ended = talkLive({ ...options, signal: stop }, stream).catch((error: unknown) => {
    log(`demo: fell silent: ${String(error)}`)
  })
  return { ended }
}

/** The transport that the source's own definition names. */
function transportOf({ flow, directories, url, key }: Setting, { source }: Message): Transport {
  const kind = flow.sources.get(source)?.source.transport.kind ?? 'http'
  const directory = directories.of(source)
  if (kind === 'direct') return { kind, take: (bytes) => flow.ingest(source, bytes) }
  if (kind === 'directory' && directory !== undefined) return { kind, directory }
  return { kind: 'http', url, key }
}

/** Files that were dropped are taken a moment later; the first look at the page should show them. */
async function drained({ directories, stop }: Setting): Promise<void> {
  const deadline = performance.now() + drainMsMax
  const busy = () => directories.health().some(({ state }) => state !== 'idle')
  while (performance.now() < deadline && !stop.aborted) {
    await sleep(drainPollMs)
    if (!busy()) return
  }
}
