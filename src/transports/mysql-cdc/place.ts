/** Where in a server's binary log we stand: file and offset, and its global transaction ids where it has them. */
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { HubError } from '#model/error.ts'

/** `gtid` is '' where the server has none; with it, another server of the same topology can go on. */
export type Place = { readonly file: string; readonly offset: number; readonly gtid: string }

export function placeOf(mark: string): Place {
  return JSON.parse(mark) as Place
}

export function markOf(place: Place): string {
  return JSON.stringify(place)
}

/** A number that grows with the log: the file's number and the offset in it. */
export function placeNumber({ file, offset }: Place): number {
  const number = Number(/(\d+)$/.exec(file)?.[1] ?? 0)
  return (number % 2 ** 16) * 2 ** 36 + offset
}

async function variable(connection: Connection, name: string): Promise<string> {
  const [rows] = await connection
    .query<RowDataPacket[]>(`select @@global.${name} as value`)
    .catch(() => [[]] as [RowDataPacket[]])
  return String(rows[0]?.['value'] ?? '')
}

/** Refuses a server whose log does not hold whole rows. */
export async function checkLog(connection: Connection): Promise<void> {
  const wanted = { log_bin: '1', binlog_format: 'ROW', binlog_row_image: 'FULL' }
  for (const [name, value] of Object.entries(wanted)) {
    const found = await variable(connection, name)
    if (found === value) continue
    throw new HubError({
      code: 'CDC_LOG_UNFIT',
      message: `The server has ${name} = ${found}, not ${value}.`,
      hint: 'Set log_bin, binlog_format = ROW and binlog_row_image = FULL in the server’s configuration.',
    })
  }
}

/** Where the log ends now. */
export async function endOfLog(connection: Connection): Promise<Place> {
  const [rows] = await connection
    .query<RowDataPacket[]>('show master status')
    .catch(() => connection.query<RowDataPacket[]>('show binary log status'))
  const row = rows[0]
  if (row === undefined)
    throw new HubError({ code: 'CDC_LOG_UNFIT', message: 'The server tells no place in its log.' })
  const gtid =
    (await variable(connection, 'gtid_binlog_pos')) || (await variable(connection, 'gtid_executed'))
  return {
    file: String(row['File']),
    offset: Number(row['Position']),
    gtid: gtid.replaceAll(/\s/g, ''),
  }
}
