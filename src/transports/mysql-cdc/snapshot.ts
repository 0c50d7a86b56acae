/** Every row as it stands, read in one transaction that locks nothing. */
import type { Connection, FieldPacket, RowDataPacket } from 'mysql2/promise'
import { limits } from '#model/limits.ts'
import { backquoted } from '../database/mysql.ts'
import type { Report } from '../follower.ts'
import type { Host } from '../port.ts'
import { changeRecord, type Origin, plainRow } from './records.ts'
import type { Place } from './place.ts'

const rowsAtOnce = 1000

/**
 * Takes the rows. `place` was noted before: changes between it and the rows come a second time, as changes, which is why
 * no lock is needed.
 */
export async function readRows(
  connection: Connection,
  tables: readonly string[],
  origin: Origin,
  place: Place,
  host: Host,
  report: Report,
): Promise<void> {
  await connection.query('set session transaction isolation level repeatable read')
  await connection.query('start transaction with consistent snapshot')
  for (const table of tables) {
    const order = await keyOf(connection, origin.database, table)
    let after: readonly unknown[] | null = null
    while (!report.signal.aborted) {
      const rows = await portion(connection, table, order, after)
      const records = rows.map((row) =>
        changeRecord(
          origin,
          table,
          { op: 'r', before: null, after: plainRow(row) },
          place,
          host.now(),
        ),
      )
      await takeAll(host, report, records)
      if (rows.length < rowsAtOnce || order.length === 0) break
      after = order.map((column) => rows.at(-1)![column])
    }
  }
  await connection.query('commit')
}

/** Columns of the primary key; none where there is none: then the table is read in one go. */
async function keyOf(connection: Connection, database: string, table: string): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select column_name as name from information_schema.key_column_usage
     where table_schema = ? and table_name = ? and constraint_name = 'PRIMARY' order by ordinal_position`,
    [database, table],
  )
  return rows.map((row) => String(row['name']))
}

async function portion(
  connection: Connection,
  table: string,
  order: readonly string[],
  after: readonly unknown[] | null,
): Promise<RowDataPacket[]> {
  if (order.length === 0)
    return (await connection.query<RowDataPacket[]>(`select * from ${backquoted(table)}`))[0]
  const columns = order.map(backquoted).join(', ')
  const behind = after === null ? '' : ` where (${columns}) > (${after.map(() => '?').join(', ')})`
  const [rows]: [RowDataPacket[], FieldPacket[]] = await connection.query<RowDataPacket[]>(
    `select * from ${backquoted(table)}${behind} order by ${columns} limit ${rowsAtOnce}`,
    after === null ? [] : [...after],
  )
  return rows
}

async function takeAll(host: Host, report: Report, records: readonly string[]): Promise<void> {
  let lines: string[] = []
  let length = 0
  const take = async () => {
    if (lines.length === 0) return
    await host.take(Buffer.from(lines.join('')))
    report.taken()
    lines = []
    length = 0
  }
  for (const record of records) {
    lines.push(`${record}\n`)
    length += record.length
    if (length >= limits.receiptBytesAim) await take()
  }
  await take()
  report.heard()
}
