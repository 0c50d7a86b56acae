/** Rulings of people about identity: wrong links taken apart, suspended identifiers let through. */
import { z } from 'zod'
import { identifierTypes, parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import { approveIdentifier, restoreClaims, voidClaims, type ClaimRef } from '#flow/rulings.ts'
import { withAccess } from '#store/client.ts'
import type { ApiContext } from '../context.ts'
import { operation, type Operation } from '../operation.ts'
import { seesScope, type Principal } from '../principal.ts'
import { Problem } from '../problem.ts'
import { restoring, review, reviews, ruled, voiding } from '../schemas/operations.ts'
import { visibleSource } from './intake.ts'

const waitingShownMax = 100
const reviewsMax = 500
const answers = { 200: { description: 'The orders are settled anew.', schema: ruled } }

export function linkOperations(context: ApiContext): Operation[] {
  const { flow, rulings, live } = context
  return [
    ...reviewOperations(context),
    operation({
      id: 'voidLinks',
      method: 'POST',
      path: '/v1/links/void',
      tag: 'Identity',
      allow: 'links:write',
      summary: 'Declares links wrong: orders come apart as if they had never been made',
      query: z.strictObject({}),
      body: voiding,
      answers,
      handle: async ({ body, principal }) => {
        await requireVisible(context, principal, body.claims)
        await flow.pipeline.exclusively(() => voidClaims(rulings, body.claims, body.reason))
        await live.catchUp()
        return { body: { claims: body.claims.length } }
      },
    }),
    operation({
      id: 'restoreLinks',
      method: 'POST',
      path: '/v1/links/restore',
      tag: 'Identity',
      allow: 'links:write',
      summary: 'Takes such a declaration back',
      query: z.strictObject({}),
      body: restoring,
      answers,
      handle: async ({ body, principal }) => {
        await requireVisible(context, principal, body.claims)
        await flow.pipeline.exclusively(() => restoreClaims(rulings, body.claims))
        await live.catchUp()
        return { body: { claims: body.claims.length } }
      },
    }),
  ]
}

function reviewOperations(context: ApiContext): Operation[] {
  const { flow, rulings, live } = context
  return [
    operation({
      id: 'listReviews',
      method: 'GET',
      path: '/v1/reviews',
      tag: 'Identity',
      allow: 'orders:read',
      summary: 'Identifiers that would join too many orders',
      query: z.strictObject({ status: z.enum(['open', 'decided']).optional() }),
      answers: { 200: { description: 'Newest first, at most 500.', schema: reviews } },
      handle: async ({ query, principal }) => ({
        body: { items: await readReviews(context, principal, query.status) },
      }),
    }),
    operation({
      id: 'approveReview',
      method: 'POST',
      path: '/v1/reviews/{identifier}/approve',
      tag: 'Identity',
      allow: 'links:write',
      summary: 'Lets a suspended identifier link after all',
      params: z.strictObject({
        identifier: z.string().min(3).max(400).meta({ description: '`type:namespace:value`.' }),
      }),
      query: z.strictObject({}),
      answers: { 200: { description: 'The review as decided.', schema: review } },
      handle: async ({ params: { identifier }, principal }) => {
        await requireWhole(context, principal, identifier)
        await flow.pipeline.exclusively(() => approveIdentifier(rulings, identifier))
        await live.catchUp()
        const [decided] = await readReviews(context, principal, undefined, identifier)
        return { body: decided }
      },
    }),
  ]
}

/** A claim is of a source the caller sees, and so are both of its identifiers. */
async function requireVisible(
  context: ApiContext,
  principal: Principal,
  claims: readonly ClaimRef[],
): Promise<void> {
  for (const { source, a, b } of claims) {
    visibleSource(context, principal, source)
    for (const text of [a, b]) {
      const known = isIdentifierText(text) && (await isVisible(context, principal, text))
      if (!known) {
        throw new Problem('unknown-link', `There is no identifier ${text}.`, {
          hint: 'GET /v1/orders/{identifier}/graph shows links as they are written here.',
        })
      }
    }
  }
}

function isIdentifierText(text: string): boolean {
  return text.slice(0, text.indexOf(':')) in identifierTypes
}

/** Also of identifiers that belong to no order since their only link was voided. */
async function isVisible(
  { flow }: ApiContext,
  principal: Principal,
  text: IdentifierText,
): Promise<boolean> {
  const { ns, type, value } = parseIdentifierText(text)
  const { rowCount } = await withAccess(flow.pool, principal.access, (client) =>
    client.query(
      `select from identifier
       where tenant_key = (select current_tenant()) and value = $1 and namespace = $2 and identifier_type = $3`,
      [value, ns, type],
    ),
  )
  return rowCount !== 0
}

type ReviewRow = {
  identifier: string
  scope_keys: number[]
  opened_at: Date
  decision: string | null
  decided_at: Date | null
  waiting: string[]
  waiting_count: number
}

async function reviewRows(
  { flow }: ApiContext,
  principal: Principal,
  status?: 'open' | 'decided',
  identifier?: string,
): Promise<ReviewRow[]> {
  const { rows } = await withAccess(flow.pool, principal.access, (client) =>
    client.query<ReviewRow>(
      `select r.identifier, r.scope_keys, r.opened_at, r.decision, r.decided_at,
         (select coalesce(json_agg(other), '[]') from (
            select distinct other from link_review_claim c where c.identifier = r.identifier and not c.void order by 1 limit $3) w)::jsonb as waiting,
         (select count(distinct other)::int from link_review_claim c where c.identifier = r.identifier and not c.void) as waiting_count
       from link_review r
       where ($1::text is null or (r.decision is null) = ($1 = 'open')) and ($2::text is null or r.identifier = $2)
       order by r.opened_at desc, r.identifier limit $4`,
      [status ?? null, identifier ?? null, waitingShownMax, reviewsMax],
    ),
  )
  return rows
}

async function readReviews(
  context: ApiContext,
  principal: Principal,
  status?: 'open' | 'decided',
  identifier?: string,
): Promise<unknown[]> {
  const rows = await reviewRows(context, principal, status, identifier)
  return rows.map((row) => ({
    identifier: row.identifier,
    ...parseIdentifierText(row.identifier),
    openedAt: row.opened_at.toISOString(),
    decision: row.decision,
    decidedAt: row.decided_at?.toISOString() ?? null,
    waiting: row.waiting,
    waitingCount: row.waiting_count,
  }))
}

/** Approving joins orders: only who sees all that the identifier touches may decide it. */
async function requireWhole(
  context: ApiContext,
  principal: Principal,
  identifier: string,
): Promise<void> {
  const [found] = await reviewRows(context, principal, undefined, identifier)
  if (found === undefined) {
    throw new Problem('unknown-review', `No review of ${identifier} is known.`, {
      hint: 'GET /v1/reviews lists them.',
    })
  }
  if (found.scope_keys.every((key) => seesScope(principal, key))) return
  throw new Problem(
    'not-allowed',
    'The identifier also concerns companies outside of your scopes.',
    {
      hint: 'Ask somebody who sees all of them.',
    },
  )
}
