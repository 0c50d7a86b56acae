/** Connections to a PostgreSQL of another system. */
import pg, { type ClientConfig } from 'pg'
import type { Host } from '../port.ts'
import { reach, type Server } from './options.ts'

const connectMsMax = 15_000
const queryMsMax = 120_000

/** Everything `pg` needs; secrets are read anew. */
export async function postgresConfig(
  host: Pick<Host, 'secret'>,
  server: Server,
): Promise<ClientConfig> {
  return {
    ...(await reach(host, server, 5432)),
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    application_name: 'orderhub',
  }
}

/**
 * Runs `use` on a connection that can only read, and that the server ends when a statement takes too long. Times come and
 * go as ISO text in UTC.
 */
export async function withPostgres<T>(
  config: ClientConfig,
  signal: AbortSignal,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...config,
    options: `-c default_transaction_read_only=on -c statement_timeout=${queryMsMax} -c timezone=UTC -c datestyle=ISO`,
  })
  client.on('error', () => undefined)
  const stop = () => void client.end().catch(() => undefined)
  await client.connect()
  signal.addEventListener('abort', stop)
  try {
    return await use(client)
  } finally {
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => undefined)
  }
}

/** `schema.table` or `column`, quoted. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}
