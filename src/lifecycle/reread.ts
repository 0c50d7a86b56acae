/** Stored receipts of one source through two mappings, side by side. */
import type pg from 'pg'
import { parseSafely } from '#flow/parse.ts'
import { createPause } from '#flow/pause.ts'
import { silent } from '#flow/hub.ts'
import type { Found, Mapped } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'
import { unpackReceipt } from '#store/unpack.ts'

/** One record as both read it; `before` is null where nothing runs yet. */
export type Twice = { readonly before: Mapped | null; readonly after: Mapped | null }

export type Progress = (done: number, total: number) => void

type Row = {
  receipt_key: number
  received_at: Date
  context: string | null
  packed: boolean
  bytes: Buffer
}

const pageRows = 64

/** Tells `heard` of every record in the order received; returns how many receipts there were. */
export async function readTwice(
  pool: pg.Pool,
  access: Access,
  current: Source | null,
  candidate: Source,
  heard: (record: Twice) => void,
  progress: Progress,
): Promise<number> {
  const { keys, total } = await receiptsOf(pool, access, candidate.name)
  const pause = createPause()
  let done = 0
  for (let after = 0; ;) {
    const rows = await readPage(pool, access, keys, after)
    if (rows.length === 0) return done
    for (const row of rows) {
      for (const record of await mapTwice(row, current, candidate)) {
        heard(record)
        if (pause.due()) await pause.take()
      }
      done++
    }
    after = rows.at(-1)!.receipt_key
    progress(done, Math.max(done, total))
  }
}

async function receiptsOf(pool: pg.Pool, access: Access, source: string) {
  return withAccess(pool, access, async (client) => {
    const mappings = await client.query<{ key: number }>(
      'select mapping_key as key from mapping where tenant_key = $1 and source = $2',
      [access.tenant, source],
    )
    const keys = mappings.rows.map(({ key }) => key)
    const count = await client.query<{ total: number }>(
      'select count(*) as total from receipt where mapping_key = any($1)',
      [keys],
    )
    return { keys, total: count.rows[0]!.total }
  })
}

async function readPage(
  pool: pg.Pool,
  access: Access,
  mappings: readonly number[],
  after: number,
): Promise<Row[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<Row>(
      `select receipt_key, received_at, context, packed, bytes from receipt
       where receipt_key > $1 and mapping_key = any($2) order by receipt_key limit ${pageRows}`,
      [after, mappings],
    ),
  )
  return rows
}

async function mapTwice(row: Row, current: Source | null, candidate: Source): Promise<Twice[]> {
  const bytes = unpackReceipt(row)
  const context = row.context ?? undefined
  const at = row.received_at.getTime()
  const read = (source: Source) => parseSafely(source.format, source.formatOptions, bytes, context)
  const mapped = (source: Source, found: Found | undefined): Mapped | null => {
    if (found === undefined) return null
    const made = source.map(found, at)
    return source.shadow ? silent(made) : made
  }
  const after = await read(candidate)
  const before =
    current === null ? [] : sameReading(current, candidate) ? after : await read(current)
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => ({
    before: current === null ? null : mapped(current, before[i]),
    after: mapped(candidate, after[i]),
  }))
}

function sameReading(a: Source, b: Source): boolean {
  return (
    a.format.name === b.format.name &&
    JSON.stringify(a.formatOptions) === JSON.stringify(b.formatOptions)
  )
}
