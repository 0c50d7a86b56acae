/** Is this machine fit to run a hub? */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { project } from '#hub/config.ts'
import { chooseAccount } from '#store/embedded/account.ts'
import { findEngine } from '#store/embedded/engine.ts'
import { fail, type Finding, look, ok, warn } from './finding.ts'

const nodeMajorWanted = 26
const nodeMajorMin = 24
const diskBytesWarn = 2e9
const diskBytesFail = 2e8
const memoryBytesWarn = 1.5e9

/** Node, packages, PostgreSQL's programs, chromium, memory, clock. */
export function examineMachine(clusterDir: string): Promise<Finding[]> {
  const install = 'Run "npm start" once: it installs what is missing.'
  return Promise.all([
    look('node', install, node),
    look('packages', install, packages),
    look('postgres', 'Run "npm start" once, or name a database of your own: databaseUrl.', () =>
      postgres(clusterDir),
    ),
    look('memory', '', memory),
    look('chromium', '', chromium),
    look('clock', 'Set the clock (timedatectl set-ntp true).', clock),
  ])
}

function node(): Finding {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const text = `${process.version} at ${process.execPath}`
  if (major >= nodeMajorWanted) return ok('node', text)
  if (major >= nodeMajorMin)
    return warn('node', text, `It works; ${nodeMajorWanted} is what the hub is measured with.`)
  return fail('node', text, `Run ./orderhub, which finds the pinned Node ${nodeMajorWanted}.`)
}

type Manifest = Readonly<
  Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>> | undefined>
>

function packages(): Finding {
  const manifest = readJson(join(project, 'package.json')) as Manifest
  const wrong = (names: Readonly<Record<string, string>> = {}) =>
    Object.entries(names)
      .filter(([name, version]) => versionOf(name) !== version)
      .map(([name]) => name)
  const needed = wrong(manifest.dependencies)
  const dev = wrong(manifest.devDependencies)
  if (needed.length > 0)
    return fail(
      'packages',
      `missing or of another version: ${needed.join(', ')}`,
      'Run "npm start" once: it installs what is missing.',
    )
  if (dev.length > 0)
    return warn(
      'packages',
      `only for building and tests, missing: ${dev.slice(0, 5).join(', ')}`,
      'Needed to build the page: npm install --include=dev',
    )
  return ok('packages', 'all of package.json, in its versions')
}

function versionOf(name: string): string | undefined {
  const file = join(project, 'node_modules', name, 'package.json')
  return existsSync(file) ? (readJson(file) as { version: string }).version : undefined
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function postgres(clusterDir: string): Finding {
  const account = chooseAccount(clusterDir)
  const { postgres: program } = findEngine(account)
  const as =
    account.switchTo === undefined
      ? 'as you'
      : `as the account with uid ${account.uid}, because you are root`
  return ok('postgres', `${program}, run ${as}`)
}

function memory(): Finding {
  const limit = process.constrainedMemory()
  const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const text = `${(bytes / 1e9).toFixed(1)} GB`
  return bytes < memoryBytesWarn
    ? warn('memory', text, 'It will do for a trial; 2 GB are better.')
    : ok('memory', text)
}

function chromium(): Finding {
  const named =
    process.env['ORDERHUB_CHROMIUM'] ??
    ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(Boolean)
  if (named !== undefined) return ok('chromium', named)
  return warn('chromium', 'not here', 'Only the page tests need it: apt-get install chromium')
}

function onPath(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A clock that is behind the program's own files is wrong for sure; a little drift cannot be seen from inside. */
function clock(): Finding {
  const now = Date.now()
  const writtenMs = statSync(join(project, 'package.json')).mtimeMs
  const text = new Date(now).toISOString()
  if (now < writtenMs)
    return fail(
      'clock',
      `${text} is before this program was written`,
      'Set the clock (timedatectl set-ntp true).',
    )
  return ok('clock', text)
}

/** Room where the data is, or will be. */
export function examineDisk(dataDir: string): Finding {
  let dir = dataDir
  while (!existsSync(dir)) dir = dirname(dir)
  const { bavail, bsize } = statfsSync(dir)
  const free = bavail * bsize
  const text = `${(free / 1e9).toFixed(1)} GB free at ${dir}`
  if (free < diskBytesFail)
    return fail('disk', text, 'Make room: PostgreSQL stops when it cannot write.')
  return free < diskBytesWarn
    ? warn('disk', text, 'Make room, or choose another disk with --data.')
    : ok('disk', text)
}
