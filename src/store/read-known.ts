/**
 * What a batch must read before it decides: where its identifiers belong, and the states of those orders.
 * Each row is looked up by its key in a lateral subquery with a limit, which the planner cannot turn into a scan.
 */
import type { ClientBase } from 'pg'
import { BinaryColumn } from './binary.ts'

export type IdentifierRow = {
  n: number
  order_key: number
  suspended: boolean
  scope_keys: number[]
}
export type OrderRow = { order_key: number; version: number; scope_keys: number[]; state: string }

const idColumn = new BinaryColumn('uuid')
const keyColumn = new BinaryColumn('int8')

/** Rows of the identifiers given as 16 Latin-1 characters each; `n` counts from 1 in the order given. */
export async function readIdentifiers(
  client: ClientBase,
  ids: readonly string[],
): Promise<IdentifierRow[]> {
  if (ids.length === 0) return []
  for (const id of ids) idColumn.uuidLatin1(id)
  const result = await client.query<IdentifierRow>({
    name: 'read_identifiers',
    text: `select r.n::int as n, i.order_key, i.suspended, i.scope_keys
           from unnest($1::uuid[]) with ordinality as r(id, n), lateral (
             select order_key, suspended, scope_keys from identifier
             where tenant_key = (select current_tenant()) and identifier_id = r.id limit 1) as i`,
    values: [idColumn.take()],
  })
  return result.rows
}

/** Who else is named with these identifiers in claims held back, as texts; identifiers without any are missing. */
export async function readHeldBack(
  client: ClientBase,
  texts: readonly string[],
): Promise<Map<string, string[]>> {
  if (texts.length === 0) return new Map()
  const result = await client.query<{ identifier: string; others: string[] }>({
    name: 'read_held_back',
    text: `select c.identifier, array_agg(distinct c.other) as others
           from link_review_claim c where c.tenant_key = (select current_tenant()) and c.identifier = any($1) and not c.void group by 1`,
    values: [texts],
  })
  return new Map(result.rows.map((row) => [row.identifier, row.others]))
}

/** The orders of these keys; those that do not exist are missing. */
export async function readOrders(client: ClientBase, keys: readonly number[]): Promise<OrderRow[]> {
  if (keys.length === 0) return []
  for (const key of keys) keyColumn.int8(key)
  const result = await client.query<OrderRow>({
    name: 'read_orders',
    text: `select o.order_key, o.version, o.scope_keys, o.state
           from unnest($1::int8[]) as r(key), lateral (
             select order_key, version, scope_keys, state from order_state where order_key = r.key limit 1) as o`,
    values: [keyColumn.take()],
  })
  return result.rows
}
