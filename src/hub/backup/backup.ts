/** One consistent file of everything the database holds, taken while the hub works. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type PoolConfig } from 'pg'
import { stateHash } from '#flow/state-hash.ts'
import { types } from '#store/client.ts'
import { type Manifest, writeArchive } from './archive.ts'
import { copyOut } from './copy.ts'
import { copyTarget, readTableList } from './tables.ts'

export type BackupOptions = {
  readonly owner: PoolConfig
  readonly dataDir: string
  readonly path: string
  readonly now: () => number
  readonly log: (message: string) => void
}

export type BackedUp = Manifest & { readonly path: string; readonly bytes: number }

/** Small files beside the database that belong to its state. */
export const keptFiles = ['demo.json'] as const

/** Everything is read in one transaction, so that all of it is of one moment; writers are not held up. */
export async function backUp({ owner, dataDir, path, now, log }: BackupOptions): Promise<BackedUp> {
  const client = await connected(owner)
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    await seeEverything(client)
    return await writeArchive(path, async (archive) => {
      const state = await stateHash(client)
      const tables: Manifest['tables'] = []
      for (const table of await readTableList(client)) {
        const head = { table: table.name, columns: [...table.columns] }
        const end = await archive.table(
          head,
          copyOut(client, `copy ${copyTarget(table)} to stdout (format binary)`),
        )
        log(`${table.name}: ${end.rows} rows`)
        tables.push({ ...head, ...end })
      }
      const manifest: Manifest = {
        createdAt: new Date(now()).toISOString(),
        schemaVersion: await schemaVersion(client),
        stateHash: state.hash,
        orders: state.orders,
        batches: tables.find(({ table }) => table === 'batch')?.rows ?? 0,
        tables,
        sequences: await readSequences(client),
        files: readFiles(dataDir),
      }
      return { ...manifest, path, ...(await archive.finish(manifest)) }
    })
  } finally {
    await client.end()
  }
}

export async function connected(config: PoolConfig): Promise<Client> {
  const client = new Client({ ...config, types })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** An owner that is no superuser is under row-level security too, because it is forced. */
export async function seeEverything(client: Client): Promise<void> {
  await client.query(`set local orderhub.tenant = '1'; set local orderhub.scopes = '*'`)
}

export async function schemaVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    'select coalesce(max(number), 0) as version from migration',
  )
  return rows[0]?.version ?? 0
}

/** Sequences are outside of transactions: read last, they are never behind what the tables hold. */
async function readSequences(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string; value: number }>(
    `select sequencename as name, last_value as value from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

function readFiles(dataDir: string): Record<string, string> {
  const present = keptFiles.filter((name) => existsSync(join(dataDir, name)))
  return Object.fromEntries(
    present.map((name) => [name, readFileSync(join(dataDir, name), 'utf8')]),
  )
}
