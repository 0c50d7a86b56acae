/**
 * Orders by their newest change: the outbox read backwards, keeping each order where it changed last. That needs no index
 * on the orders, which would cost every write; a rare filter reads further back, a bounded way a page.
 */
import type pg from 'pg'
import { goldenId } from '#identity/identifier-id.ts'
import { limits } from '#model/limits.ts'
import type { Classifier, Milestone } from '#model/milestone.ts'
import type { OrderRow, Status } from '#model/view.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { ViewContext } from './context.ts'
import { visibleNames, type OrderName } from './names.ts'
import { seesAll } from './order.ts'

export type ListFilter = {
  readonly status?: string
  readonly company?: string
  readonly region?: string
}
/** A row with its newest change: the last milestone told and who told it; absent for orders seen in part. */
export type ListedOrder = OrderRow & Partial<LatestChange>
export type OrderPage = { readonly items: ListedOrder[]; readonly next: string | null }

type LatestChange = {
  readonly milestone: Milestone
  /** Of a milestone that has not happened. */
  readonly classifier?: Exclude<Classifier, 'ACT'>
  readonly source: string
}

type Row = {
  golden: string
  scope_keys: number[]
  label: string
  status: Status
  updated_at: Date
  changed_seq: number
  order_key: number
}

/** A page is given out short after this many steps back; its `next` goes on from there. */
const stepsMax = 12

/** `cursor` is the `next` of the page before: `<batch>.<order key>`. */
export async function listOrders(
  ctx: ViewContext,
  access: Access,
  options: ListFilter & { cursor?: string; limit?: number } = {},
): Promise<OrderPage> {
  const limit = Math.min(options.limit ?? limits.pageRowsDefault, limits.pageRowsMax)
  return withAccess(ctx.pool, access, async (client) => {
    const items: SeenRow[] = []
    let at = parseCursor(options.cursor)
    let more = true
    for (let step = 0; step < stepsMax && items.length <= limit && more; step++) {
      const back = await stepBack(client, at)
      items.push(
        ...back.rows.map((row) => seenBy(row, access)).filter((row) => matches(row, ctx, options)),
      )
      at = { seq: back.seq, key: 0 }
      more = back.seq > 0
    }
    const page = items.slice(0, limit)
    const last = page[page.length - 1]
    const next =
      items.length > limit && last !== undefined
        ? `${last.changed_seq}.${last.order_key}`
        : more
          ? `${at.seq}.0`
          : null
    const names = await visibleNames(
      client,
      page.filter((row) => !row.whole).map((row) => row.order_key),
    )
    const latest = await latestChanges(
      client,
      page.filter((row) => row.whole),
    )
    return {
      items: page.map((row) => ({
        ...rowOf(row, ctx, names.get(row.order_key)),
        ...latest.get(row.order_key),
      })),
      next,
    }
  })
}

type Position = { seq: number; key: number }

/** Rows come newest batch first and by falling key inside a batch; a key of 0 means the whole batch lies behind. */
function parseCursor(cursor: string | undefined): Position {
  const [seq, key] = (cursor ?? '').split('.').map(Number)
  if (Number.isSafeInteger(seq) && Number.isSafeInteger(key)) return { seq: seq!, key: key! }
  return { seq: Number.MAX_SAFE_INTEGER, key: 0 }
}

/** Orders whose newest change lies in the batches just before a position; `seq` is the oldest batch read, 0 at the end. */
async function stepBack(
  client: pg.PoolClient,
  at: Position,
): Promise<{ rows: Row[]; seq: number }> {
  const { rows } = await client.query<Row & { oldest: number }>({
    name: 'list_step',
    text: `with newest as (
        select batch_seq, order_keys from outbox
        where tenant_key = (select current_tenant()) and (batch_seq < $1 or (batch_seq = $1 and $2 > 0))
        order by batch_seq desc limit 400),
      behind as (
        select batch_seq, sum(sum(cardinality(order_keys))) over (order by batch_seq desc) - sum(cardinality(order_keys)) as before
        from newest group by batch_seq),
      reach as (select coalesce(min(batch_seq), 0) as oldest from behind where before < 3000),
      step as (select newest.batch_seq, order_keys from newest, reach where newest.batch_seq >= reach.oldest)
      select distinct reach.oldest, o.changed_seq, o.order_key, replace(o.golden_id::text, '-', '') as golden, o.scope_keys,
        o.label, o.status, o.updated_at
      from reach left join (step cross join lateral unnest(step.order_keys) as k(order_key)
        cross join lateral (
          select changed_seq, order_key, golden_id, scope_keys, label, status, updated_at from order_state
          where order_key = k.order_key and changed_seq = step.batch_seq
            and (changed_seq < $1 or $2 = 0 or order_key < $2) limit 1) as o) on true
      order by o.changed_seq desc nulls last, o.order_key desc`,
    values: [at.seq, at.key],
  })
  return { rows: rows.filter((row) => row.order_key !== null), seq: rows[0]?.oldest ?? 0 }
}

/** A wide batch is not read for the sake of a few rows: they go without. */
const batchOrdersMax = 500

/** What the newest change of each order told, from the batches the rows were found in; one read a batch. */
async function latestChanges(
  client: pg.PoolClient,
  rows: readonly Row[],
): Promise<Map<number, LatestChange>> {
  const { rows: batches } = await client.query<{
    batch_seq: number
    order_keys: string[]
    changes: string
  }>({
    name: 'list_latest',
    text: `with wanted as (select * from unnest($1::bigint[], $2::bigint[]) as w(batch_seq, order_key)),
      holding as (
        select distinct batch_seq, scope_key from wanted, lateral (
          select min(o.scope_key) as scope_key from outbox o
          where o.tenant_key = (select current_tenant()) and o.batch_seq = wanted.batch_seq
            and cardinality(o.order_keys) <= $3 and wanted.order_key = any (o.order_keys)) as first)
      select batch_seq, order_keys, changes::text as changes from holding
      join outbox using (batch_seq, scope_key) where tenant_key = (select current_tenant())`,
    values: [rows.map((row) => row.changed_seq), rows.map((row) => row.order_key), batchOrdersMax],
  })
  const newest = new Map(rows.map((row) => [row.order_key, row.changed_seq]))
  const found = new Map<number, LatestChange>()
  for (const { batch_seq, order_keys, changes } of batches) {
    const told = JSON.parse(changes) as LatestChange[]
    order_keys.forEach((text, i) => {
      const key = Number(text)
      const change = told[i]
      if (newest.get(key) === batch_seq && change !== undefined) found.set(key, latestOf(change))
    })
  }
  return found
}

function latestOf({ milestone, classifier, source }: LatestChange): LatestChange {
  return classifier === undefined ? { milestone, source } : { milestone, classifier, source }
}

/** The row as far as the reader's scopes go: of an order he sees in part, his own companies and no status. */
type SeenRow = Row & { readonly whole: boolean }

function seenBy(row: Row, access: Access): SeenRow {
  if (seesAll(access, row.scope_keys)) return { ...row, whole: true }
  const own = row.scope_keys.filter((key) => access.scopes === '*' || access.scopes.includes(key))
  return { ...row, scope_keys: own, status: 'unknown', whole: false }
}

function matches(row: SeenRow, ctx: ViewContext, filter: ListFilter): boolean {
  if (filter.status !== undefined && row.status !== filter.status) return false
  const scopes = row.scope_keys.map((key) => ctx.scopes.get(key))
  if (filter.company !== undefined && !scopes.some((scope) => scope?.company === filter.company))
    return false
  return filter.region === undefined || scopes.some((scope) => scope?.region === filter.region)
}

function rowOf(row: SeenRow, ctx: ViewContext, name: OrderName | undefined): OrderRow {
  const scopes = row.scope_keys
    .map((key) => ctx.scopes.get(key))
    .filter((scope) => scope !== undefined)
  return {
    ...(name ?? { id: goldenId(row.golden), label: row.whole ? row.label : '' }),
    status: row.status,
    companies: [...new Set(scopes.map((scope) => scope.company))],
    regions: [...new Set(scopes.map((scope) => scope.region))],
    updatedAt: row.updated_at.toISOString(),
  }
}
