/** API keys: made for the command line, checked at every request. A browser session is a key that lives for hours. */
import { HubError } from '#model/error.ts'
import type { Instant } from '#model/time.ts'
import type { Flow } from '#flow/hub.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { Permission, Principal } from './principal.ts'
import { newKeyToken, randomText, secretHash } from './secrets.ts'

/** A company in one region, or in all of its regions. */
export type ScopeName = { readonly company: string; readonly region?: string }

export type KeyRequest = {
  readonly name: string
  readonly permissions: readonly Permission[]
  /** `*` is every scope of the tenant, later ones too. */
  readonly scopes: '*' | readonly ScopeName[]
  readonly expiresAt?: Instant
}

/** `token` is shown once and stored nowhere. */
export type CreatedKey = { readonly keyId: string; readonly token: string }

export type KeyRow = {
  readonly keyId: string
  readonly name: string
  readonly permissions: readonly string[]
  readonly scopeKeys: readonly number[] | null
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

type KeyHome = Pick<Flow, 'pool' | 'access' | 'scopes'>

/** Makes a key in the flow's tenant. Throws `UNKNOWN_SCOPE` for a company or region no source has. */
export async function createKey(
  flow: KeyHome,
  request: KeyRequest,
  at: Instant,
): Promise<CreatedKey> {
  const { keyId, token } = newKeyToken()
  await insertKey(
    flow,
    { ...request, keyId, token, scopeKeys: scopeKeysOf(flow, request.scopes) },
    at,
  )
  return { keyId, token }
}

/** Makes a session that ends at `expiresAt`; the token goes into the browser's cookie. */
export async function createSession(
  flow: KeyHome,
  who: { name: string; permissions: readonly string[]; scopeKeys: readonly number[] | null },
  at: Instant,
  expiresAt: Instant,
): Promise<CreatedKey> {
  const keyId = `${sessionPrefix}${randomText(10)}`
  const token = randomText(43)
  await insertKey(flow, { ...who, keyId, token, expiresAt }, at)
  return { keyId, token }
}

const sessionPrefix = 'session-'

/** The scope keys of names; null for all. */
export function scopeKeysOf(flow: KeyHome, scopes: KeyRequest['scopes']): number[] | null {
  if (scopes === '*') return null
  const known = [...flow.scopes.values()]
  return scopes.flatMap(({ company, region }) => {
    const found = known.filter(
      (scope) => scope.company === company && (region === undefined || scope.region === region),
    )
    if (found.length > 0) return found.map((scope) => scope.key)
    throw new HubError({
      code: 'UNKNOWN_SCOPE',
      message: `No source is of ${region === undefined ? company : `${company} in ${region}`}.`,
      hint: `Known are: ${known.map((scope) => `${scope.company}/${scope.region}`).join(', ')}.`,
    })
  })
}

type NewKey = {
  readonly keyId: string
  readonly token: string
  readonly name: string
  readonly permissions: readonly string[]
  readonly scopeKeys: readonly number[] | null
  readonly expiresAt?: Instant
}

async function insertKey(flow: KeyHome, key: NewKey, at: Instant): Promise<void> {
  await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      `insert into api_key (tenant_key, key_id, secret_sha256, name, permissions, scope_keys, created_at, expires_at)
       values (current_tenant(), $1, $2, $3, $4, $5, $6, $7)`,
      [
        key.keyId,
        secretHash(key.token),
        key.name,
        key.permissions,
        key.scopeKeys,
        new Date(at),
        key.expiresAt === undefined ? null : new Date(key.expiresAt),
      ],
    ),
  )
}

/** Ends a key or session at once; false when there is none that lives. Other processes notice within seconds. */
export async function revokeKey(flow: KeyHome, keyId: string, at: Instant): Promise<boolean> {
  const result = await withAccess(flow.pool, flow.access, (client) =>
    client.query('update api_key set revoked_at = $2 where key_id = $1 and revoked_at is null', [
      keyId,
      new Date(at),
    ]),
  )
  return result.rowCount === 1
}

/** Keys of the tenant, newest first, without sessions. */
export async function listKeys(flow: KeyHome): Promise<KeyRow[]> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{
      key_id: string
      name: string
      permissions: string[]
      scope_keys: number[] | null
      created_at: Date
      expires_at: Date | null
      revoked_at: Date | null
    }>(
      `select key_id, name, permissions, scope_keys, created_at, expires_at, revoked_at from api_key
       where not starts_with(key_id, $1) order by created_at desc`,
      [sessionPrefix],
    ),
  )
  return rows.map((row) => ({
    keyId: row.key_id,
    name: row.name,
    permissions: row.permissions,
    scopeKeys: row.scope_keys,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }))
}

type Authenticated = {
  tenant_key: number
  key_id: string
  name: string
  permissions: string[]
  scope_keys: number[] | null
}

/** Whom a token belongs to, or null; a token of another organisation than the hub's is none here. */
export async function authenticate(
  flow: KeyHome,
  token: string,
  at: Instant,
): Promise<Principal | null> {
  const { rows } = await flow.pool.query<Authenticated>({
    name: 'authenticate',
    text: 'select * from authenticate($1, $2)',
    values: [secretHash(token), new Date(at)],
  })
  const row = rows[0]
  if (row === undefined || row.tenant_key !== flow.access.tenant) return null
  const access: Access = { tenant: row.tenant_key, scopes: row.scope_keys ?? '*' }
  const kind = row.key_id.startsWith(sessionPrefix) ? 'session' : 'key'
  return { kind, keyId: row.key_id, name: row.name, permissions: row.permissions, access }
}
