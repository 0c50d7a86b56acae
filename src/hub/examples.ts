/** Identifiers of orders that have much to show. */
import type { Flow } from '#flow/hub.ts'
import { withAccess } from '#store/client.ts'

export type Example = { readonly label: string; readonly value: string }

const candidatesMax = 400

/** A tracking number, an order number and a customer's purchase order; fewer on an empty hub. */
export async function readExamples({
  pool,
  access,
}: Pick<Flow, 'pool' | 'access'>): Promise<Example[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<{ identifier_type: string; value: string }>(
      `with candidate as (
         select order_key from order_state where tenant_key = current_tenant()
         order by cardinality(scope_keys) desc, length(state) desc limit $1
       ), busiest as (select order_key from candidate limit 3)
       select distinct on (i.identifier_type) i.identifier_type, i.value
       from identifier i join busiest b on b.order_key = i.order_key
       where i.tenant_key = current_tenant() and i.identifier_type in ('tracking', 'order', 'purchase-order')
         and not i.suspended
         -- An example leads to one order: its value is used once.
         and not exists (select from identifier o where o.tenant_key = i.tenant_key and o.value = i.value and o.order_key <> i.order_key)
       order by i.identifier_type, i.value`,
      [candidatesMax],
    ),
  )
  const labels: Record<string, string> = {
    tracking: 'AWB',
    order: 'order',
    'purchase-order': 'customer PO',
  }
  const found = rows.map((row) => ({
    label: labels[row.identifier_type] ?? row.identifier_type,
    value: row.value,
  }))
  return found.toSorted((a, b) => (a.label === 'AWB' ? -1 : b.label === 'AWB' ? 1 : 0))
}
