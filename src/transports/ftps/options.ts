/** Options of `transport: { kind: ftps, ... }`. */
import { z } from 'zod'
import { checkedOptions } from '../options.ts'
import { remoteFolder } from '../remote/options.ts'
import { secretReference, setting } from '../secret.ts'

const schema = z.strictObject({
  kind: z.literal('ftps').optional(),
  host: setting,
  port: z.number().int().min(1).max(65_535).optional(),
  user: setting,
  password: secretReference,
  /** How the connection is encrypted: asked for (AUTH TLS, port 21), from the start (port 990), or not at all. */
  tls: z.enum(['explicit', 'implicit', 'none']).default('explicit'),
  /** The authority that signed the server's certificate, where the system does not know it. */
  ca: secretReference.optional(),
  /** The name in the certificate, where it is not the host's. */
  serverName: z.string().min(1).max(255).optional(),
  ...remoteFolder,
})

export type FtpsOptions = z.output<typeof schema>

export const ftpsOptions = checkedOptions('ftps', schema)
