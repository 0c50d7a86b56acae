/** How a database of another system is reached, and how things in it are named. */
import { z } from 'zod'
import { secretReference, setting } from '../secret.ts'

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
export function tlsOf({ tls }: Server, host: string): 'verify' | 'encrypt' | 'none' {
  return tls ?? (local.test(host) ? 'none' : 'verify')
}
