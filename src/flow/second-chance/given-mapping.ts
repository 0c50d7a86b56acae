/** A mapping that somebody wants to try before it is installed. */
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import { describeError } from '#mapping/errors.ts'
import type { Source } from '#model/source.ts'
import { withCatalogFiles } from '../catalog-files.ts'

export type GivenMapping =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Compiles `source.yaml` and `terms.csv` with what they build on; errors are sentences with their places. */
export async function compileGiven(files: Readonly<Record<string, string>>): Promise<GivenMapping> {
  const texts: Record<string, string> = {}
  for (const [name, text] of Object.entries(await withCatalogFiles(files)))
    if (typeof text === 'string') texts[name] = text
  const compiled = compileSource(texts, formatNamed)
  if (compiled.ok) return { ok: true, source: compiled.source }
  return { ok: false, errors: compiled.errors.map(describeError) }
}
