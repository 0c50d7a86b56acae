import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Source } from '#model/source.ts'
import type { SourceFiles } from '#mapping/check.ts'
import { compileSource } from '#mapping/compile.ts'
import type { FormatNamed } from '#mapping/compile.ts'
import type { ConfigError } from '#mapping/errors.ts'
import { transportFault } from '#transports/definitions.ts'
import { withCatalogFiles } from './catalog-files.ts'

/** A source's folder on disk: its path below the root, and its files (samples as bytes, below `samples/`). */
export type SourceFolder = { readonly folder: string; readonly files: SourceFiles }

/** Sources that compiled; errors name their file with its folder. */
export type LoadedSources = {
  readonly sources: readonly Source[]
  readonly errors: readonly ConfigError[]
}

const definition = 'source.yaml'

/** Reads every folder below `root` that has a `source.yaml`, in the order of their paths. */
export async function readSourceFolders(root: string): Promise<SourceFolder[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const homes = entries
    .filter((entry) => entry.isFile() && entry.name === definition)
    .map((entry) => entry.parentPath)
  return Promise.all(homes.toSorted().map((home) => readFolder(root, home)))
}

async function readFolder(root: string, home: string): Promise<SourceFolder> {
  const files: Record<string, string | Buffer> = {}
  for (const entry of await readdir(home, { withFileTypes: true })) {
    if (entry.isFile()) files[entry.name] = await readFile(join(home, entry.name), 'utf8')
    else if (entry.isDirectory() && entry.name === 'samples')
      await readSamples(join(home, entry.name), files)
  }
  return { folder: relative(root, home), files: await withCatalogFiles(files) }
}

async function readSamples(home: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const entry of await readdir(home, { withFileTypes: true })) {
    if (entry.isFile()) files[`samples/${entry.name}`] = await readFile(join(home, entry.name))
  }
}

/** Reads and compiles all sources below `root`. Two sources of one name are an error, because events carry the name. */
export async function loadSources(root: string, formatNamed: FormatNamed): Promise<LoadedSources> {
  const sources: Source[] = []
  const errors: ConfigError[] = []
  const homes = new Map<string, string>()
  for (const { folder, files } of await readSourceFolders(root)) {
    const compiled = compileSource(textsOf(files), formatNamed)
    if (!compiled.ok) {
      errors.push(...compiled.errors.map((error) => ({ ...error, file: join(folder, error.file) })))
      continue
    }
    const { name, transport } = compiled.source
    const fault = transportFault(transport)
    if (fault !== null) errors.push(wrongTransport(join(folder, definition), files, fault))
    const before = homes.get(name)
    if (before === undefined) sources.push(compiled.source)
    else errors.push(twice(join(folder, definition), name, before))
    homes.set(name, folder)
  }
  return { sources, errors }
}

/** The options of a transport are checked beside it, so the line of `transport:` is what is pointed at. */
export function wrongTransport(file: string, files: SourceFiles, message: string): ConfigError {
  const line = String(files[definition])
    .split('\n')
    .findIndex((text) => text.startsWith('transport:'))
  const expected = 'options as in docs/reference/transports.md'
  return { file, line: line + 1, column: 1, path: 'transport', message, expected, hint: '' }
}

function twice(file: string, name: string, before: string): ConfigError {
  const message = `the source ${name} is also defined in ${before}`
  return {
    file,
    line: 1,
    column: 1,
    path: 'source',
    message,
    expected: 'every source its own name',
    hint: '',
  }
}

function textsOf(files: SourceFiles): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
