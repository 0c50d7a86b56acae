/** The live feed: commits of this process as they come, and the outbox for whatever was missed. */
import type { ServerResponse } from 'node:http'
import { limits } from '#model/limits.ts'
import { changesOf, type Change, type Committed } from '#flow/changes.ts'
import type { Flow } from '#flow/hub.ts'
import { withAccess, type Access } from '#store/client.ts'
import { visibleNames } from '#views/names.ts'
import { createReader, isWhole, messageOf, type LiveReader, type Message } from './live-reader.ts'
import { Problem } from './problem.ts'

export type LiveFeed = {
  /**
   * Adds a reader. `from` is the batch he heard last: what came after is sent first, or `event: reset` when that is too
   * much. `begin` sends the head of the answer, once it is sure that there is room. Throws `too-many-clients` (503).
   */
  readonly join: (
    access: Access,
    response: ServerResponse,
    from: number | null,
    begin: () => void,
  ) => LiveReader
  readonly leave: (reader: LiveReader) => void
  /** Tells what the outbox holds beyond the last commit heard of: after rulings and replays. */
  readonly catchUp: () => Promise<void>
  /** The newest batch told. */
  readonly seq: number
  readonly readers: number
  readonly close: () => void
}

/** Batches a reader may have missed and still get one by one. */
const missedBatchesMax = 5_000
const pageRows = 200

export async function startLive(flow: Flow): Promise<LiveFeed> {
  const readers = new Set<LiveReader>()
  let head = await newestSeq(flow)
  const tell = (committed: Committed): void => {
    if (committed.seq <= head) return
    head = committed.seq
    const made = new Map<string, { message: Message | Promise<Message> }>()
    for (const reader of readers) {
      const key = String(reader.access.scopes)
      const known = made.get(key) ?? { message: messageFor(flow, committed, reader.access) }
      made.set(key, known)
      if (known.message !== null) reader.tell(committed.seq, known.message)
    }
  }
  const fill = async (): Promise<void> => {
    const newest = await newestSeq(flow)
    for (const committed of await missed(flow, flow.access, head, missedBatchesMax)) tell(committed)
    // Batches that changed no order leave nothing in the outbox.
    head = Math.max(head, newest)
  }
  const filling = oneAfterAnother(fill)
  const stop = flow.followers.follow((committed) => {
    if (committed.seq === head + 1 && !filling.busy) tell(committed)
    // Batches of rulings are not told in memory; they and this one are read in their order.
    else if (committed.seq > head) void filling.again()
  })
  return {
    join(access, response, from, begin) {
      if (readers.size >= limits.liveClientsMax) throw full()
      begin()
      const reader = createReader(access, response)
      readers.add(reader)
      resume(flow, reader, from, head).catch(() => response.destroy())
      return reader
    },
    leave: (reader) => void readers.delete(reader),
    catchUp: () => filling.again(),
    get seq() {
      return head
    },
    get readers() {
      return readers.size
    },
    close() {
      stop()
      for (const reader of readers) reader.end()
      readers.clear()
    },
  }
}

function full(): Problem {
  const detail = `${limits.liveClientsMax} live connections are open, which is the most.`
  return new Problem('too-many-clients', detail, {
    hint: 'Try again later, or ask for orders instead.',
    headers: { 'retry-after': '30' },
  })
}

/** Runs work one at a time; a call that comes while another waits is served by that one. Failed work is not told. */
function oneAfterAnother(work: () => Promise<void>): { again: () => Promise<void>; busy: boolean } {
  let last: Promise<void> = Promise.resolve()
  let waiting = false
  let count = 0
  const turn = async (before: Promise<void>): Promise<void> => {
    await before
    waiting = false
    await work().catch(() => undefined)
    count--
  }
  return {
    again() {
      if (waiting) return last
      waiting = true
      count++
      last = turn(last)
      return last
    },
    get busy() {
      return count > 0
    },
  }
}

/** Sends what a returning reader missed, or tells a new one where the feed stands. */
async function resume(
  flow: Flow,
  reader: LiveReader,
  from: number | null,
  head: number,
): Promise<void> {
  reader.write('retry: 1000\n\n')
  if (from === null || from > head) {
    reader.write(`id: ${head}\nevent: hello\ndata: {}\n\n`)
  } else if (head - from > missedBatchesMax) {
    reader.write(`id: ${head}\nevent: reset\ndata: {}\n\n`)
  } else {
    for (const committed of await missed(flow, reader.access, from, missedBatchesMax)) {
      const message = await messageFor(flow, committed, reader.access)
      if (message === undefined) throw new Error('the past could not be read')
      if (message !== null) reader.past(committed.seq, message)
    }
  }
  reader.present(from !== null && from <= head && head - from <= missedBatchesMax ? from : head)
}

/** At once where the reader sees orders whole; orders seen in part are named first. */
function messageFor(
  flow: Flow,
  { seq, changes }: Committed,
  access: Access,
): Message | Promise<Message> {
  const inPart = changes.filter((change) => !isWhole(change, access)).map((change) => change.key)
  if (inPart.length === 0) return messageOf(seq, changes, access, flow.scopes, new Map())
  return withAccess(flow.pool, access, (client) => visibleNames(client, inPart)).then(
    (names) => messageOf(seq, changes, access, flow.scopes, names),
    () => undefined,
  )
}

/** Batches behind `from` that the access may see, oldest first. */
async function missed(
  flow: Flow,
  access: Access,
  from: number,
  batchesMax: number,
): Promise<Committed[]> {
  const found = new Map<number, Change[]>()
  let after: [seq: number, scope: number] = [from, 2_147_483_647]
  while (found.size <= batchesMax) {
    const { rows } = await withAccess(flow.pool, access, (client) =>
      client.query<{ batch_seq: number; scope_key: number; order_keys: string[]; changes: string }>(
        {
          name: 'live_missed',
          text: `select batch_seq, scope_key, order_keys, changes from outbox
               where tenant_key = (select current_tenant()) and (batch_seq, scope_key) > ($1, $2)
               order by batch_seq, scope_key limit $3`,
          values: [...after, pageRows],
        },
      ),
    )
    for (const row of rows) {
      const told = found.get(row.batch_seq) ?? []
      found.set(row.batch_seq, [...told, ...changesOf(row, flow.scopes)])
    }
    const last = rows[rows.length - 1]
    if (last === undefined || rows.length < pageRows) break
    after = [last.batch_seq, last.scope_key]
  }
  return [...found].map(([seq, changes]) => ({ seq, changes }))
}

/** Where the chain stands, 0 before the first batch. */
async function newestSeq(flow: Flow): Promise<number> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ batch_seq: number }>(
      'select batch_seq from chain_head where tenant_key = (select current_tenant())',
    ),
  )
  return rows[0]?.batch_seq ?? 0
}
