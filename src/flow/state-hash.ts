/** One hash for all orders of a tenant: equal exactly when every order is equal, byte for byte. */
import { createHash, hash } from 'node:crypto'
import type { ClientBase } from 'pg'

const pageRows = 5_000

/**
 * SHA-256 over the sorted hashes of the orders, each over golden id and canonical state. Keys, versions and receipt
 * times take no part: they say how the hub came to know, not what is true.
 */
export async function stateHash(client: ClientBase): Promise<{ hash: string; orders: number }> {
  const hashes: string[] = []
  for (let after = 0; ;) {
    const { rows } = await client.query<{ order_key: number; golden: string; state: string }>({
      name: 'state_hash_page',
      text: `select order_key, replace(golden_id::text, '-', '') as golden, state from order_state
             where order_key > $1 order by order_key limit $2`,
      values: [after, pageRows],
    })
    for (const row of rows) hashes.push(hash('sha256', `${row.golden}\n${row.state}`, 'latin1'))
    if (rows.length < pageRows) break
    after = rows[rows.length - 1]!.order_key
  }
  hashes.sort()
  const all = createHash('sha256')
  for (const one of hashes) all.update(one, 'latin1')
  return { hash: all.digest('hex'), orders: hashes.length }
}
