import { isMap } from 'yaml'
import { didYouMean } from '#language/nearest.ts'
import { entriesOf, fields, items, literal, openDocument, refuse } from './document.ts'
import type { Document, Place } from './document.ts'
import { identifierNames } from './read-rules.ts'
import { topKeys, topRequired } from './read-source.ts'
import { readTerms } from './terms.ts'
import type { Terms } from './terms.ts'

export type Opened = { readonly document: Document; readonly root: Place }

/** A definition ready to be read: its top-level values, wherever they stand, and what it inherits. */
export type Readable = Opened & {
  readonly top: ReadonlyMap<string, Place>
  readonly terms: Terms | null
  readonly namespaces: ReadonlyMap<string, Place>
}

/** What a definition that builds on one of the catalog may say for itself. */
export const extendKeys = [
  'extends',
  'source',
  'title',
  'company',
  'region',
  'zone',
  'trust',
  'shadow',
  'transport',
  'format',
  'ns',
]
const extendRequired = ['extends', 'source', 'company', 'region']

type Files = Readonly<Record<string, string>>

/** Whether the definition names another that it builds on. */
export function buildsOn({ root }: Opened): boolean {
  return isMap(root.node) && root.node.has('extends')
}

/**
 * The catalog's definition that `extends` names, with this definition's own values in the place of its own, its own namespaces
 * by type of identifier (`ns`), and the catalog's terms behind its own. Null when there is nothing to read.
 */
export function extended({ document, root }: Opened, files: Files): Readable | null {
  const own = fields(document, root, extendKeys, extendRequired)
  const name = literal(document, own?.get('extends'))
  if (own === null || name === undefined) return null
  const file = `catalog/${name}/source.yaml`
  const text = files[file]
  if (text === undefined) {
    const expected = 'the name of a folder of the catalog'
    refuse(document, own.get('extends')!, `there is no ${name} in the catalog`, expected)
    return null
  }
  const base = openDocument(file, text, document.errors)
  const inherited = base === null ? null : fields(base.document, base.root, topKeys, topRequired)
  if (base === null || inherited === null) return null
  const top = new Map(inherited)
  for (const [key, place] of own)
    if (key !== 'extends' && key !== 'ns') top.set(key, { ...place, home: document })
  const terminology = `catalog/${name}/terms.csv`
  const written = files[terminology]
  return {
    ...base,
    top,
    terms: written === undefined ? null : readTerms(terminology, written, document.errors),
    namespaces: readNamespaces(document, own.get('ns')),
  }
}

function readNamespaces(document: Document, at: Place | undefined): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  if (at === undefined) return found
  for (const [type, place] of entriesOf(document, at) ?? []) {
    if ((identifierNames as string[]).includes(type)) found.set(type, { ...place, home: document })
    else {
      const expected = 'a type such as order, purchase-order or tracking'
      const hint = didYouMean(type, identifierNames)
      refuse(document, place, `unknown type of identifier ${type}`, expected, hint)
    }
  }
  return found
}

/** The catalog's vocabularies that `terms` names, in that order. */
export function readVocabularies(
  document: Document,
  top: ReadonlyMap<string, Place>,
  files: Files,
): Terms[] {
  const read: Terms[] = []
  for (const item of items(document, top.get('terms'))) {
    const name = literal(document, item)
    if (name === undefined) continue
    const file = `catalog/terms/${name}.csv`
    const text = files[file]
    if (text === undefined)
      refuse(document, item, `there is no ${name} in the catalog`, `a file ${file}`)
    else read.push(readTerms(file, text, document.errors))
  }
  return read
}
