/** References to what may not stand in a definition: passwords, keys, tokens. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { HubError } from '#model/error.ts'

/** Where a secret stands: a variable of the environment, or a file (relative ones lie below the folder of secrets). */
export type SecretReference = { readonly env: string } | { readonly file: string }

export const secretReference = z.union(
  [
    z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/) }),
    z.strictObject({ file: z.string().min(1).max(1000) }),
  ],
  'a secret is named, never written down: { env: NAME } or { file: path }',
)

/** A text that is no secret but may differ from machine to machine: written down, or named like a secret. */
export const setting = z.union(
  [z.string().min(1).max(2000), secretReference],
  'a text, or { env: NAME } or { file: path }',
)
export type Setting = z.infer<typeof setting>

const secretBytesMax = 64 * 1024

/** Reads secrets anew at every use, so that a rotated one needs no restart. */
export function secretReader(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): (reference: SecretReference) => Promise<string> {
  return async (reference) => {
    if ('env' in reference) {
      const value = env[reference.env]
      if (value !== undefined && value !== '') return value
      throw missing(`The variable ${reference.env} is not set.`, 'Set it where the hub is started.')
    }
    const path = isAbsolute(reference.file) ? reference.file : join(folder, reference.file)
    const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
      throw missing(`The secret file ${path} cannot be read (${cause.code}).`, 'Create it.', cause)
    })
    if (bytes.length > secretBytesMax) throw missing(`${path} is no secret: it is too large.`, '')
    return bytes.toString('utf8').replace(/\r?\n$/, '')
  }
}

/** A setting as text. */
export function settingText(
  read: (reference: SecretReference) => Promise<string>,
  value: Setting,
): Promise<string> {
  return typeof value === 'string' ? Promise.resolve(value) : read(value)
}

function missing(message: string, hint: string, cause?: unknown): HubError {
  return new HubError({ code: 'SECRET_MISSING', message, hint, cause })
}
