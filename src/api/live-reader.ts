/** One browser or program that follows the changes: its connection, and what of a change it may see. */
import type { ServerResponse } from 'node:http'
import type { Change } from '#flow/changes.ts'
import type { Scope } from '#flow/registry.ts'
import type { Access } from '#store/client.ts'

/** A reader that falls this far behind is cut off; it comes back and resumes. */
const unsentBytesMax = 4 * 1024 * 1024
const waitingMax = 10_000

/** A change as a reader of its scopes sees it. Status, milestone and source only where all of the order is his. */
export type ShownChange = Pick<Change, 'id' | 'label' | 'companies' | 'regions' | 'at'> &
  Partial<Pick<Change, 'status' | 'milestone' | 'source'>>

/** What of a change an access may see; null when nothing. */
export function shownTo(
  change: Change,
  access: Access,
  scopes: ReadonlyMap<number, Scope>,
): ShownChange | null {
  const { id, label, companies, regions, at, status, milestone, source } = change
  const { scopes: own } = access
  if (own === '*' || change.scopes.every((key) => own.includes(key))) {
    return { id, label, status, companies, regions, at, milestone, source }
  }
  const mine = change.scopes.filter((key) => own.includes(key)).map((key) => scopes.get(key))
  if (mine.length === 0) return null
  const seen = mine.filter((scope) => scope !== undefined)
  return {
    id,
    label,
    at,
    companies: [...new Set(seen.map((scope) => scope.company))],
    regions: [...new Set(seen.map((scope) => scope.region))],
  }
}

/** The message of one batch; null when the access sees none of its changes. Repeated orders are told once. */
export function messageOf(
  seq: number,
  changes: readonly Change[],
  access: Access,
  scopes: ReadonlyMap<number, Scope>,
): string | null {
  const shown = new Map<string, ShownChange>()
  for (const change of changes) {
    const seen = shownTo(change, access, scopes)
    if (seen !== null) shown.set(seen.id, seen)
  }
  if (shown.size === 0) return null
  return `id: ${seq}\nevent: orders\ndata: ${JSON.stringify({ changes: [...shown.values()] })}\n\n`
}

export type LiveReader = {
  readonly access: Access
  /** Sends a batch's message, or keeps it back while the past is being sent. */
  readonly tell: (seq: number, message: string) => void
  /** Sends what lies in the past; to be followed by `present`. */
  readonly past: (seq: number, message: string) => void
  /** Everything up to `seq` was sent; from here on messages go out as they come. */
  readonly present: (seq: number) => void
  readonly write: (text: string) => void
  readonly end: () => void
}

export function createReader(access: Access, response: ServerResponse): LiveReader {
  let sent = 0
  let waiting: { seq: number; message: string }[] | null = []
  const write = (text: string): void => {
    if (response.writableLength > unsentBytesMax) response.destroy()
    else if (!response.writableEnded && !response.destroyed) response.write(text)
  }
  const send = (seq: number, message: string): void => {
    if (seq <= sent) return
    sent = seq
    write(message)
  }
  return {
    access,
    write,
    past: send,
    tell(seq, message) {
      if (waiting === null) send(seq, message)
      else if (waiting.length < waitingMax) waiting.push({ seq, message })
      else response.destroy()
    },
    present(seq) {
      sent = Math.max(sent, seq)
      const kept = waiting ?? []
      waiting = null
      for (const each of kept) send(each.seq, each.message)
    },
    end: () => void response.end(),
  }
}
