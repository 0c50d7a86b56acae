/** What people ruled about identity: claims declared wrong, identifiers allowed to join many orders. */
import type pg from 'pg'
import { identifierHex } from '#identity/identifier-id.ts'
import { voidKey } from '#identity/links.ts'
import { parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import type { Instant } from '#model/time.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { KeySource } from '#store/keys.ts'
import type { TrustOf } from '#collation/status.ts'
import type { Rulings } from './known.ts'
import type { Scope } from './registry.ts'
import { resettle } from './resettle.ts'

export type RulingStore = { current: Rulings }

export type RulingContext = {
  readonly pool: pg.Pool
  readonly access: Access
  readonly rulings: RulingStore
  readonly trustOf: TrustOf
  readonly scopes: ReadonlyMap<number, Scope>
  readonly orderKeys: KeySource
  readonly now: () => Instant
}

/** Claims to void or restore: pairs as one source makes them. */
export type ClaimRef = {
  readonly source: string
  readonly a: IdentifierText
  readonly b: IdentifierText
}

/** Reads all rulings of the tenant; they are few. */
export async function readRulings(pool: pg.Pool, access: Access): Promise<RulingStore> {
  return { current: await readCurrent(pool, access) }
}

async function readCurrent(pool: pg.Pool, access: Access): Promise<Rulings> {
  return withAccess(pool, access, readInside)
}

/**
 * Declares claims wrong: the orders they joined come apart as if the claims had never been made, and the same claims do
 * not join them again. Must run while the pipeline is quiet (`exclusively`).
 */
export async function voidClaims(
  context: RulingContext,
  claims: readonly ClaimRef[],
  reason: string,
): Promise<void> {
  await rule(
    context,
    claims.flatMap((claim) => [claim.a, claim.b]),
    async (client) => {
      for (const claim of claims) {
        await client.query(
          `insert into link_void (tenant_key, scope_key, void_key, voided_at, reason)
         values ($1, (select min(scope_key) from mapping where source = $2), $3, $4, $5)
         on conflict (tenant_key, void_key) do update set voided_at = excluded.voided_at, restored_at = null, reason = excluded.reason`,
          [
            context.access.tenant,
            claim.source,
            voidKey(claim.source, claim.a, claim.b),
            new Date(context.now()),
            reason,
          ],
        )
      }
      return new Set()
    },
  )
}

/** Takes such a declaration back. Must run while the pipeline is quiet. */
export async function restoreClaims(
  context: RulingContext,
  claims: readonly ClaimRef[],
): Promise<void> {
  await rule(
    context,
    claims.flatMap((claim) => [claim.a, claim.b]),
    async (client) => {
      for (const claim of claims) {
        await client.query('update link_void set restored_at = $2 where void_key = $1', [
          voidKey(claim.source, claim.a, claim.b),
          new Date(context.now()),
        ])
      }
      return new Set()
    },
  )
}

/** Stops an identifier from linking and puts it up for review. Must run while the pipeline is quiet. */
export async function suspendIdentifier(
  context: RulingContext,
  identifier: IdentifierText,
  scope: number,
): Promise<void> {
  const { type, ns, value } = parseIdentifierText(identifier)
  await rule(context, [identifier], async (client) => {
    // It may be new: the batch that first named it was rolled back.
    await client.query(
      `insert into identifier (tenant_key, identifier_id, scope_keys, order_key, suspended, identifier_type, namespace, value)
       values (current_tenant(), $1, array[$2::int], 0, true, $3, $4, $5)
       on conflict (tenant_key, identifier_id) do update set suspended = true`,
      [identifierHex(identifier), scope, type, ns, value],
    )
    await openReview(client, [identifier], new Date(context.now()))
    return new Set([identifier])
  })
}

/** Puts suspended identifiers up for review; one that was settled without a person is opened again. */
async function openReview(
  client: pg.PoolClient,
  identifiers: readonly IdentifierText[],
  at: Date,
): Promise<void> {
  await client.query(
    `insert into link_review (tenant_key, scope_keys, identifier, opened_at)
     select i.tenant_key, i.scope_keys, r.text, $3
     from unnest($1::uuid[], $2::text[]) as r(id, text)
     join identifier i on i.tenant_key = current_tenant() and i.identifier_id = r.id
     on conflict (tenant_key, identifier) do update set decision = null, decided_at = null where link_review.decision = 'lifted'`,
    [identifiers.map(identifierHex), identifiers, at],
  )
}

/** Allows a suspended identifier to link after all. Must run while the pipeline is quiet. */
export async function approveIdentifier(
  context: RulingContext,
  identifier: IdentifierText,
): Promise<void> {
  await rule(context, [identifier], async (client) => {
    await client.query(
      `update link_review set decision = 'allowed', decided_at = $2 where identifier = $1`,
      [identifier, new Date(context.now())],
    )
    return new Set()
  })
}

/** Writes a ruling and settles every order it touches, in one transaction. `write` names what is suspended whatever is counted. */
async function rule(
  context: RulingContext,
  touched: readonly IdentifierText[],
  write: (client: pg.PoolClient) => Promise<ReadonlySet<IdentifierText>>,
): Promise<void> {
  await withAccess(context.pool, context.access, async (client) => {
    const keep = await write(client)
    const rulings = await readInside(client)
    const judged = await resettle(client, touched, keep, { ...context, rulings })
    const at = new Date(context.now())
    await openReview(client, judged.suspended, at)
    await client.query(
      `update link_review set decision = 'lifted', decided_at = $2 where identifier = any($1) and decision is null`,
      [judged.linking, at],
    )
  })
  context.rulings.current = await readCurrent(context.pool, context.access)
}

async function readInside(client: pg.PoolClient): Promise<Rulings> {
  const voids = await client.query<{ void_key: string }>(
    'select void_key from link_void where restored_at is null',
  )
  const reviews = await client.query<{ identifier: string; decision: string | null }>(
    `select identifier, decision from link_review where decision is distinct from 'lifted'`,
  )
  const allowed = reviews.rows.filter((row) => row.decision === 'allowed')
  return {
    voided: new Set(voids.rows.map((row) => row.void_key)),
    approved: new Set(allowed.map((row) => row.identifier)),
    holdBack: voids.rows.length > 0 || reviews.rows.length > allowed.length,
  }
}
