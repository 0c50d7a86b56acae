/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): a POST that is sent again has one effect. */
import { createHash } from 'node:crypto'
import { limits } from '#model/limits.ts'
import type { Instant } from '#model/time.ts'
import type { Flow } from '#flow/hub.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { Answer } from './operation.ts'
import type { Principal } from './principal.ts'
import { Problem } from './problem.ts'

const hourMs = 3_600_000
/** A request that has been in flight longer belongs to a process that ended; its effect, if any, is found again by content. */
const abandonedMs = 120_000

export type Once = {
  /**
   * Runs `work` for the first request of a key and keeps its answer; a repetition gets the answer kept. Throws
   * `in-flight` (409) while the first still runs, and `idempotency-mismatch` (422) for another request under the key.
   */
  readonly run: (
    principal: Principal,
    key: string,
    fingerprint: Buffer,
    work: () => Promise<Answer>,
  ) => Promise<Answer>
  /** Removes what is older than its lifetime. */
  readonly clean: () => Promise<void>
}

type Row = { request_sha256: Buffer; status: number | null; response: string | null }

export function createOnce(flow: Flow, now: () => Instant): Once {
  const { pool } = flow
  return {
    async run(principal, key, fingerprint, work) {
      const access: Access = { tenant: principal.access.tenant, scopes: [] }
      const row = { keyId: principal.keyId, key }
      const kept = await claim(pool, access, row, fingerprint, now())
      if (kept !== null) return kept
      try {
        const answer = await work()
        await keep(pool, access, row, answer)
        return answer
      } catch (error) {
        await release(pool, access, row)
        throw error
      }
    },
    async clean() {
      await withAccess(pool, { tenant: flow.access.tenant, scopes: [] }, (client) =>
        client.query('delete from idempotency where created_at < $1', [expired(now())]),
      )
    },
  }
}

type Place = { readonly keyId: string; readonly key: string }

function expired(at: Instant): Date {
  return new Date(at - limits.idempotencyHoursMax * hourMs)
}

/** Takes the key for this request (null), or gives the answer it already has. */
async function claim(
  pool: Flow['pool'],
  access: Access,
  { keyId, key }: Place,
  fingerprint: Buffer,
  at: Instant,
): Promise<Answer | null> {
  return withAccess(pool, access, async (client) => {
    const taken = await client.query(
      `insert into idempotency as i (tenant_key, key_id, idempotency_key, request_sha256, created_at)
       values (current_tenant(), $1, $2, $3, $4)
       on conflict (tenant_key, key_id, idempotency_key) do update
         set request_sha256 = excluded.request_sha256, created_at = excluded.created_at, status = null, response = null
         where i.created_at < $5
           or (i.status is null and i.created_at < $6 and i.request_sha256 = excluded.request_sha256)`,
      [keyId, key, fingerprint, new Date(at), expired(at), new Date(at - abandonedMs)],
    )
    if (taken.rowCount === 1) return null
    const { rows } = await client.query<Row>(
      'select request_sha256, status, response from idempotency where key_id = $1 and idempotency_key = $2',
      [keyId, key],
    )
    return keptAnswer(rows[0], fingerprint)
  })
}

function keptAnswer(row: Row | undefined, fingerprint: Buffer): Answer {
  if (row !== undefined && !row.request_sha256.equals(fingerprint)) {
    throw new Problem(
      'idempotency-mismatch',
      'This Idempotency-Key was used for another request.',
      {
        hint: 'Use a new key for every new request, and the same only to repeat one.',
      },
    )
  }
  if (row === undefined || row.status === null || row.response === null) {
    throw new Problem(
      'in-flight',
      'The first request with this Idempotency-Key is still being worked on.',
      {
        hint: 'Ask again in a moment.',
        headers: { 'retry-after': '1' },
      },
    )
  }
  const { body, type } = JSON.parse(row.response) as { body: unknown; type?: string }
  const headers = { 'idempotency-replayed': 'true' }
  return { status: row.status, body, headers, ...(type === undefined ? {} : { type }) }
}

async function keep(
  pool: Flow['pool'],
  access: Access,
  { keyId, key }: Place,
  answer: Answer,
): Promise<void> {
  const { status = 200, body, type } = answer
  await withAccess(pool, access, (client) =>
    client.query(
      'update idempotency set status = $3, response = $4 where key_id = $1 and idempotency_key = $2',
      [keyId, key, status, JSON.stringify({ body, ...(type === undefined ? {} : { type }) })],
    ),
  )
}

/** The request had no effect, so its key is free again; a failure here only delays the repetition. */
async function release(pool: Flow['pool'], access: Access, { keyId, key }: Place): Promise<void> {
  await withAccess(pool, access, (client) =>
    client.query(
      'delete from idempotency where key_id = $1 and idempotency_key = $2 and status is null',
      [keyId, key],
    ),
  ).catch(() => undefined)
}

/** The key as the header carries it: a text in quotes by the draft, without them in practice. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null
  const text = typeof header === 'string' ? header.replace(/^"(.*)"$/, '$1') : ''
  if (/^[\x21-\x7E]{1,255}$/.test(text)) return text
  throw new Problem(
    'bad-idempotency-key',
    'An Idempotency-Key is 1 to 255 visible ASCII characters.',
    {
      hint: 'A UUID serves well.',
    },
  )
}

/** What makes two requests the same: operation, address and body. */
export function fingerprintOf(method: string, url: string, type: string, body: Buffer): Buffer {
  return createHash('sha256').update(`${method}\n${url}\n${type}\n`).update(body).digest()
}
