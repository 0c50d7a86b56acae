/** From whatever identifier a person has to the order it names. */
import type pg from 'pg'
import { goldenId, goldenRange } from '#identity/identifier-id.ts'
import { identifierTypes, type IdentifierType } from '#model/identifier.ts'
import { limits } from '#model/limits.ts'
import type { SearchHit, Status } from '#model/view.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { ViewContext } from './context.ts'
import { visibleNames } from './names.ts'
import { seesAll } from './order.ts'

export type FoundOrder =
  | { readonly kind: 'one'; readonly orderKey: number; readonly id: string }
  | { readonly kind: 'many'; readonly candidates: readonly SearchHit[] }
  | { readonly kind: 'none' }

type Row = {
  order_key: number
  golden: string
  scope_keys: number[]
  status: Status
  identifier_type: IdentifierType
  namespace: string
  value: string
}

const select = `select i.order_key, replace(o.golden_id::text, '-', '') as golden, o.scope_keys, o.status, i.identifier_type, i.namespace, i.value
  from identifier i join order_state o on o.order_key = i.order_key
  where i.tenant_key = (select current_tenant())`

/** Identifiers are kept trimmed, in upper case, with single spaces. */
export function normalise(text: string): string {
  return text.trim().toUpperCase().replace(/\s+/g, ' ')
}

/** Any identifier of any system, or a golden id, former ones included. `ns` and `type` narrow an ambiguous value. */
export async function findOrder(
  ctx: ViewContext,
  access: Access,
  text: string,
  narrow: { ns?: string; type?: string } = {},
): Promise<FoundOrder> {
  return withAccess(ctx.pool, access, async (client) => {
    const rows = await rowsFor(client, text)
    const matching = rows.filter(
      (row) =>
        (narrow.ns === undefined || row.namespace === narrow.ns) &&
        (narrow.type === undefined || row.identifier_type === narrow.type),
    )
    const orders = new Set(matching.map((row) => row.order_key))
    if (orders.size === 0) return { kind: 'none' }
    const first = matching[0]!
    if (orders.size === 1)
      return { kind: 'one', orderKey: first.order_key, id: goldenId(first.golden) }
    return { kind: 'many', candidates: await hitsOf(client, access, matching) }
  })
}

async function rowsFor(client: pg.PoolClient, text: string): Promise<Row[]> {
  const golden = goldenRange(text)
  if (golden !== null) {
    const named = await client.query<Row>({
      name: 'find_golden',
      text: `${select} and i.identifier_id between $1::uuid and $2::uuid limit 2`,
      values: [golden.from, golden.to],
    })
    if (named.rows.length > 0) return named.rows
  }
  const { rows } = await client.query<Row>({
    name: 'find_value',
    text: `${select} and i.value = $1 order by i.identifier_type, i.namespace limit $2`,
    values: [normalise(text), limits.searchRowsMax],
  })
  return rows
}

/** Prefix search over every identifier, in the order of their values. */
export async function search(
  ctx: ViewContext,
  access: Access,
  text: string,
  limit: number,
): Promise<SearchHit[]> {
  const prefix = normalise(text)
  if (prefix === '') return []
  return withAccess(ctx.pool, access, async (client) => {
    const golden = await rowsForGolden(client, prefix)
    const { rows } = await client.query<Row>({
      name: 'search_prefix',
      text: `${select} and i.value >= $1 and i.value < $2 order by i.value limit $3`,
      values: [prefix, `${prefix}\u{10FFFF}`, limit],
    })
    return hitsOf(client, access, [...golden, ...rows].slice(0, limit))
  })
}

async function rowsForGolden(client: pg.PoolClient, text: string): Promise<Row[]> {
  return goldenRange(text) === null ? [] : rowsFor(client, text)
}

/** Orders the reader sees in part are named by what he may know, without their status. */
async function hitsOf(
  client: pg.PoolClient,
  access: Access,
  rows: readonly Row[],
): Promise<SearchHit[]> {
  const inPart = rows.filter((row) => !seesAll(access, row.scope_keys))
  const names = await visibleNames(
    client,
    inPart.map((row) => row.order_key),
  )
  return rows.map((row) => {
    if (!inPart.includes(row)) return hitOf(row, goldenId(row.golden))
    return { ...hitOf(row, names.get(row.order_key)?.id ?? ''), status: 'unknown' }
  })
}

function hitOf(row: Row, id: string): SearchHit {
  return {
    id,
    ns: row.namespace,
    type: row.identifier_type,
    value: row.value,
    label: identifierTypes[row.identifier_type].label,
    status: row.status,
  }
}
