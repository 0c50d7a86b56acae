import { hash } from 'node:crypto'
import type { Format } from '#model/format.ts'
import type { Source } from '#model/source.ts'
import { fields, openDocument } from './document.ts'
import type { ConfigError } from './errors.ts'
import { mapper } from './map.ts'
import type { Mapping } from './map.ts'
import { readMapping, readHead, topKeys, topRequired } from './read-source.ts'
import { readTerms } from './terms.ts'

/** A compiled source with the rules behind it, for those who measure coverage. */
export type CompiledSource = { readonly source: Source; readonly mapping: Mapping }

export type CompileResult<Value> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

export type FormatNamed = (name: string) => Format | undefined

const definition = 'source.yaml'
const terminology = 'terms.csv'

/**
 * Compiles a source from its files (name to text; `source.yaml` and `terms.csv` count, others are let be).
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
  const terms =
    files[terminology] === undefined ? null : readTerms(terminology, files[terminology], errors)
  const opened = openDocument(definition, text, errors)
  if (opened === null) return { ok: false, errors }
  const { document, root } = opened
  const top = fields(document, root, topKeys, topRequired)
  if (top === null) return { ok: false, errors }
  const head = readHead(document, root, top, formatNamed)
  const mapping = readMapping(document, root, top, head, terms)
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

function inOrder(errors: readonly ConfigError[]): ConfigError[] {
  return errors.toSorted((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  )
}

function mappingFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of [definition, terminology])
    if (files[name] !== undefined) kept[name] = files[name]
  return kept
}

/** SHA-256 (hex) over the names, lengths and texts of the files that define a mapping. */
function mappingHash(files: Readonly<Record<string, string>>): string {
  const parts = Object.entries(files).map(([name, text]) => `${name} ${text.length}\n${text}`)
  return hash('sha256', parts.join('\n'))
}
