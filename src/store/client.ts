/** Connections of the program's own role, and the transaction that states whose rows it may see. */
import pg, { type PoolConfig } from 'pg'

/** Which rows a transaction may see: a tenant, and all of its scopes or some. */
export type Access = { readonly tenant: number; readonly scopes: '*' | readonly number[] }

/** By type: `bigint` (20) comes as a number, all of ours stay below 2^53; `json` (114) as text. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [20, Number],
  [114, (text) => text],
])

/** How values of the database come: `pg`'s own ways but for those above. */
export const types: { getTypeParser: typeof pg.types.getTypeParser } = {
  getTypeParser: ((oid: Parameters<typeof pg.types.getTypeParser>[0], format: 'text') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

export function createPool(config: PoolConfig, size: number): pg.Pool {
  const pool = new pg.Pool({ ...config, max: size, types, idleTimeoutMillis: 60_000 })
  // A connection that breaks is replaced at the next query; without a listener it would end the process, lent out or idle.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** The statements that open a transaction for an access; both values are numbers or `*`, never text from outside. */
export function beginFor({ tenant, scopes }: Access): string {
  const list = scopes === '*' ? '*' : `{${scopes.map((key) => Math.trunc(key)).join(',')}}`
  return `begin; set local orderhub.tenant = '${Math.trunc(tenant)}'; set local orderhub.scopes = '${list}'`
}

/** Runs `work` in one transaction under an access; rolls back when it throws. */
export async function withAccess<T>(
  pool: pg.Pool,
  access: Access,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(beginFor(access))
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => (broken = cause))
    throw error
  } finally {
    client.release(broken)
  }
}
