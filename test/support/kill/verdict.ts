/** What a campaign has left in the database, against what was acknowledged. */
import { createHash } from 'node:crypto'
import { Client, type PoolConfig } from 'pg'
import { verifyHub } from '#flow/verify.ts'
import type { Source } from '#model/source.ts'
import type { Message } from '#simulator/simulate.ts'
import { createPool } from '#store/client.ts'
import { startEmbedded } from '#store/embedded.ts'
import { eventIdsOf, expectedOf } from '../expected.ts'
import { readStated, tenantHash } from '../tenant-hash.ts'
import type { Outcome } from './campaign.ts'

export type Verdict = {
  /** Acknowledged messages whose bytes, or any of whose events, are not there. */
  readonly lost: number
  /** Events that stand more than once in the timelines, or that nobody sent. */
  readonly duplicated: number
  readonly hash: string
  readonly expectedHash: string
  readonly events: number
  /** What the hub's own verification finds: ledger, quarantine, chain, bytes. */
  readonly problems: readonly string[]
}

/** Opens the data directory and judges it. */
export async function judge(
  dataDir: string,
  { sent, acknowledged }: Outcome,
  sources: readonly Source[],
): Promise<Verdict> {
  await using server = await startEmbedded({
    dataDir,
    log: () => undefined,
    settings: { shared_buffers: '64MB' },
  })
  const expected = await expectedOf(sent, sources)
  const found = await readFound(server.owner)
  const events = new Set(found.events)
  const unknown = [...events].filter((id) => !expected.events.has(id)).length
  const pool = createPool(server.app, 2)
  const verified = await verifyHub(pool, { tenant: 1, scopes: '*' }).finally(() => pool.end())
  const hash = tenantHash(await readStated(server.owner))
  const problems =
    verified.stateHash === hash
      ? verified.problems
      : [...verified.problems, 'the hub hashes its orders differently']
  return {
    lost: await countLost(acknowledged, sources, events, found.receipts),
    duplicated: found.events.length - events.size + unknown,
    hash,
    expectedHash: expected.hash,
    events: events.size,
    problems,
  }
}

async function countLost(
  acknowledged: readonly Message[],
  sources: readonly Source[],
  events: ReadonlySet<string>,
  receipts: ReadonlySet<string>,
): Promise<number> {
  const named = new Map(sources.map((source) => [source.name, source]))
  let lost = 0
  for (const message of acknowledged) {
    const kept = receipts.has(createHash('sha256').update(message.bytes).digest('hex'))
    const ids = kept ? await eventIdsOf(message, named.get(message.source)!) : []
    if (!kept || ids.some((id) => !events.has(id))) lost++
  }
  return lost
}

async function readFound(owner: PoolConfig): Promise<{ events: string[]; receipts: Set<string> }> {
  const client = new Client(owner)
  await client.connect()
  try {
    const events = await client.query<{ id: string }>(
      `select replace(event_id::text, '-', '') as id from event`,
    )
    const receipts = await client.query<{ sha: string }>(
      `select encode(sha256, 'hex') as sha from receipt`,
    )
    return {
      events: events.rows.map((row) => row.id),
      receipts: new Set(receipts.rows.map((row) => row.sha)),
    }
  } finally {
    await client.end()
  }
}
