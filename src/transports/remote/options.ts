/** What SFTP and FTPS drops have in common: which files, when they are whole, and what becomes of them. */
import { z } from 'zod'

const gib = 1024 ** 3

export const remoteFolder = {
  folder: z.string().min(1).max(1000).default('.'),
  /** A glob over names; those that begin with a dot or end in .tmp, .part or .filepart are never looked at. */
  pattern: z.string().min(1).max(200).default('*'),
  /** Of a file that was read: moved to `done/` beside it, left where it is, or deleted. */
  afterwards: z.enum(['move', 'leave', 'delete']).default('move'),
  /** A file that has the same size and time after this long is whole. */
  settleSeconds: z.number().min(0).max(86_400).default(10),
  everySeconds: z.number().min(0.05).max(86_400).default(60),
  fileBytesMax: z
    .number()
    .int()
    .min(1)
    .max(100 * gib)
    .default(gib),
}

const schema = z.strictObject(remoteFolder)
export type RemoteOptions = z.output<typeof schema>
