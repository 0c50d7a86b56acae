/** The web page: built into dist/ui from ui/ when it is missing or older than its sources. */
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { InlineConfig } from 'vite'
import { project } from './config.ts'

/** `dir`: what to serve, undefined when there is no page. */
export type Page = {
  readonly dir: string | undefined
  readonly state: 'built' | 'up to date' | 'stale' | 'missing'
  readonly problem?: string
}

const sources = ['ui', 'package-lock.json']
/** What only tests and development use does not make a page stale. */
const ignored = new Set(['node_modules', 'mock'])

/** Never throws: without a page the hub still has its API. */
export async function ensurePage(root = project): Promise<Page> {
  const dir = join(root, 'dist', 'ui')
  const index = join(dir, 'index.html')
  const builtMs = existsSync(index) ? statSync(index).mtimeMs : 0
  const newestMs = Math.max(...sources.map((name) => newestOf(join(root, name))))
  if (builtMs > 0 && builtMs >= newestMs) return { dir, state: 'up to date' }
  try {
    await build(join(root, 'ui', 'vite.config.ts'))
    return { dir, state: 'built' }
  } catch (error) {
    const problem = reasonOf(error)
    return builtMs > 0
      ? { dir, state: 'stale', problem }
      : { dir: undefined, state: 'missing', problem }
  }
}

type Vite = { readonly build: (config: InlineConfig) => Promise<unknown> }

/** Vite is a package of developers; it is looked for only when it is needed. */
async function build(configFile: string): Promise<void> {
  const path = createRequire(import.meta.url).resolve('vite')
  const vite = (await import(pathToFileURL(path).href)) as Vite
  await vite.build({ configFile, logLevel: 'silent', clearScreen: false })
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return 'the packages that build it are not installed (npm install --include=dev)'
  return message.split('\n')[0] ?? 'unknown'
}

function newestOf(path: string): number {
  if (!existsSync(path)) return 0
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  const entries: Dirent[] = readdirSync(path, { withFileTypes: true })
  const inside = entries
    .filter(({ name }) => !ignored.has(name) && !/\.test\.tsx?$/.test(name))
    .map((entry) => newestOf(join(path, entry.name)))
  return Math.max(0, ...inside)
}
