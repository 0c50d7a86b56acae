/** One browser or program that follows the changes: its connection, and what of a change it may see. */
import type { ServerResponse } from 'node:http'
import type { Change } from '#flow/changes.ts'
import type { Scope } from '#flow/registry.ts'
import type { Access } from '#store/client.ts'
import type { OrderName } from '#views/names.ts'

/** A reader that falls this far behind is cut off; it comes back and resumes. */
const unsentBytesMax = 4 * 1024 * 1024
const waitingMax = 10_000

/** A change as a reader of its scopes sees it. Status, milestone and source only where all of the order is his. */
export type ShownChange = Pick<Change, 'id' | 'label' | 'companies' | 'regions' | 'at'> &
  Partial<Pick<Change, 'status' | 'milestone' | 'classifier' | 'source'>>

/** What of a change an access may see; null when nothing. `names`: of the orders it sees in part. */
export function shownTo(
  change: Change,
  access: Access,
  scopes: ReadonlyMap<number, Scope>,
  names: ReadonlyMap<number, OrderName>,
): ShownChange | null {
  const { id, label, companies, regions, at, status, milestone, classifier, source } = change
  const { scopes: own } = access
  if (own === '*' || isWhole(change, access)) {
    const seen = { id, label, status, companies, regions, at, milestone, source }
    return classifier === undefined ? seen : { ...seen, classifier }
  }
  const mine = change.scopes.filter((key) => own.includes(key)).map((key) => scopes.get(key))
  const name = names.get(change.key)
  if (mine.length === 0 || name === undefined) return null
  const seen = mine.filter((scope) => scope !== undefined)
  return {
    ...name,
    at,
    companies: [...new Set(seen.map((scope) => scope.company))],
    regions: [...new Set(seen.map((scope) => scope.region))],
  }
}

/** Whether all of the order is in the access. */
export function isWhole(change: Change, { scopes }: Access): boolean {
  return scopes === '*' || change.scopes.every((key) => scopes.includes(key))
}

/** The message of one batch; null when the access sees none of its changes. Repeated orders are told once. */
export function messageOf(
  seq: number,
  changes: readonly Change[],
  access: Access,
  scopes: ReadonlyMap<number, Scope>,
  names: ReadonlyMap<number, OrderName>,
): string | null {
  const shown = new Map<string, ShownChange>()
  for (const change of changes) {
    const seen = shownTo(change, access, scopes, names)
    if (seen !== null) shown.set(seen.id, seen)
  }
  if (shown.size === 0) return null
  return `id: ${seq}\nevent: orders\ndata: ${JSON.stringify({ changes: [...shown.values()] })}\n\n`
}

/** Null when the reader sees nothing of the batch; undefined when it could not be found out. */
export type Message = string | null | undefined

export type LiveReader = {
  readonly access: Access
  /** Sends a batch's message in its turn, or keeps it back while the past is being sent. */
  readonly tell: (seq: number, message: Message | Promise<Message>) => void
  /** Sends what lies in the past; to be followed by `present`. */
  readonly past: (seq: number, message: string) => void
  /** Everything up to `seq` was sent; from here on messages go out as they come. */
  readonly present: (seq: number) => void
  readonly write: (text: string) => void
  readonly end: () => void
}

/** The promises of messages never reject. */
export function createReader(access: Access, response: ServerResponse): LiveReader {
  let sent = 0
  let inPresent = false
  let draining = false
  const queue: { seq: number; message: Message | Promise<Message> }[] = []
  const write = (text: string): void => {
    if (response.writableLength > unsentBytesMax) response.destroy()
    else if (!response.writableEnded && !response.destroyed) response.write(text)
  }
  const send = (seq: number, message: Message): void => {
    // A reader that misses a message comes back and resumes; it may never get a later one instead.
    if (message === undefined) response.destroy()
    if (typeof message !== 'string' || seq <= sent) return
    sent = seq
    write(message)
  }
  const drain = async (): Promise<void> => {
    if (draining || !inPresent) return
    draining = true
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const message = await next.message
      queue.shift()
      send(next.seq, message)
    }
    draining = false
  }
  return {
    access,
    write,
    past: send,
    tell(seq, message) {
      if (inPresent && queue.length === 0 && typeof message === 'string') send(seq, message)
      else if (queue.length >= waitingMax) response.destroy()
      else {
        queue.push({ seq, message })
        void drain()
      }
    },
    present(seq) {
      sent = Math.max(sent, seq)
      inPresent = true
      void drain()
    },
    end: () => void response.end(),
  }
}
