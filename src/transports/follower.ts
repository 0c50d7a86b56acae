/** The loop every following transport runs in: one beat after the other, pauses, trying again, and health. */
import type { Host, Lag, RunningTransport, TransportHealth, TransportState } from './port.ts'

/** What a beat tells while it works. */
export type Report = {
  /** Aborts when the transport is to stop; a beat ends soon after. */
  readonly signal: AbortSignal
  /** The other side answered. */
  readonly heard: () => void
  /** Something was committed. Ends an error. */
  readonly taken: (receipts?: number) => void
  readonly lag: (lag: Lag | null) => void
  /** `idle` says that all is well: it ends an error. */
  readonly state: (state: TransportState) => void
  /** Something a person must know; null when it is settled. */
  readonly alarm: (message: string | null) => void
}

/**
 * One beat: a poll, or a session that lasts until it breaks. Resolves with the ms to pause before the next one; rejects
 * when it failed, and is tried again after growing pauses.
 */
export type Beat = (report: Report) => Promise<number>

const retryMsUsual = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000]

/** Runs beats until disposed. A beat in progress is waited for. */
export function startFollower(host: Host, kind: string, beat: Beat): RunningTransport {
  const stop = new AbortController()
  const health = healthOf(host, kind)
  const ended = run(host, beat, health, stop.signal)
  return {
    health: health.read,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
      health.report(stop.signal).state('stopped')
    },
  }
}

async function run(
  host: Host,
  beat: Beat,
  health: ReturnType<typeof healthOf>,
  signal: AbortSignal,
): Promise<void> {
  const report = health.report(signal)
  const pauses = host.retryMs ?? retryMsUsual
  let failures = 0
  while (!signal.aborted) {
    let pauseMs
    try {
      pauseMs = await beat(report)
      health.worked()
      failures = 0
    } catch (error) {
      if (signal.aborted) break
      health.failed(error)
      const usualMs = pauses[Math.min(failures++, pauses.length - 1)]!
      // Hubs that lost the same server do not come back in the same moment.
      pauseMs = usualMs * (0.75 + Math.random() / 2)
    }
    await pause(pauseMs, signal)
  }
}

/** Resolves after `ms`, or as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1))
    signal.addEventListener('abort', end)
  })
}

function healthOf(host: Host, kind: string) {
  let health: TransportHealth = {
    source: host.source.name,
    kind,
    state: 'starting',
    lastHeardAt: null,
    lastTakenAt: null,
    lag: null,
    receiptsTaken: 0,
    error: null,
    alarm: null,
  }
  const change = (more: Partial<TransportHealth>) => (health = { ...health, ...more })
  const report = (signal: AbortSignal): Report => ({
    signal,
    heard: () => change({ lastHeardAt: host.now() }),
    taken: (receipts = 1) =>
      change({
        lastTakenAt: host.now(),
        receiptsTaken: health.receiptsTaken + receipts,
        error: null,
      }),
    lag: (lag) => change({ lag }),
    state: (state) => change(state === 'idle' ? { state, error: null } : { state }),
    alarm: (message) => {
      if (message === health.alarm?.message) return
      if (message !== null) host.log(`${host.source.name}: ${message}`)
      change({ alarm: message === null ? null : { message, since: host.now() } })
    },
  })
  return {
    read: () => health,
    report,
    worked: () => change({ error: null, state: health.state === 'waiting' ? 'waiting' : 'idle' }),
    failed(error: unknown) {
      const message = sentenceOf(error)
      if (message !== health.error?.message) host.log(`${host.source.name}: ${message}`)
      const since = health.error?.since ?? host.now()
      change({ state: 'failing', error: { message, since } })
    },
  }
}

/** An error for people; those of sockets often have a code only. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  const told = error.message || (typeof code === 'string' ? code : error.name)
  return cause instanceof Error && error.message === 'fetch failed'
    ? `${told}: ${sentenceOf(cause)}`
    : told
}
