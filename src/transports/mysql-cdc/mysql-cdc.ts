/**
 * Follows the changes of a MySQL or MariaDB by its binary log. A position is the end of a transaction there, committed with
 * its changes here. A server that has thrown away the log behind it makes every row be read again.
 */
import { createHash } from 'node:crypto'
import { type Connection, createConnection } from 'mysql2/promise'
import { mysqlConfig, type MysqlConfig } from '../database/mysql.ts'
import { type Report, sentenceOf, startFollower } from '../follower.ts'
import type { Host, RunningTransport } from '../port.ts'
import { type MysqlCdcOptions, mysqlCdcOptions } from './options.ts'
import { checkLog, endOfLog, markOf, placeNumber } from './place.ts'
import type { Origin } from './records.ts'
import { readRows } from './snapshot.ts'
import { follow } from './stream.ts'

const stream = 'binlog'
/** The mark while rows are being read begins with it, and goes on with why; a reading that breaks off begins anew. */
const unfinished = 'reading rows: '
const firstTime = 'nothing was taken yet'
const connectMsMax = 15_000

/** Starts following. Throws a sentence for options that are wrong. */
export function startMysqlCdc(host: Host, raw: unknown): RunningTransport {
  const options = mysqlCdcOptions(raw)
  return startFollower(host, 'mysql-cdc', (report) => session(host, options, report))
}

/** From connecting until it breaks or is to stop. */
async function session(host: Host, options: MysqlCdcOptions, report: Report): Promise<number> {
  const config = await mysqlConfig(host, options)
  const connection = await connect(config)
  try {
    report.heard()
    await checkLog(connection)
    const origin = await originOf(connection, host, config)
    let position = await host.positionOf(stream)
    const why = position === null ? firstTime : whyUnfinished(position.mark)
    if (why !== null) {
      if (why !== firstTime)
        report.alarm(
          `${why}: all rows are read again; what happened in between, and deletions, are missing`,
        )
      await host.remember(stream, { value: 0, mark: unfinished + why })
      report.state('reading')
      const place = await endOfLog(connection)
      if (why !== firstTime || options.snapshot === 'initial')
        await readRows(connection, options.tables, origin, place, host, report)
      report.signal.throwIfAborted()
      position = { value: placeNumber(place), mark: markOf(place) }
      await host.remember(stream, position)
    }
    await follow({
      config,
      host,
      origin,
      tables: options.tables,
      serverId: options.serverId ?? serverIdOf(host.source.name),
      stream,
      position: position!,
      report,
      watchMs: options.watchSeconds * 1000,
      endOfLog: () => endOfLog(connection),
    })
    return 0
  } catch (error) {
    // The next session reads the rows.
    if (isLost(error))
      await host.remember(stream, { value: 0, mark: unfinished + lostBecause(error) })
    throw error
  } finally {
    connection.destroy()
  }
}

function whyUnfinished(mark: string): string | null {
  return mark.startsWith(unfinished) ? mark.slice(unfinished.length) : null
}

/** ER_MASTER_FATAL_ERROR_READING_BINLOG, and MariaDB's two for a position that lies in no log. */
function isLost(error: unknown): boolean {
  return [1236, 1945, 1955].includes((error as { errno?: number }).errno ?? 0)
}

function lostBecause(error: unknown): string {
  return `the server has not kept its log (${sentenceOf(error).slice(0, 200)})`
}

async function connect(config: MysqlConfig): Promise<Connection> {
  const connection = await createConnection({
    ...config,
    connectTimeout: connectMsMax,
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
    charset: 'utf8mb4',
  })
  connection.on('error', () => undefined)
  await connection.query(`set time_zone = '+00:00'`)
  return connection
}

async function originOf(
  connection: Connection,
  host: Host,
  { database }: MysqlConfig,
): Promise<Origin> {
  const [rows] = await connection.query('select version() as version')
  const { version } = (rows as { version: string }[])[0]!
  const connector = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  return { name: host.source.name, database, connector }
}

/** Above what people number their servers with. */
function serverIdOf(name: string): number {
  return (
    1_000_000_000 + (createHash('sha256').update(name).digest().readUInt32BE(0) % 1_000_000_000)
  )
}
