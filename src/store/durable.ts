/** No promise holds on a server that may forget what it has committed. */
import type { ClientBase } from 'pg'
import { HubError } from '#model/error.ts'

const wanted: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  data_checksums: ['on'],
  // `remote_*` wait for a replica on top of the local flush.
  synchronous_commit: ['on', 'remote_write', 'remote_apply'],
}

/** Throws `DATABASE_NOT_DURABLE`, naming every setting that could lose a committed transaction. */
export async function assertDurable(client: Pick<ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [Object.keys(wanted)],
  )
  const found = new Map(rows.map(({ name, setting }) => [name, setting]))
  const wrong = Object.entries(wanted)
    .filter(([name, values]) => !values.includes(found.get(name) ?? ''))
    .map(([name]) => `${name} = ${found.get(name) ?? 'unknown'}`)
  if (wrong.length === 0) return
  throw new HubError({
    code: 'DATABASE_NOT_DURABLE',
    message: `The database could lose committed data: ${wrong.join(', ')}.`,
    hint: 'Switch these settings on (checksums: pg_checksums --enable on a stopped server).',
  })
}
