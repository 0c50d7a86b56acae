/** What a source's definition builds on, read beside its own files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { SourceFiles } from '#mapping/check.ts'

/** The catalog that comes with the hub. */
export const catalogFolder = fileURLToPath(new URL('../../catalog', import.meta.url))

const nameOfCatalog = /^[a-z0-9-]+$/

/**
 * The files with those of the catalog that they name: `catalog/<name>/source.yaml` and `terms.csv` for `extends`,
 * `catalog/terms/<name>.csv` for `terms`. What is not there is left out, for the compiler to tell.
 */
export async function withCatalogFiles(
  files: SourceFiles,
  catalog = catalogFolder,
): Promise<SourceFiles> {
  const added: Record<string, string> = {}
  const add = async (name: string): Promise<void> => {
    const text = await readFile(join(catalog, name), 'utf8').catch(() => undefined)
    if (text !== undefined) added[`catalog/${name}`] = text
  }
  const own = namedBy(files['source.yaml'])
  if (own.base !== null) {
    await add(`${own.base}/source.yaml`)
    await add(`${own.base}/terms.csv`)
  }
  const inherited = own.base === null ? [] : namedBy(added[`catalog/${own.base}/source.yaml`]).terms
  for (const name of [...own.terms, ...inherited]) await add(`terms/${name}.csv`)
  return Object.keys(added).length === 0 ? files : { ...files, ...added }
}

function namedBy(text: string | Buffer | undefined): { base: string | null; terms: string[] } {
  const read = typeof text === 'string' ? topOf(text) : {}
  const named = (value: unknown): value is string =>
    typeof value === 'string' && nameOfCatalog.test(value)
  const terms = Array.isArray(read.terms) ? read.terms.filter(named) : []
  return { base: named(read.extends) ? read.extends : null, terms }
}

/** Text that is no YAML names nothing; the compiler says what is wrong with it. */
function topOf(text: string): { extends?: unknown; terms?: unknown } {
  if (!/^(?:extends|terms):/m.test(text)) return {}
  try {
    return (parse(text) ?? {}) as { extends?: unknown; terms?: unknown }
  } catch {
    return {}
  }
}
