/** The hash chain of committed batches: what makes a deleted or altered row visible. */
import type { ClientBase } from 'pg'

export type Head = { readonly seq: number; readonly hash: Buffer }

/** The tenant's last committed batch; creates the chain where there is none. */
export async function readHead(client: ClientBase): Promise<Head> {
  await client.query(
    `insert into chain_head (tenant_key, batch_seq, hash) values (current_tenant(), 0, sha256(''::bytea)) on conflict do nothing`,
  )
  const { rows } = await client.query<{ batch_seq: number; hash: Buffer }>(
    'select batch_seq, hash from chain_head where tenant_key = current_tenant()',
  )
  return { seq: rows[0]!.batch_seq, hash: rows[0]!.hash }
}

export type BatchRow = {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly committedAt: number
  readonly receipts: number
  readonly events: number
  readonly eventsDigest: bigint
  readonly previous: Buffer
  readonly hash: Buffer
}

/** Advances the chain by one; the database raises `OH001` when another writer was faster. */
export async function advanceHead(client: ClientBase, row: BatchRow): Promise<void> {
  await client.query({
    name: 'advance_head',
    text: `with head as (
        update chain_head set batch_seq = $1, hash = $7
        where tenant_key = (select current_tenant()) and batch_seq = $1 - 1 and hash = $6 returning 1),
      known as (select must_touch(1, (select count(*) from head)) as heads)
      insert into batch (tenant_key, batch_seq, committed_at, receipts, events, events_digest, previous_hash, hash)
      select current_tenant(), $1, $2, $3, $4, $5, $6, $7 from known where heads = 1`,
    values: [
      row.seq,
      new Date(row.committedAt),
      row.receipts,
      row.events,
      row.eventsDigest.toString(),
      row.previous,
      row.hash,
    ],
  })
}
