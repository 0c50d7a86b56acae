/** How a database of another system is reached, and how things in it are named. */
import { z } from 'zod'
import type { Host } from '../port.ts'
import { secretReference, setting, settingText } from '../secret.ts'

/** Names of tables and columns: they are quoted, and may hold nothing that ends a quote. */
export const name = z
  .string()
  .regex(/^[^"`\0\s.]{1,128}$/, 'a name without quotes, dots and spaces')
export const tableName = z
  .string()
  .regex(/^[^"`\0\s.]{1,128}(?:\.[^"`\0\s.]{1,128})?$/, 'a table, or schema.table')

export const server = {
  /** A host, or for PostgreSQL the directory of its socket. */
  host: setting,
  port: z.number().int().min(1).max(65_535).optional(),
  user: setting,
  password: secretReference.optional(),
  database: setting,
  /** `verify` the server's certificate; only `encrypt`; or `none`, the default on this machine itself. */
  tls: z.enum(['verify', 'encrypt', 'none']).optional(),
  /** The authority that signed the server's certificate. */
  ca: secretReference.optional(),
}
const serverSchema = z.strictObject(server)
export type Server = z.output<typeof serverSchema>

const local = /^(?:localhost|127(?:\.\d+){3}|::1|\/.*)$/

/** What `tls` means for a host: nothing leaves this machine unencrypted unless somebody says so. */
function tlsOf({ tls }: Server, host: string): 'verify' | 'encrypt' | 'none' {
  return tls ?? (local.test(host) ? 'none' : 'verify')
}

export type Reached = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password?: string
  readonly database: string
  readonly ssl?: { readonly rejectUnauthorized: boolean; readonly ca?: string }
}

/** What every database client needs to reach a server; secrets are read anew. */
export async function reach(
  { secret }: Pick<Host, 'secret'>,
  server: Server,
  usualPort: number,
): Promise<Reached> {
  const [host, user, database] = await Promise.all(
    [server.host, server.user, server.database].map((value) => settingText(secret, value)),
  )
  const mode = tlsOf(server, host!)
  const ca = server.ca === undefined ? {} : { ca: await secret(server.ca) }
  return {
    host: host!,
    user: user!,
    database: database!,
    port: server.port ?? usualPort,
    ...(server.password && { password: await secret(server.password) }),
    ...(mode !== 'none' && { ssl: { rejectUnauthorized: mode === 'verify', ...ca } }),
  }
}
