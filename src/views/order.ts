/** One order as a reader may see it: whole, as known at a moment, or only the part of it in his scopes. */
import type pg from 'pg'
import { joinEvent } from '#collation/join.ts'
import { project } from '#collation/project.ts'
import { sentence } from '#collation/sentence.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import { goldenId, identifierHex } from '#identity/identifier-id.ts'
import { voidKey } from '#identity/links.ts'
import { admit, partition } from '#identity/partition.ts'
import { identifierTypes, parseIdentifierText } from '#model/identifier.ts'
import type { Instant } from '#model/time.ts'
import type { OrderView } from '#model/view.ts'
import { withAccess, type Access } from '#store/client.ts'
import { readEvents, type EventRow } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'
import type { ViewContext } from './context.ts'

type OrderRow = {
  order_key: number
  scope_keys: number[]
  version: number
  updated_at: Date
  state: string
}

/** `now` is the reader's clock: what the sentence calls late. Null when the reader may see nothing of the order. */
export async function readOrder(
  ctx: ViewContext,
  access: Access,
  orderKey: number,
  now: Instant,
  asOf?: Date,
): Promise<OrderView | null> {
  return withAccess(ctx.pool, access, async (client) => {
    const row = await orderRow(client, orderKey)
    if (row === null) return null
    const stored = asOf === undefined && seesAll(access, row.scope_keys)
    const known = stored
      ? { state: JSON.parse(row.state) as OrderState, at: row.updated_at }
      : await refold(client, row, asOf)
    if (known === null) return null
    return viewOf(ctx, client, row, known, now, asOf)
  })
}

/** Whether the reader's scopes cover everything the order touches, so that the stored state may be shown as it is. */
export function seesAll(access: Access, scopes: readonly number[]): boolean {
  return (
    access.scopes === '*' ||
    scopes.every((scope) => (access.scopes as readonly number[]).includes(scope))
  )
}

async function orderRow(client: pg.PoolClient, orderKey: number): Promise<OrderRow | null> {
  const { rows } = await client.query<OrderRow>({
    name: 'order_row',
    text: 'select order_key, scope_keys, version, updated_at, state from order_state where order_key = $1',
    values: [orderKey],
  })
  return rows[0] ?? null
}

/** The order out of the events the reader may see, recorded up to `asOf`, under the rulings of that moment. */
async function refold(
  client: pg.PoolClient,
  row: OrderRow,
  asOf?: Date,
): Promise<{ state: OrderState; at: Date } | null> {
  const rows = await readEvents(client, [row.order_key], asOf)
  if (rows.length === 0) return null
  const voided = await voidedAt(client, asOf)
  const anchor = (JSON.parse(row.state) as OrderState).ids[0]
  const groups = partition(rows.map((event) => admit(eventOf(event), voided, () => false)))
  // Before a link arrived the order was several; the one that bears its name today is meant.
  const group =
    groups.find(({ members }) => members.some((member) => member.ids.includes(anchor!))) ??
    groups[0]!
  const state = emptyState()
  for (const { event, ids, links } of group.members) joinEvent(state, event, ids, links)
  const last = rows.reduce((a, b) => (a.recorded_at >= b.recorded_at ? a : b)).recorded_at
  return { state, at: last }
}

async function voidedAt(client: pg.PoolClient, asOf?: Date): Promise<Set<string>> {
  const { rows } = await client.query<{ void_key: string }>(
    `select void_key from link_void
     where voided_at <= coalesce($1, 'infinity'::timestamptz) and (restored_at is null or restored_at > coalesce($1, 'infinity'::timestamptz))`,
    [asOf ?? null],
  )
  return new Set(rows.map((row) => row.void_key))
}

async function viewOf(
  ctx: ViewContext,
  client: pg.PoolClient,
  row: OrderRow,
  known: { state: OrderState; at: Date },
  now: Instant,
  asOf?: Date,
): Promise<OrderView> {
  const projection = project(known.state, ctx.trustOf)
  const evidence = projection.statusEvidence
  const words = evidence === undefined ? undefined : await wordsOf(client, row.order_key, evidence)
  return {
    id: goldenId(identifierHex(known.state.ids[0]!)),
    asOf: asOf === undefined ? null : asOf.toISOString(),
    version: row.version,
    sentence: sentence(projection, asOf?.getTime() ?? now),
    ...projection,
    ...(evidence === undefined || words === undefined
      ? {}
      : { statusEvidence: { ...evidence, words } }),
    updatedAt: known.at.toISOString(),
  }
}

/** The source's own words behind the status: free text stands in the event, not in the state. */
async function wordsOf(
  client: pg.PoolClient,
  orderKey: number,
  evidence: { event: string; at: string },
): Promise<string | undefined> {
  const { rows } = await client.query<{ words: string | null }>({
    name: 'status_words',
    text: `select e.body::json ->> 'words' as words from event e
           where e.order_key = $1 and e.event_at = $2 and replace(e.event_id::text, '-', '') like $3 limit 1`,
    values: [orderKey, evidence.at, `${evidence.event}%`],
  })
  return rows[0]?.words ?? undefined
}

/** Identifiers and the claims that join them, voided ones included and marked. */
export async function readGraph(
  ctx: ViewContext,
  access: Access,
  orderKey: number,
  asOf?: Date,
): Promise<{
  nodes: { id: string; ns: string; type: string; value: string; label: string }[]
  edges: { a: string; b: string; source: string; event: string; voided?: true }[]
}> {
  return withAccess(ctx.pool, access, async (client) => {
    const rows = await readEvents(client, [orderKey], asOf)
    const voided = await voidedAt(client, asOf)
    const nodes = new Map<
      string,
      { id: string; ns: string; type: string; value: string; label: string }
    >()
    const edges = new Map<
      string,
      { a: string; b: string; source: string; event: string; voided?: true }
    >()
    for (const row of rows) collectEdges(row, voided, nodes, edges)
    return { nodes: [...nodes.values()], edges: [...edges.values()] }
  })
}

function collectEdges(
  row: EventRow,
  voided: ReadonlySet<string>,
  nodes: Map<string, { id: string; ns: string; type: string; value: string; label: string }>,
  edges: Map<string, { a: string; b: string; source: string; event: string; voided?: true }>,
): void {
  const { ids, links } = admit(eventOf(row), new Set(), () => false)
  for (const text of ids) {
    const id = parseIdentifierText(text)
    nodes.set(text, { id: text, ...id, label: identifierTypes[id.type].label })
  }
  for (const { a, b } of links) {
    const key = voidKey(row.source, a, b)
    if (edges.has(key)) continue
    edges.set(key, {
      a,
      b,
      source: row.source,
      event: row.event_id.slice(0, 16),
      ...(voided.has(key) ? { voided: true as const } : {}),
    })
  }
}
