/** The definitions of systems that come with the hub, compiled and ready to be recognised. */
import { formatNamed } from '#formats/registry.ts'
import { catalogFolder } from '#flow/catalog-files.ts'
import { readSourceFolders } from '#flow/load-sources.ts'
import type { SourceFiles } from '#mapping/check.ts'
import { compileWithRules } from '#mapping/compile.ts'
import type { ConfigError } from '#mapping/errors.ts'
import { recogniser } from '#mapping/recognise.ts'
import type { Source } from '#model/source.ts'

/** `name`: of its folder, which is what `extends` names. `score`: how surely a record is of this system, 0 to 1. */
export type CatalogEntry = {
  readonly name: string
  readonly source: Source
  readonly score: (tree: unknown) => number
}

/** Definitions that compiled, in the order of their names; errors name their file with its folder. */
export type Catalog = {
  readonly entries: readonly CatalogEntry[]
  readonly errors: readonly ConfigError[]
}

/** Reads and compiles every definition below `root`. One that does not compile is left out, with its errors. */
export async function loadCatalog(root: string = catalogFolder): Promise<Catalog> {
  const entries: CatalogEntry[] = []
  const errors: ConfigError[] = []
  for (const { folder, files } of await readSourceFolders(root)) {
    const compiled = compileWithRules(textsOf(files), formatNamed)
    if (compiled.ok) {
      const { source, mapping } = compiled
      entries.push({ name: folder, source, score: recogniser(mapping) })
    } else {
      errors.push(...compiled.errors.map((one) => ({ ...one, file: `${folder}/${one.file}` })))
    }
  }
  return { entries, errors }
}

function textsOf(files: SourceFiles): Record<string, string> {
  const texts = Object.entries(files).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string'
  })
  return Object.fromEntries(texts)
}
