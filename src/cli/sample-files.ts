/** Files that are named on the command line to be looked at: folders stand for what is below them, packed ones are unpacked. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'

export type NamedBytes = { readonly name: string; readonly bytes: Buffer }

const filesMax = 200

/** Reads them all; throws `FILE_UNREADABLE`. */
export async function readSampleFiles(paths: readonly string[]): Promise<NamedBytes[]> {
  const files: string[] = []
  for (const path of paths) files.push(...(await filesOf(path)))
  if (files.length === 0) throw unreadable('There is no file.', 'Name files or folders with files.')
  return Promise.all(files.slice(0, filesMax).map(readOne))
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(`${path} cannot be opened: ${cause.code}.`, 'Check the path.')
  })
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function readOne(path: string): Promise<NamedBytes> {
  const { size } = await stat(path)
  if (size > limits.receiptBytesMax)
    throw unreadable(
      `${path} has ${size} bytes.`,
      `Give a part of at most ${limits.receiptBytesMax}.`,
    )
  const raw = await readFile(path)
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return { name: path, bytes: raw }
  try {
    const bytes = gunzipSync(raw, { maxOutputLength: limits.receiptBytesMax })
    return { name: path.replace(/\.gz$/, ''), bytes }
  } catch (cause) {
    throw unreadable(`${path} cannot be unpacked.`, 'Give the file unpacked.', cause)
  }
}

function unreadable(message: string, hint: string, cause?: unknown): HubError {
  return new HubError({ code: 'FILE_UNREADABLE', message, hint, cause })
}
