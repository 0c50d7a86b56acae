/** What people ruled about identity: claims declared wrong, identifiers allowed to join many orders. */
import type pg from 'pg'
import { identifierHex } from '#identity/identifier-id.ts'
import { voidKey } from '#identity/links.ts'
import type { IdentifierText } from '#model/identifier.ts'
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
export type ClaimRef = { readonly source: string; readonly a: IdentifierText; readonly b: IdentifierText }

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
export async function voidClaims(context: RulingContext, claims: readonly ClaimRef[], reason: string): Promise<void> {
  await rule(context, claims.flatMap((claim) => [claim.a, claim.b]), async (client) => {
    for (const claim of claims) {
      await client.query(
        `insert into link_void (tenant_key, scope_key, void_key, voided_at, reason)
         values ($1, (select min(scope_key) from mapping where source = $2), $3, $4, $5)
         on conflict (tenant_key, void_key) do update set voided_at = excluded.voided_at, restored_at = null, reason = excluded.reason`,
        [context.access.tenant, claim.source, voidKey(claim.source, claim.a, claim.b), new Date(context.now()), reason],
      )
    }
  })
}

/** Takes such a declaration back. Must run while the pipeline is quiet. */
export async function restoreClaims(context: RulingContext, claims: readonly ClaimRef[]): Promise<void> {
  await rule(context, claims.flatMap((claim) => [claim.a, claim.b]), async (client) => {
    for (const claim of claims) {
      await client.query('update link_void set restored_at = $2 where void_key = $1', [
        voidKey(claim.source, claim.a, claim.b), new Date(context.now()),
      ])
    }
  })
}

/** Stops an identifier from linking and puts it up for review. Must run while the pipeline is quiet. */
export async function suspendIdentifier(context: RulingContext, identifier: IdentifierText): Promise<void> {
  await rule(context, [identifier], async (client) => {
    await client.query(
      `insert into link_review (tenant_key, scope_keys, identifier, opened_at)
       select tenant_key, scope_keys, $2, $3 from identifier where tenant_key = current_tenant() and identifier_id = $1
       on conflict do nothing`,
      [identifierHex(identifier), identifier, new Date(context.now())],
    )
    await client.query('update identifier set suspended = true where tenant_key = current_tenant() and identifier_id = $1', [
      identifierHex(identifier),
    ])
  })
}

/** Allows a suspended identifier to link after all. Must run while the pipeline is quiet. */
export async function approveIdentifier(context: RulingContext, identifier: IdentifierText): Promise<void> {
  const others = await withAccess(context.pool, context.access, (client) =>
    client.query<{ other: string }>('select other from link_review_claim where identifier = $1', [identifier]),
  )
  await rule(context, [identifier, ...others.rows.map((row) => row.other)], async (client) => {
    await client.query(`update link_review set decision = 'allowed', decided_at = $2 where identifier = $1`, [
      identifier, new Date(context.now()),
    ])
    await client.query('update identifier set suspended = false where tenant_key = current_tenant() and identifier_id = $1', [
      identifierHex(identifier),
    ])
    await client.query('delete from link_review_claim where identifier = $1', [identifier])
  })
}

/** Writes a ruling and settles every order it touches, in one transaction. */
async function rule(
  context: RulingContext, touched: readonly IdentifierText[], write: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  await context.orderKeys.ensure(touched.length)
  await withAccess(context.pool, context.access, async (client) => {
    const before = await client.query<{ order_key: number }>(
      `select distinct order_key from identifier
       where tenant_key = current_tenant() and identifier_id = any($1::uuid[]) and order_key <> 0`,
      [touched.map(identifierHex)],
    )
    await write(client)
    const rulings = await readInside(client)
    await resettle(client, before.rows.map((row) => row.order_key), { ...context, rulings })
  })
  context.rulings.current = await readCurrent(context.pool, context.access)
}

async function readInside(client: pg.PoolClient): Promise<Rulings> {
  const voids = await client.query<{ void_key: string }>('select void_key from link_void where restored_at is null')
  const reviews = await client.query<{ identifier: string }>(`select identifier from link_review where decision = 'allowed'`)
  return { voided: new Set(voids.rows.map((row) => row.void_key)), approved: new Set(reviews.rows.map((row) => row.identifier)) }
}
