/** Brings a database to the schema of this program: numbered SQL files, forward only, each in its own transaction. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { HubError } from '#model/error.ts'
import { appRole } from './roles.ts'

export type MigrateOptions = {
  /** Holds `0001-what-it-does.sql` and its followers, without gaps. */
  readonly folder?: string
  readonly log?: (message: string) => void
  /** How long one statement may wait for a lock before the migration gives up. */
  readonly lockTimeoutMs?: number
}

/** `applied` holds the numbers run now, in order; `version` is the schema's number afterwards. */
export type Migrated = { readonly applied: readonly number[]; readonly version: number }

type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly sha256: string
}
type Applied = { readonly number: number; readonly name: string; readonly sha256: string }

const ownFolder = join(import.meta.dirname, 'migrations')
/** Any number, the same for every hub: two hubs never migrate one database at the same time. */
const advisoryLock = 4_711_001

/**
 * Runs what is missing as `owner`, the role that will own the tables, and creates the program's role first.
 * Throws coded errors: `MIGRATION_CHANGED`, `MIGRATION_MISSING`, `DATABASE_NEWER`, `MIGRATION_FAILED`,
 * `APP_ROLE_TOO_STRONG`. A failed migration leaves the database as the one before it.
 */
export async function migrate(
  owner: ClientConfig,
  options: MigrateOptions = {},
): Promise<Migrated> {
  const { folder = ownFolder, log = () => undefined, lockTimeoutMs = 10_000 } = options
  const migrations = readMigrations(folder)
  const client = new Client(owner)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock])
    await ensureAppRole(client)
    await client.query(migrationTable)
    const { rows: applied } = await client.query<Applied>(
      'select number, name, sha256 from migration order by number',
    )
    assertUnchanged(applied, migrations)
    const missing = migrations.slice(applied.length)
    for (const migration of missing) {
      log(`migrating the database: ${migration.name}`)
      await apply(client, migration, lockTimeoutMs)
    }
    return { applied: missing.map(({ number }) => number), version: migrations.length }
  } finally {
    await client.end()
  }
}

const migrationTable = `
  create table if not exists migration (
    number int primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`

/** Reads `NNNN-name.sql` in order; a gap or a double number is refused. */
function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.toSorted().map((name, index) => {
    const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1])
    if (number !== index + 1) {
      throw new HubError({
        code: 'MIGRATION_MISSING',
        message: `The migration ${name} stands where number ${index + 1} is expected.`,
        hint: 'Name migrations 0001-what-it-does.sql, 0002-..., without gaps or doubles.',
      })
    }
    const sql = readFileSync(join(folder, name), 'utf8')
    return { number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
  })
}

function assertUnchanged(applied: readonly Applied[], migrations: readonly Migration[]): void {
  if (applied.length > migrations.length) {
    throw new HubError({
      code: 'DATABASE_NEWER',
      message: `The database is at migration ${applied.length}, this program knows ${migrations.length}.`,
      hint: 'Start the program version that migrated it, or a newer one.',
    })
  }
  for (const [index, { name, sha256 }] of applied.entries()) {
    if (migrations[index]?.sha256 === sha256) continue
    throw new HubError({
      code: 'MIGRATION_CHANGED',
      message: `The migration ${name} was changed after it had run on this database.`,
      hint: 'Restore the file and write the change as a new migration; in development, start with new data.',
    })
  }
}

async function apply(client: Client, migration: Migration, lockTimeoutMs: number): Promise<void> {
  const { number, name, sql, sha256 } = migration
  try {
    await client.query('begin')
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`)
    await client.query(sql)
    await client.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [
      number,
      name,
      sha256,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    const place = placeIn(sql, cause)
    throw new HubError({
      code: 'MIGRATION_FAILED',
      message: `The migration ${name} failed${place}: ${reason}`,
      hint: 'The database is as it was before this migration. Fix the cause, then start again.',
      cause,
    })
  }
}

/** PostgreSQL counts characters from 1; people count lines. */
function placeIn(sql: string, error: unknown): string {
  const position = Number((error as { position?: string }).position)
  return position > 0 ? ` at line ${sql.slice(0, position).split('\n').length}` : ''
}

/** Roles belong to the whole server, so another database's migration may create it at the same moment. */
async function ensureAppRole(client: Client): Promise<void> {
  await client.query(`
    do $$
    begin
      if not exists (select from pg_roles where rolname = '${appRole}') then
        create role ${appRole} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
      end if;
    exception when duplicate_object or unique_violation then null;
    end
    $$`)
  const { rowCount } = await client.query(
    'select from pg_roles where rolname = $1 and (rolsuper or rolbypassrls or rolcreaterole)',
    [appRole],
  )
  if (rowCount === 0) return
  throw new HubError({
    code: 'APP_ROLE_TOO_STRONG',
    message: `The role ${appRole} may bypass row-level security.`,
    hint: `Run "alter role ${appRole} nosuperuser nobypassrls nocreaterole" as a superuser.`,
  })
}
