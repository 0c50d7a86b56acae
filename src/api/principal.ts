/** Who calls: a key or a browser session, what it may do, and whose rows it sees. */
import type { Access } from '#store/client.ts'

export const permissions = [
  'records:write',
  'orders:read',
  'quarantine:write',
  'links:write',
  'admin',
] as const
export type Permission = (typeof permissions)[number]

export type Principal = {
  readonly kind: 'key' | 'session' | 'nobody'
  readonly keyId: string
  readonly name: string
  readonly permissions: readonly string[]
  readonly access: Access
}

/** Whoever calls an operation that is open to everyone: sees no rows. */
export const nobody: Principal = {
  kind: 'nobody',
  keyId: '',
  name: '',
  permissions: [],
  access: { tenant: 0, scopes: [] },
}

/** `admin` may do everything inside its scopes. */
export function may(principal: Principal, permission: Permission): boolean {
  return principal.permissions.includes(permission) || principal.permissions.includes('admin')
}

/** Whether the caller sees this scope. */
export function seesScope({ access }: Principal, scopeKey: number): boolean {
  return access.scopes === '*' || access.scopes.includes(scopeKey)
}
