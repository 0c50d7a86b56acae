/** Gathers change records of one stream into receipts whose positions are ends of transactions of the other database. */
import { limits } from '#model/limits.ts'
import type { Report } from './follower.ts'
import type { Host, Position } from './port.ts'

export type ChangeBuffer = {
  /** Adds a record of the transaction in progress. Waits while more than a receipt's worth is on its way. */
  readonly add: (line: string) => Promise<void>
  /** The transaction is over: everything added may be taken, and the stream stands here then. */
  readonly commit: (position: Position) => void
  /** Nothing is held, and no transaction is open that added anything. */
  readonly isIdle: () => boolean
  /** Resolves when nothing is under way any more; what was not committed here is let go. */
  readonly close: () => Promise<void>
}

export type BufferOptions = {
  readonly host: Host
  readonly stream: string
  readonly report: Report
  /** The position is in the database: it may be acknowledged. */
  readonly onTaken: (position: Position) => void
  /** Nothing further is taken after this. */
  readonly onFailed: (error: unknown) => void
}

/** Changes that come within this time of a transaction's end go into one receipt with it. */
const gatherMs = 10

export function createChangeBuffer(options: BufferOptions): ChangeBuffer {
  const { host, stream, report, onTaken, onFailed } = options
  let lines: string[] = []
  let length = 0
  /** How many of the lines belong to transactions that are over, and where the last of them ended. */
  let whole = 0
  let end: Position | null = null
  let from = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let taking: Promise<void> | null = null
  let closed = false

  const take = async (count: number, position: Position | null): Promise<void> => {
    const taken = lines.slice(0, count)
    lines = lines.slice(count)
    length = lines.reduce((sum, line) => sum + line.length, 0)
    whole = Math.max(0, whole - count)
    if (position === end) end = null
    if (taken.length > 0) {
      const bytes = Buffer.from(taken.map((line) => `${line}\n`).join(''))
      const { value: to, mark } = position ?? { value: from, mark: '' }
      await host.take(bytes, position === null ? {} : { position: { stream, from, to, mark } })
      report.taken()
    } else if (position !== null) await host.remember(stream, position)
    if (position === null) return
    from = position.value
    onTaken(position)
  }
  /** One receipt after the other. `all`: also of a transaction that is not over, because it is too long to be held. */
  const flush = async (all: boolean): Promise<void> => {
    while (taking !== null) await taking
    if (closed || (end === null && !all)) return
    taking = take(all ? lines.length : whole, all && whole < lines.length ? null : end)
      .catch((error: unknown) => {
        closed = true
        onFailed(error)
      })
      .finally(() => (taking = null))
    await taking
  }
  return {
    async add(line) {
      if (closed) return
      lines.push(line)
      length += line.length
      if (length < limits.receiptBytesAim) return
      if (whole > 0) await flush(false)
      if (length >= limits.receiptBytesAim) await flush(true)
    },
    commit(position) {
      if (closed) return
      whole = lines.length
      end = position
      timer ??= setTimeout(() => {
        timer = null
        void flush(false)
      }, gatherMs)
    },
    isIdle: () => lines.length === 0 && taking === null && timer === null,
    async close() {
      closed = true
      if (timer !== null) clearTimeout(timer)
      await taking
    },
  }
}
