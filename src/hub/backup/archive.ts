/**
 * The file of a backup: a magic word, blocks (kind, length, payload), and at the end SHA-256 over everything before it.
 * Kinds: `T` a table begins (JSON), `D` rows of it (zstd), `E` it ends (JSON with SHA-256 of its rows), `M` the manifest.
 */
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { HubError } from '#model/error.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

const magic = Buffer.from('OHBACK01')
const digestBytes = 32
const headBytes = 5
const rowsBlockBytesAim = 1024 * 1024
const blockBytesMax = 64 * 1024 * 1024
const readBytes = 4 * 1024 * 1024

export type TableHead = { readonly table: string; readonly columns: readonly string[] }
export type TableEnd = { readonly rows: number; readonly bytes: number; readonly sha256: string }

const tableHead = z.object({ table: z.string(), columns: z.array(z.string()) })
const tableEnd = z.object({ rows: z.number(), bytes: z.number(), sha256: z.string() })

const manifestSchema = z.object({
  createdAt: z.string(),
  schemaVersion: z.number().int(),
  stateHash: z.string(),
  orders: z.number().int(),
  batches: z.number().int(),
  tables: z.array(tableHead.extend(tableEnd.shape)),
  sequences: z.record(z.string(), z.number()),
  /** Small files of the data directory that belong to the state. */
  files: z.record(z.string(), z.string()),
})
export type Manifest = z.infer<typeof manifestSchema>

export type ArchiveWriter = {
  readonly table: (head: TableHead, rows: AsyncGenerator<Buffer, number>) => Promise<TableEnd>
  readonly finish: (manifest: Manifest) => Promise<{ bytes: number }>
}

/** Writes beside `path` and renames at the end: a backup is whole or absent. Readable by this account alone. */
export async function writeArchive<T>(
  path: string,
  work: (writer: ArchiveWriter) => Promise<T>,
): Promise<T> {
  const unfinished = `${path}.part`
  const file = await open(unfinished, 'w', 0o600)
  try {
    const result = await work(writerTo(file))
    await file.sync()
    await file.close()
    await rename(unfinished, path)
    return result
  } catch (error) {
    await file.close()
    await rm(unfinished, { force: true })
    throw error
  }
}

function writerTo(file: FileHandle): ArchiveWriter {
  const whole = createHash('sha256')
  let bytes = 0
  const write = async (...parts: Buffer[]) => {
    for (const part of parts) {
      whole.update(part)
      bytes += part.length
    }
    await file.writev(parts)
  }
  const block = async (kind: string, payload: Buffer) => {
    const head = Buffer.alloc(headBytes)
    head.write(kind, 0, 'latin1')
    head.writeUInt32BE(payload.length, 1)
    await write(head, payload)
  }
  const json = (kind: string, value: unknown) => block(kind, Buffer.from(JSON.stringify(value)))
  let begun = false
  const begin = async () => {
    if (!begun) await write(magic)
    begun = true
  }
  return {
    async table(head, rows) {
      await begin()
      await json('T', head)
      const end = await writeRows(rows, async (part) => block('D', await compress(part)))
      await json('E', end)
      return end
    },
    async finish(manifest) {
      await begin()
      await json('M', manifest)
      await file.write(whole.digest())
      return { bytes: bytes + digestBytes }
    },
  }
}

async function writeRows(
  rows: AsyncGenerator<Buffer, number>,
  write: (part: Buffer) => Promise<void>,
): Promise<TableEnd> {
  const sha256 = createHash('sha256')
  let bytes = 0
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  const flush = async () => {
    if (gatheredBytes > 0) await write(Buffer.concat(gathered))
    gathered = []
    gatheredBytes = 0
  }
  for (;;) {
    const next = await rows.next()
    if (next.done === true) {
      await flush()
      return { rows: next.value, bytes, sha256: sha256.digest('hex') }
    }
    sha256.update(next.value)
    bytes += next.value.length
    gathered.push(next.value)
    gatheredBytes += next.value.length
    if (gatheredBytes >= rowsBlockBytesAim) await flush()
  }
}

/** Reads the whole file once and checks its hash. Throws `BACKUP_DAMAGED` or `BACKUP_UNREADABLE`. */
export async function readManifest(path: string): Promise<Manifest> {
  await checkWhole(path)
  for await (const { kind, payload } of blocksOf(path)) {
    if (kind === 'M') return manifestSchema.parse(JSON.parse(payload.toString()))
  }
  throw damaged(path, 'it has no manifest')
}

export type RestoreTable = (head: TableHead, rows: AsyncGenerator<Buffer, void>) => Promise<number>

/** Hands each table's rows to `restore`, then checks their number and hash. The file must have passed `readManifest`. */
export async function readTables(path: string, restore: RestoreTable): Promise<void> {
  const blocks = blocksOf(path)
  try {
    for (;;) {
      const first = await blocks.next()
      if (first.done === true || first.value.kind === 'M') return
      const head = tableHead.parse(JSON.parse(first.value.payload.toString()))
      const sha256 = createHash('sha256')
      const ends: TableEnd[] = []
      const rows = await restore(head, rowsOf(blocks, sha256, ends))
      const [end] = ends
      if (end === undefined || end.rows !== rows || end.sha256 !== sha256.digest('hex'))
        throw damaged(path, `the rows of ${head.table} are not those that were saved`)
    }
  } finally {
    await blocks.return(undefined)
  }
}

type Block = { readonly kind: string; readonly payload: Buffer }

async function* rowsOf(
  blocks: AsyncGenerator<Block>,
  sha256: Hash,
  ends: TableEnd[],
): AsyncGenerator<Buffer, void> {
  for (;;) {
    const next = await blocks.next()
    if (next.done === true) return
    const { kind, payload } = next.value
    if (kind === 'E') {
      ends.push(tableEnd.parse(JSON.parse(payload.toString())))
      return
    }
    const rows = await decompress(payload, { maxOutputLength: blockBytesMax })
    sha256.update(rows)
    yield rows
  }
}

async function checkWhole(path: string): Promise<void> {
  await using file = await open(path).catch((cause: Error) => {
    throw new HubError({
      code: 'BACKUP_UNREADABLE',
      message: `${path} cannot be opened: ${cause.message}.`,
      cause,
    })
  })
  const { size } = await file.stat()
  const start = Buffer.alloc(magic.length)
  await file.read(start, 0, magic.length, 0)
  if (!start.equals(magic)) throw damaged(path, 'it does not begin like a backup')
  const sha256 = createHash('sha256')
  const chunk = Buffer.allocUnsafe(readBytes)
  const end = size - digestBytes
  for (let at = 0; at < end;) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, end - at), at)
    if (bytesRead === 0) throw damaged(path, 'it ends too early')
    sha256.update(chunk.subarray(0, bytesRead))
    at += bytesRead
  }
  const told = Buffer.alloc(digestBytes)
  await file.read(told, 0, digestBytes, Math.max(0, end))
  if (!sha256.digest().equals(told))
    throw damaged(path, 'its SHA-256 is another than when it was written')
}

async function* blocksOf(path: string): AsyncGenerator<Block> {
  await using file = await open(path)
  const end = (await file.stat()).size - digestBytes
  const head = Buffer.alloc(headBytes)
  for (let at = magic.length; at < end;) {
    await file.read(head, 0, headBytes, at)
    const length = head.readUInt32BE(1)
    if (length > blockBytesMax) throw damaged(path, `a block claims ${length} bytes`)
    const payload = Buffer.alloc(length)
    const { bytesRead } = await file.read(payload, 0, length, at + headBytes)
    if (bytesRead < length) throw damaged(path, 'it ends inside a block')
    yield { kind: head.toString('latin1', 0, 1), payload }
    at += headBytes + length
  }
}

function damaged(path: string, reason: string): HubError {
  return new HubError({
    code: 'BACKUP_DAMAGED',
    message: `${path} is damaged: ${reason}.`,
    hint: 'Nothing was restored from it. Take another backup, or another copy of this one.',
  })
}
