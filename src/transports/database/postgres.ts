/** Connections to a PostgreSQL of another system. */
import pg, { type ClientConfig } from 'pg'
import type { Host } from '../port.ts'
import { settingText } from '../secret.ts'
import { type Server, tlsOf } from './options.ts'

const connectMsMax = 15_000
const queryMsMax = 120_000

/** Everything `pg` needs; secrets are read anew. */
export async function postgresConfig(
  { secret }: Pick<Host, 'secret'>,
  server: Server,
): Promise<ClientConfig> {
  const [host, user, database] = await Promise.all(
    [server.host, server.user, server.database].map((value) => settingText(secret, value)),
  )
  const mode = tlsOf(server, host!)
  const ca = server.ca === undefined ? {} : { ca: await secret(server.ca) }
  return {
    host: host!,
    user: user!,
    database: database!,
    port: server.port ?? 5432,
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    application_name: 'orderhub',
    ...(server.password && { password: await secret(server.password) }),
    ...(mode !== 'none' && { ssl: { rejectUnauthorized: mode === 'verify', ...ca } }),
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
