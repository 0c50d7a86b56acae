/** Options of `transport: { kind: sftp, ... }`. */
import { z } from 'zod'
import { checkedOptions } from '../options.ts'
import { remoteFolder } from '../remote/options.ts'
import { secretReference, setting } from '../secret.ts'

const schema = z
  .strictObject({
    kind: z.literal('sftp').optional(),
    host: setting,
    port: z.number().int().min(1).max(65_535).default(22),
    user: setting,
    password: secretReference.optional(),
    privateKey: secretReference.optional(),
    passphrase: secretReference.optional(),
    /** Fingerprints as `ssh-keygen -l` prints them; any other server is refused. */
    hostKeys: z
      .array(
        z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'SHA256:... as ssh-keygen -l prints it'),
      )
      .min(1)
      .max(10),
    ...remoteFolder,
  })
  .refine(({ password, privateKey }) => (password === undefined) !== (privateKey === undefined), {
    error: 'either password or privateKey',
  })

export type SftpOptions = z.output<typeof schema>

export const sftpOptions = checkedOptions('sftp', schema)
