/** Schemas as files of a folder: what small installations have instead of a registry. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SchemaSource } from './port.ts'

const endings = ['avsc', 'proto', 'json'] as const
const fileBytesMax = 1024 * 1024

/** `<folder>/<id>.avsc`, `.proto` or `.json`. A reference is resolved by writing it into the file. */
export function schemaFiles(folder: string): SchemaSource {
  return async (id) => {
    for (const ending of endings) {
      try {
        const text = await readFile(join(folder, `${id}.${ending}`), 'utf8')
        return text.length > fileBytesMax ? null : { schema: text, references: [] }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
    return null
  }
}
