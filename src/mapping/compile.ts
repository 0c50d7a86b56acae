import { hash } from 'node:crypto'
import type { Format } from '#model/format.ts'
import type { Source } from '#model/source.ts'
import { fields, openDocument } from './document.ts'
import type { ConfigError } from './errors.ts'
import { buildsOn, extended, readVocabularies } from './extend.ts'
import type { Opened, Readable } from './extend.ts'
import { mapper } from './map.ts'
import type { Mapping } from './map.ts'
import { readMapping, readHead, topKeys, topRequired } from './read-source.ts'
import { joinTerms, readTerms } from './terms.ts'

/** A compiled source with the rules behind it, for those who measure coverage. */
export type CompiledSource = { readonly source: Source; readonly mapping: Mapping }

export type CompileResult<Value> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

export type FormatNamed = (name: string) => Format | undefined

const definition = 'source.yaml'
const terminology = 'terms.csv'

/**
 * Compiles a source from its files (name to text; `source.yaml` and `terms.csv` count, and below `catalog/` what they build
 * upon: `catalog/<name>/source.yaml` of an `extends`, `catalog/terms/<name>.csv` of `terms`; others are let be).
 * All errors are collected; each names file, line, column and what was expected.
 */
export function compileSource(
  files: Readonly<Record<string, string>>,
  formatNamed: FormatNamed,
): CompileResult<{ source: Source }> {
  const compiled = compileWithRules(files, formatNamed)
  return compiled.ok ? { ok: true, source: compiled.source } : compiled
}

/** As `compileSource`, with the rules. */
export function compileWithRules(
  files: Readonly<Record<string, string>>,
  formatNamed: FormatNamed,
): CompileResult<CompiledSource> {
  const errors: ConfigError[] = []
  const text = files[definition]
  if (text === undefined) {
    const message = `there is no ${definition}`
    return {
      ok: false,
      errors: [
        { file: definition, line: 1, column: 1, path: '', message, expected: definition, hint: '' },
      ],
    }
  }
  const opened = openDocument(definition, text, errors)
  const own = files[terminology]
  const written = own === undefined ? null : readTerms(terminology, own, errors)
  if (opened === null) return { ok: false, errors }
  const read = buildsOn(opened) ? extended(opened, files) : plain(opened)
  if (read === null) return { ok: false, errors: inOrder(errors) }
  const { document, root, top, namespaces } = read
  const terms = joinTerms([written, read.terms, ...readVocabularies(document, top, files)])
  const head = readHead(document, root, top, formatNamed)
  const mapping = readMapping(document, root, top, head, terms, namespaces)
  if (errors.length > 0 || head === null || mapping === null)
    return { ok: false, errors: inOrder(errors) }
  const kept = mappingFiles(files)
  const source: Source = {
    ...head.source,
    mappingHash: mappingHash(kept),
    files: kept,
    map: mapper(mapping),
  }
  return { ok: true, source, mapping }
}

function plain({ document, root }: Opened): Readable | null {
  const top = fields(document, root, topKeys, topRequired)
  return top === null ? null : { document, root, top, terms: null, namespaces: new Map() }
}

function inOrder(errors: readonly ConfigError[]): ConfigError[] {
  return errors.toSorted((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  )
}

function mappingFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  const below = Object.keys(files).filter((name) => name.startsWith('catalog/'))
  for (const name of [definition, terminology, ...below.toSorted()])
    if (files[name] !== undefined) kept[name] = files[name]
  return kept
}

/** SHA-256 (hex) over the names, lengths and texts of the files that define a mapping. */
function mappingHash(files: Readonly<Record<string, string>>): string {
  const parts = Object.entries(files).map(([name, text]) => `${name} ${text.length}\n${text}`)
  return hash('sha256', parts.join('\n'))
}
