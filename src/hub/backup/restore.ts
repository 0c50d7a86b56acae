/** Fills a database from a backup, in one transaction, and proves that it is what was saved. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client, PoolConfig } from 'pg'
import { stateHash } from '#flow/state-hash.ts'
import { HubError } from '#model/error.ts'
import { type Manifest, readManifest, readTables } from './archive.ts'
import { connected, keptFiles, schemaVersion, seeEverything } from './backup.ts'
import { copyIn } from './copy.ts'
import { copyTarget, quoted, readTableList, type Table } from './tables.ts'

export type RestoreOptions = {
  readonly owner: PoolConfig
  readonly dataDir: string
  readonly path: string
  /** Replaces what the database holds. */
  readonly force: boolean
  readonly log: (message: string) => void
}

export type Restored = { readonly manifest: Manifest; readonly rows: number }

/**
 * The file's hash is checked before the database is touched; each table's and the state's hash before COMMIT.
 * Throws `BACKUP_DAMAGED`, `BACKUP_NEWER`, `RESTORE_TARGET_NOT_EMPTY`, `RESTORE_DIFFERS`; then nothing has changed.
 */
export async function restore({
  owner,
  dataDir,
  path,
  force,
  log,
}: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(path)
  log(`checksum of ${path} is right; ${manifest.orders} orders as of ${manifest.createdAt}`)
  const client = await connected(owner)
  try {
    await client.query('begin')
    await seeEverything(client)
    await assertFits(client, manifest)
    const tables = await readTableList(client)
    await client.query(
      `lock table ${tables.map(({ name }) => quoted(name)).join(', ')} in access exclusive mode`,
    )
    if (!force) await assertEmpty(client)
    const rows = await fill(client, tables, path, log)
    for (const [name, value] of Object.entries(manifest.sequences))
      await client.query('select setval($1::regclass, $2)', [quoted(name), value])
    const state = await stateHash(client)
    if (state.hash !== manifest.stateHash) throw differs(manifest, state)
    await client.query('commit')
    log(`state hash is the saved one: ${state.hash}`)
    writeFiles(dataDir, manifest.files)
    return { manifest, rows }
  } finally {
    await client.end()
  }
}

/** Row-level security is lifted from the owner only inside of this transaction: COPY does not work under it. */
async function fill(
  client: Client,
  tables: readonly Table[],
  path: string,
  log: (message: string) => void,
): Promise<number> {
  const known = new Map(tables.map((table) => [table.name, table]))
  await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`)
  for (const { name } of tables)
    await client.query(`alter table ${quoted(name)} no force row level security`)
  let total = 0
  await readTables(path, async ({ table, columns }, rows) => {
    const present = known.get(table)
    if (present === undefined || columns.some((column) => !present.columns.includes(column)))
      throw new HubError({
        code: 'BACKUP_NEWER',
        message: `The backup holds ${table} with columns this program does not know.`,
      })
    const count = await copyIn(
      client,
      `copy ${copyTarget({ name: table, columns })} from stdin (format binary)`,
      rows,
    )
    log(`${table}: ${count} rows`)
    total += count
    return count
  })
  for (const { name } of tables)
    await client.query(`alter table ${quoted(name)} force row level security`)
  return total
}

async function assertFits(client: Client, { schemaVersion: saved }: Manifest): Promise<void> {
  const here = await schemaVersion(client)
  if (saved <= here) return
  throw new HubError({
    code: 'BACKUP_NEWER',
    message: `The backup is of schema ${saved}, this program knows ${here}.`,
    hint: 'Restore it with the version of the program that made it, or a newer one.',
  })
}

async function assertEmpty(client: Client): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select from receipt) as used',
  )
  if (rows[0]?.used !== true) return
  throw new HubError({
    code: 'RESTORE_TARGET_NOT_EMPTY',
    message: 'The database already holds records.',
    hint: 'Restore into a new directory with --data <dir>, or replace what is there with --force.',
  })
}

function differs({ stateHash: saved }: Manifest, { hash }: { hash: string }): HubError {
  return new HubError({
    code: 'RESTORE_DIFFERS',
    message: `The restored orders hash to ${hash}, saved was ${saved}; nothing was changed.`,
    hint: 'Keep the file and report this: its checksums are right, so it is a bug.',
  })
}

function writeFiles(dataDir: string, files: Readonly<Record<string, string>>): void {
  for (const name of keptFiles) {
    const text = files[name]
    if (text === undefined) rmSync(join(dataDir, name), { force: true })
    else writeFileSync(join(dataDir, name), text)
  }
}
