/** Whoever feeds a hub that dies: keeps what was acknowledged, and sends again whatever was not. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import type { Totals } from '#model/record.ts'
import type { Message } from '#simulator/simulate.ts'
import type { HubProcess } from './hub-process.ts'

export type Client = {
  /** Feeds this hub from now on; null while there is none. */
  attach: (hub: HubProcess | null) => void
  /** Messages a second; Infinity as fast as the hub takes them. */
  pace: (perSecond: number) => void
  readonly acknowledged: readonly Message[]
  /** All that ever left, acknowledged or not. */
  readonly sent: readonly Message[]
  /** Sent again and found to be there already: committed, but the answer was lost. */
  readonly alreadyThere: number
  /** Sent and not acknowledged: on their way, or refused and to be sent again. */
  readonly outstanding: number
  /** Resolves when a message sent from now on is acknowledged. */
  nextAcknowledged: () => Promise<void>
  /** Stops taking new messages and resolves when everything sent is acknowledged. */
  drain: () => Promise<void>
}

const outstandingMax = 96
const tickMs = 5

/** Nothing of it was new. */
function isKnown(totals: Totals): boolean {
  return totals.duplicate > 0 && totals.accepted === 0
}

type Log = {
  keep: (message: Message) => void
  /** Writes and syncs what was kept; only then it counts as acknowledged. */
  sync: () => void
  readonly acknowledged: readonly Message[]
  readonly unsynced: number
  close: () => void
}

function createLog(file: string): Log {
  const log = openSync(file, 'w')
  const acknowledged: Message[] = []
  let fresh: Message[] = []
  return {
    acknowledged,
    get unsynced() {
      return fresh.length
    },
    keep: (message) => void fresh.push(message),
    sync() {
      if (fresh.length === 0) return
      writeSync(log, fresh.map((message) => `${message.seq}\n`).join(''))
      fdatasyncSync(log)
      acknowledged.push(...fresh)
      fresh = []
    },
    close: () => closeSync(log),
  }
}

/** Messages are drawn from `messages` as they are due; acknowledgements go to a file, synced before they count. */
export function createClient(messages: Iterator<Message>, logFile: string): Client & Disposable {
  const log = createLog(logFile)
  const sent: Message[] = []
  const again: Message[] = []
  const waiters = new Set<{ from: number; resolve: () => void }>()
  let hub: HubProcess | null = null
  let perSecond = 0
  let tokens = 0
  let [outstanding, alreadyThere] = [0, 0]
  let drained: (() => void) | null = null
  let sends = 0

  const deliver = async (to: HubProcess, message: Message, retried: boolean): Promise<void> => {
    const number = ++sends
    outstanding++
    try {
      const totals: Totals = await to.send(message)
      if (retried && message.duplicateOf === undefined && isKnown(totals)) alreadyThere++
      log.keep(message)
      for (const waiter of waiters) {
        if (number <= waiter.from) continue
        waiters.delete(waiter)
        waiter.resolve()
      }
    } catch {
      again.push(message)
    } finally {
      outstanding--
    }
  }
  const next = (): { message: Message; retried: boolean } | null => {
    const retry = again.shift()
    if (retry !== undefined) return { message: retry, retried: true }
    if (drained !== null) return null
    const { value } = messages.next()
    if (value === undefined) return null
    sent.push(value as Message)
    return { message: value as Message, retried: false }
  }
  const tick = (): void => {
    log.sync()
    tokens = Math.min(tokens + (perSecond * tickMs) / 1000, outstandingMax)
    while (hub !== null && tokens >= 1 && outstanding < outstandingMax) {
      const due = next()
      if (due === null) break
      tokens--
      void deliver(hub, due.message, due.retried)
    }
    if (drained !== null && outstanding === 0 && again.length === 0 && log.unsynced === 0) drained()
  }
  const timer = setInterval(tick, tickMs)
  return {
    attach: (to) => void (hub = to),
    pace: (rate) => void (perSecond = Math.min(rate, 1_000_000)),
    acknowledged: log.acknowledged,
    sent,
    get alreadyThere() {
      return alreadyThere
    },
    get outstanding() {
      return outstanding + again.length
    },
    nextAcknowledged: () => new Promise((resolve) => waiters.add({ from: sends, resolve })),
    drain: () => new Promise((resolve) => (drained = resolve)),
    [Symbol.dispose]() {
      clearInterval(timer)
      log.close()
    },
  }
}
