/** The cluster on disk: created whole or not at all, with our settings and nobody else's. */
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { HubError } from '#model/error.ts'
import type { Account } from './account.ts'
import { type Home, clusterArgument, makePrivate } from './home.ts'
import { accessRules } from './settings.ts'

/** The initdb superuser: owns the schema, runs migrations, and is never the program's own role. */
export const ownerRole = 'orderhub_owner'
const majorVersion = '18'

/** Creates the cluster on first use (under another name, then renamed), and checks its version. */
export async function ensureCluster(home: Home, log: (message: string) => void): Promise<void> {
  if (!existsSync(home.clusterDir)) {
    log('creating the database (once)')
    const unfinished = `${home.clusterDir}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    makePrivate(unfinished, home.account)
    await initialise(home, unfinished)
    renameSync(unfinished, home.clusterDir)
  }
  takeOver(home)
  const version = readFileSync(join(home.clusterDir, 'PG_VERSION'), 'utf8').trim()
  if (version === majorVersion) return
  throw new HubError({
    code: 'DATABASE_VERSION_DIFFERS',
    message: `The database in ${home.dataDir} was written by PostgreSQL ${version}; this hub runs ${majorVersion}.`,
    hint: 'Export it with the hub that wrote it, or choose another directory with --data.',
  })
}

/** Writes the settings and access rules; true when they differ from those on disk. */
export function writeSettings(home: Home, settings: string): boolean {
  const files = { 'postgresql.conf': settings, 'pg_hba.conf': accessRules }
  const changed = Object.entries(files).filter(([name, wanted]) => {
    return readFileSync(join(home.clusterDir, name), 'utf8') !== wanted
  })
  for (const [name, wanted] of changed) writeFileSync(join(home.clusterDir, name), wanted)
  return changed.length > 0
}

async function initialise({ engine, account }: Home, dir: string): Promise<void> {
  const where = clusterArgument(dir, account)
  const locale = '--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 -E UTF8'.split(' ')
  const initdb = spawn(
    engine.initdb,
    [
      '-D',
      where,
      '-U',
      ownerRole,
      '-A',
      'trust',
      '--data-checksums',
      '--no-instructions',
      ...locale,
    ],
    { cwd: dir, env: { TZ: 'UTC' }, stdio: ['ignore', 'ignore', 'pipe'], ...account.switchTo },
  )
  const exit = new Promise<number | null>((resolve, reject) => {
    initdb.once('error', reject)
    initdb.once('close', resolve)
  })
  const [code, complaint] = await Promise.all([exit, text(initdb.stderr)])
  if (code === 0) return
  throw new HubError({
    code: 'DATABASE_INIT_FAILED',
    message: `PostgreSQL could not create a database in ${dir}: ${complaint.trim()}`,
    hint: 'Check that the disk has room and that its file system keeps owners and permissions.',
  })
}

/** A cluster copied by root (a restored backup) belongs to root; give it to the account that runs it. */
function takeOver({ clusterDir, account: { uid, gid, switchTo } }: Home): void {
  if (switchTo && lstatSync(clusterDir).uid !== uid) giveTo(clusterDir, { uid, gid })
  chmodSync(clusterDir, 0o700)
}

function giveTo(dir: string, ids: Pick<Account, 'uid' | 'gid'>): void {
  chownSync(dir, ids.uid, ids.gid)
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) giveTo(path, ids)
    else if (entry.isFile()) chownSync(path, ids.uid, ids.gid)
  }
}
