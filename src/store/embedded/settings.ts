/** The configuration of the embedded server: durable always, tuned for a machine of two cores and up. */
import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'

const mib = 1024 * 1024

/** Memory and disk of the machine, in bytes. */
export type Machine = { readonly memoryBytes: number; readonly diskBytes: number }

/** What the hub may use: a container's limit counts, not its host's memory. */
export function thisMachine(dir: string): Machine {
  const limit = process.constrainedMemory()
  const { blocks, bsize } = statfsSync(dir)
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return { memoryBytes, diskBytes: blocks * bsize }
}

/**
 * The whole text of `postgresql.conf`. It depends on nothing that changes between two starts, because a
 * server left running is adopted only when its settings are still the wanted ones.
 * `extra` overrides single settings; the durable ones cannot be overridden.
 */
export function serverSettings(
  { memoryBytes, diskBytes }: Machine,
  socketDir: string,
  extra: Readonly<Record<string, string>> = {},
): string {
  const memoryMb = Math.floor(memoryBytes / mib)
  const sharedMb = memoryMb >= 16_384 ? 1024 : Math.max(128, Math.min(256, memoryMb >> 4))
  const walMb = Math.max(512, Math.min(8192, Math.floor(diskBytes / mib / 16)))
  const settings: Record<string, string> = {
    shared_buffers: `${sharedMb}MB`,
    effective_cache_size: `${memoryMb >> 1}MB`,
    work_mem: '16MB',
    maintenance_work_mem: `${Math.min(256, sharedMb)}MB`,
    max_connections: '64',
    max_locks_per_transaction: '256',
    max_wal_size: `${walMb}MB`,
    min_wal_size: `${Math.min(1024, walMb >> 1)}MB`,
    wal_buffers: '32MB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    jit: 'off',
    random_page_cost: '1.1',
    effective_io_concurrency: '64',
    // Two cores belong to ingest; a screen's query must not take both.
    max_parallel_workers_per_gather: '0',
    autovacuum_naptime: '20s',
    autovacuum_vacuum_insert_scale_factor: '0.5',
    ...portable,
    ...extra,
    ...durable,
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')
}

const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }

const portable = {
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: 'ISO, YMD',
  lc_messages: 'C',
  default_text_search_config: 'pg_catalog.simple',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Another tenant's data must not leak into a log by way of a failed statement.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
}

/** Only the private socket exists, and its directory admits the hub's account alone. */
export const accessRules = 'local all all trust\n'
