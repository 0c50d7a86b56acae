/** What an order is called for a reader who sees only a part of it: by the least identifier he may know. */
import type pg from 'pg'
import { goldenId, identifierHex } from '#identity/identifier-id.ts'
import type { IdentifierText } from '#model/identifier.ts'

export type OrderName = { readonly id: string; readonly label: string }

/** Names under the access of the transaction; orders of which it sees no identifier are missing. */
export async function visibleNames(
  client: pg.ClientBase,
  orderKeys: readonly number[],
): Promise<Map<number, OrderName>> {
  const names = new Map<number, OrderName>()
  if (orderKeys.length === 0) return names
  const orders = await client.query<{ order_key: number; ids: IdentifierText[] }>({
    name: 'names_orders',
    text: `select order_key, (state::json -> 'ids')::jsonb as ids from order_state where order_key = any($1::int8[])`,
    values: [orderKeys],
  })
  const hexes = orders.rows.flatMap(({ ids }) => ids.map(identifierHex))
  const seen = await client.query<{ hex: string }>({
    name: 'names_seen',
    text: `select replace(identifier_id::text, '-', '') as hex from identifier
           where tenant_key = (select current_tenant()) and identifier_id = any($1::uuid[])`,
    values: [hexes],
  })
  const visible = new Set(seen.rows.map(({ hex }) => hex))
  for (const { order_key, ids } of orders.rows) {
    // The state keeps them sorted, the least first.
    const least = ids.find((text) => visible.has(identifierHex(text)))
    if (least !== undefined) names.set(order_key, nameBy(least))
  }
  return names
}

function nameBy(text: IdentifierText): OrderName {
  return { id: goldenId(identifierHex(text)), label: text.slice(text.lastIndexOf(':') + 1) }
}
