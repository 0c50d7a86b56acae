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
/** Transactions that changed nothing of ours move the position on, but not each of them. */
const idleMs = 3_000

export function createChangeBuffer(options: BufferOptions): ChangeBuffer {
  const held = createHeld(options)
  let timer: ReturnType<typeof setTimeout> | null = null
  let timerIsIdle = false
  return {
    async add(line) {
      held.push(line)
      if (held.length() < limits.receiptBytesAim) return
      await held.flush(false)
      if (held.length() >= limits.receiptBytesAim) await held.flush(true)
    },
    commit(position) {
      const isIdle = held.end(position)
      if (timer !== null && (isIdle || !timerIsIdle)) return
      if (timer !== null) clearTimeout(timer)
      timerIsIdle = isIdle
      timer = setTimeout(
        () => {
          timer = null
          void held.flush(false)
        },
        isIdle ? idleMs : gatherMs,
      )
    },
    isIdle: () => timer === null && held.isEmpty(),
    async close() {
      if (timer !== null) clearTimeout(timer)
      await held.close()
    },
  }
}

/** Lines that are held, and the receipt that is under way. */
function createHeld({ host, stream, report, onTaken, onFailed }: BufferOptions) {
  let lines: string[] = []
  let length = 0
  /** How many of the lines belong to transactions that are over, and where the last of them ended. */
  let whole = 0
  let end: Position | null = null
  let from = 0
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
  return {
    length: () => length,
    isEmpty: () => lines.length === 0 && taking === null,
    push(line: string): void {
      if (closed) return
      lines.push(line)
      length += line.length
    },
    /** A transaction is over; true when nothing of it is held. */
    end(position: Position): boolean {
      whole = lines.length
      end = position
      return whole === 0
    },
    /** One receipt after the other. `all`: also of a transaction that is not over, because it is too long to be held. */
    async flush(all: boolean): Promise<void> {
      while (taking !== null) await taking
      if (closed || (end === null && !all)) return
      taking = take(all ? lines.length : whole, all && whole < lines.length ? null : end)
        .catch((error: unknown) => {
          closed = true
          onFailed(error)
        })
        .finally(() => (taking = null))
      await taking
    },
    async close(): Promise<void> {
      closed = true
      await taking
    },
  }
}
