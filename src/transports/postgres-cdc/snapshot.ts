/** A new slot, and every row as it stands at the very place where the slot begins. */
import pg, { type ClientConfig } from 'pg'
import { limits } from '#model/limits.ts'
import { quoted } from '../database/postgres.ts'
import type { Report } from '../follower.ts'
import type { Host } from '../port.ts'
import { type Origin, snapshotRecord } from './records.ts'
import { publishedTables, type Table } from './slot.ts'
import { valueOf } from './values.ts'

export type Snapshot = {
  readonly config: ClientConfig
  readonly host: Host
  readonly origin: Origin
  readonly slot: string
  readonly publication: string
  /** False: the slot alone. */
  readonly withRows: boolean
  readonly report: Report
}

const rowsAtOnce = 1000

/** Makes the slot and takes the rows; gives the place where changes go on. The slot is lost again when this fails. */
export async function makeSlot(snapshot: Snapshot): Promise<string> {
  const { config, slot, withRows, report } = snapshot
  await using stack = new AsyncDisposableStack()
  const keeper = new pg.Client({ ...config, replication: 'database' } as ClientConfig)
  keeper.on('error', () => undefined)
  stack.defer(() => keeper.end().catch(() => undefined))
  await keeper.connect()
  // The snapshot lives as long as this connection does nothing else.
  const { rows } = await keeper.query<{ consistent_point: string; snapshot_name: string }>(
    `CREATE_REPLICATION_SLOT ${quoted(slot)} LOGICAL pgoutput (SNAPSHOT 'export')`,
  )
  const { consistent_point: lsn, snapshot_name: name } = rows[0]!
  if (!withRows) return lsn
  const reader = new pg.Client({
    ...config,
    options: '-c timezone=UTC -c datestyle=ISO -c bytea_output=hex',
    types: { getTypeParser: () => (text: string) => text },
  })
  reader.on('error', () => undefined)
  stack.defer(() => reader.end().catch(() => undefined))
  await reader.connect()
  await reader.query(
    `begin isolation level repeatable read read only; set transaction snapshot '${name}'`,
  )
  for (const table of await publishedTables(reader, snapshot.publication)) {
    await readTable(reader, table, snapshot, lsn)
    report.signal.throwIfAborted()
  }
  return lsn
}

async function readTable(
  reader: pg.Client,
  table: Table,
  snapshot: Snapshot,
  lsn: string,
): Promise<void> {
  const { host, origin, report } = snapshot
  const atMs = host.now()
  await reader.query(
    `declare rows no scroll cursor for select * from ${quoted(`${table.schema}.${table.name}`)}`,
  )
  let lines: string[] = []
  let length = 0
  const take = async () => {
    if (lines.length > 0) await host.take(Buffer.from(lines.join('')))
    report.heard()
    report.taken(Math.min(1, lines.length))
    lines = []
    length = 0
  }
  while (!report.signal.aborted) {
    const { rows, fields } = await reader.query<(string | null)[]>({
      text: `fetch ${rowsAtOnce} from rows`,
      rowMode: 'array',
    })
    for (const row of rows) {
      const values = row.map((text, n) => [
        fields[n]!.name,
        text === null ? null : valueOf(fields[n]!.dataTypeID, text),
      ])
      const line = `${snapshotRecord(origin, table, Object.fromEntries(values), lsn, atMs)}\n`
      lines.push(line)
      length += line.length
      if (length >= limits.receiptBytesAim) await take()
    }
    if (rows.length < rowsAtOnce) break
  }
  await take()
  await reader.query('close rows')
}
