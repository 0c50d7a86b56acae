/** Connections to a MySQL or MariaDB of another system. */
import { type Connection, createConnection } from 'mysql2/promise'
import type { Host } from '../port.ts'
import { reach, type Reached, type Server } from './options.ts'

export type MysqlConfig = Reached

const connectMsMax = 15_000
const queryMsMax = 120_000

export function mysqlConfig(host: Pick<Host, 'secret'>, server: Server): Promise<MysqlConfig> {
  return reach(host, server, 3306)
}

/** Runs `use` on a connection that can only read. Times come as text in UTC, numbers beyond 2^53 and decimals as text. */
export async function withMysql<T>(
  config: MysqlConfig,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({
    ...config,
    connectTimeout: connectMsMax,
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
    charset: 'utf8mb4',
  })
  connection.on('error', () => undefined)
  const stop = () => connection.destroy()
  signal.addEventListener('abort', stop)
  try {
    await connection
      .query(`set session transaction read only, time_zone = '+00:00'`)
      .catch(async () => {
        await connection.query('set session transaction read only')
        await connection.query(`set time_zone = '+00:00'`)
      })
    // MySQL and MariaDB have it under different names and units; the one that is none of theirs is refused.
    await connection.query(`set max_execution_time = ${queryMsMax}`).catch(() => undefined)
    await connection.query(`set max_statement_time = ${queryMsMax / 1000}`).catch(() => undefined)
    return await use(connection)
  } finally {
    signal.removeEventListener('abort', stop)
    await connection.end().catch(() => undefined)
  }
}

/** `schema.table` or `column`, quoted. */
export function backquoted(name: string): string {
  return name
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.')
}
