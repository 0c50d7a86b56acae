/** The hash of all orders of a tenant, made here a second time: the hub's own is what it is compared with. */
import { createHash, hash } from 'node:crypto'
import type { PoolConfig } from 'pg'
import { Client } from 'pg'

/** `golden`: 32 hex digits of the least identifier; `state`: canonical JSON. */
export type Stated = { readonly golden: string; readonly state: string }

/** SHA-256 over the sorted hashes of the orders, each over golden id and state. */
export function tenantHash(orders: readonly Stated[]): string {
  const hashes = orders.map(({ golden, state }) => hash('sha256', `${golden}\n${state}`)).toSorted()
  const all = createHash('sha256')
  for (const one of hashes) all.update(one, 'hex')
  return all.digest('hex')
}

/** Every order of a tenant as the database holds it, read past row security. */
export async function readStated(owner: PoolConfig, tenant = 1): Promise<Stated[]> {
  const client = new Client(owner)
  await client.connect()
  try {
    const { rows } = await client.query<Stated>(
      `select replace(golden_id::text, '-', '') as golden, state::text as state from order_state where tenant_key = $1`,
      [tenant],
    )
    return rows
  } finally {
    await client.end()
  }
}
