/** What the database knows of tenants, scopes and mapping versions, and how a source is told to it. */
import type pg from 'pg'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { RunningSource } from './batch.ts'

export type Scope = { readonly key: number; readonly company: string; readonly region: string }

/** Makes sure the tenant exists. Its key is its own choice of the caller; 1 on a hub of one organisation. */
export async function registerTenant(pool: pg.Pool, tenant: number, name: string): Promise<void> {
  await withAccess(pool, { tenant, scopes: '*' }, (client) =>
    client.query('insert into tenant (tenant_key, name) values ($1, $2) on conflict do nothing', [
      tenant,
      name,
    ]),
  )
}

/**
 * Registers a source: its scope, and its mapping as a new version when no version has its hash.
 * The database keeps every version with its files, so that evidence can show the mapping an event was made with.
 */
export async function registerSource(
  pool: pg.Pool,
  access: Access,
  source: Source,
  at: number,
): Promise<RunningSource> {
  return withAccess(pool, access, async (client) => {
    const scopeKey = await scopeKeyOf(client, source.company, source.region)
    const known = await client.query<{ mapping_key: number; version: number }>(
      `select mapping_key, version from mapping where tenant_key = $1 and source = $2 and hash = $3
       order by version desc limit 1`,
      [access.tenant, source.name, source.mappingHash],
    )
    const row = known.rows[0]
    if (row !== undefined)
      return { source, scopeKey, mappingKey: row.mapping_key, version: row.version }
    const inserted = await client.query<{ mapping_key: number; version: number }>(
      `insert into mapping (tenant_key, scope_key, source, version, hash, definition, created_at)
       values ($1, $2, $3, (select coalesce(max(version), 0) + 1 from mapping where tenant_key = $1 and source = $3),
         $4, $5, $6) returning mapping_key, version`,
      [
        access.tenant,
        scopeKey,
        source.name,
        source.mappingHash,
        JSON.stringify(source.files),
        new Date(at),
      ],
    )
    const { mapping_key: mappingKey, version } = inserted.rows[0]!
    return { source, scopeKey, mappingKey, version }
  })
}

async function scopeKeyOf(client: pg.PoolClient, company: string, region: string): Promise<number> {
  await client.query(
    `insert into scope (tenant_key, company, region) values (current_tenant(), $1, $2)
     on conflict (tenant_key, company, region) do nothing`,
    [company, region],
  )
  const { rows } = await client.query<{ scope_key: number }>(
    'select scope_key from scope where tenant_key = current_tenant() and company = $1 and region = $2',
    [company, region],
  )
  return rows[0]!.scope_key
}

/** All scopes of the tenant. */
export async function readScopes(pool: pg.Pool, access: Access): Promise<Scope[]> {
  return withAccess(pool, access, async (client) => {
    const { rows } = await client.query<{ scope_key: number; company: string; region: string }>(
      'select scope_key, company, region from scope where tenant_key = $1',
      [access.tenant],
    )
    return rows.map((row) => ({ key: row.scope_key, company: row.company, region: row.region }))
  })
}
