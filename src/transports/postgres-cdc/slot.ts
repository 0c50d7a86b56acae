/** The slot by which the other database keeps its log for us, and the publication that says of which tables. */
import type { Client } from 'pg'
import { HubError } from '#model/error.ts'
import type { Position } from '../port.ts'
import { quoted } from '../database/postgres.ts'
import { lsnNumber } from './lsn.ts'

/**
 * `usable`: changes behind our position will come. `lost`: some may not, and why.
 * `lagBytes`: how much log the server keeps for us that we have not confirmed.
 */
export type SlotState =
  | { readonly kind: 'usable'; readonly lagBytes: number }
  | { readonly kind: 'lost'; readonly why: string }

type Row = {
  plugin: string
  slot_type: string
  wal_status: string | null
  confirmed: string | null
  current: string
  database: string | null
  here: string
}

/** How our position and the slot fit together. A confirmation may stand one byte behind a position. */
export async function slotState(
  client: Client,
  slot: string,
  position: Position,
): Promise<SlotState> {
  const { rows } = await client.query<Row>(
    `select plugin, slot_type, wal_status, confirmed_flush_lsn::text as confirmed,
       (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as current,
       database, current_database() as here
     from pg_replication_slots where slot_name = $1`,
    [slot],
  )
  const row = rows[0]
  if (row === undefined) return { kind: 'lost', why: `the slot ${slot} is gone` }
  if (row.slot_type !== 'logical' || row.plugin !== 'pgoutput' || row.database !== row.here) {
    throw new HubError({
      code: 'CDC_SLOT_FOREIGN',
      message: `The slot ${slot} is not ours: it is ${row.slot_type}, of ${row.plugin}, in ${row.database}.`,
      hint: 'Name another slot.',
    })
  }
  if (row.wal_status === 'lost' || row.confirmed === null)
    return { kind: 'lost', why: `the server gave up the log of the slot ${slot}` }
  const current = lsnNumber(row.current)
  if (lsnNumber(row.confirmed) > position.value + 1)
    return { kind: 'lost', why: `the slot ${slot} was made anew or moved on by somebody else` }
  if (current < position.value)
    return { kind: 'lost', why: 'the database was restored to an earlier time' }
  return { kind: 'usable', lagBytes: current - lsnNumber(row.confirmed) }
}

/** Removes the slot if it is there; it may be a moment before a broken connection lets go of it. */
export async function dropSlot(client: Client, slot: string): Promise<void> {
  await client.query(
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
    [slot],
  )
}

/** Makes sure that the publication exists and holds the tables. */
export async function ensurePublication(
  client: Client,
  publication: string,
  tables: readonly string[],
): Promise<void> {
  const found = await client.query('select from pg_publication where pubname = $1', [publication])
  if (found.rowCount === 0) {
    const list = tables.map(quoted).join(', ')
    await client
      .query(`create publication ${quoted(publication)} for table ${list}`)
      .catch((cause: Error) => {
        throw new HubError({
          code: 'CDC_NO_PUBLICATION',
          message: `The publication ${publication} is not there and cannot be made: ${cause.message}.`,
          hint: `Let the owner of the tables run: create publication ${publication} for table ${tables.join(', ')}`,
          cause,
        })
      })
  }
  const published = await publishedTables(client, publication)
  const names = new Set(published.flatMap(({ schema, name }) => [`${schema}.${name}`, name]))
  const missing = tables.filter((table) => !names.has(table))
  if (missing.length === 0) return
  throw new HubError({
    code: 'CDC_NOT_PUBLISHED',
    message: `The publication ${publication} does not hold ${missing.join(', ')}.`,
    hint: `Run: alter publication ${publication} add table ${missing.join(', ')}`,
  })
}

export type Table = { readonly schema: string; readonly name: string }

export async function publishedTables(client: Client, publication: string): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select schemaname::text as schema, tablename::text as name from pg_publication_tables
     where pubname = $1 order by 1, 2`,
    [publication],
  )
  return rows
}
