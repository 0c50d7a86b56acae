import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Node, Scalar } from 'yaml'
import { compile } from '#language/compile.ts'
import type { Expression, Names } from '#language/compile.ts'
import { didYouMean } from '#language/nearest.ts'
import { errorAt } from './errors.ts'
import type { ConfigError } from './errors.ts'

/** A YAML file being read; everything that is wrong is collected in `errors`. */
export type Document = {
  readonly file: string
  readonly text: string
  readonly errors: ConfigError[]
}

/**
 * A value in the file with the path of keys that leads to it. `node` is null for an empty value. `home` is the file it
 * stands in, where that is another than the one being read.
 */
export type Place = {
  readonly node: Node | null
  readonly path: string
  readonly offset: number
  readonly home?: Home
}
type Home = Pick<Document, 'file' | 'text'>

const quoting = 'quote the whole value: inside { } and [ ] the characters , : [ ] { } end it'

/** Parses the file; null when it is no YAML at all or empty. */
export function openDocument(
  file: string,
  text: string,
  errors: ConfigError[],
): { document: Document; root: Place } | null {
  const parsed = parseDocument(text, {
    uniqueKeys: true,
    prettyErrors: false,
  })
  for (const problem of parsed.errors) {
    errors.push(
      errorAt(file, text, problem.pos[0], {
        path: '',
        message: problem.message,
        expected: 'YAML',
        hint: yamlHint(problem.message),
      }),
    )
  }
  if (parsed.errors.length > 0) return null
  const document = { file, text, errors }
  const root = {
    node: parsed.contents as Node | null,
    path: '',
    offset: parsed.contents?.range?.[0] ?? 0,
  }
  return { document, root }
}

function yamlHint(message: string): string {
  if (/flow|Unexpected scalar|compact mappings|Implicit keys|Missing ,/i.test(message))
    return quoting
  return ''
}

/** Notes what is wrong at a place. */
export function refuse(
  document: Document,
  at: Place,
  message: string,
  expected: string,
  hint = '',
): undefined {
  const { file, text } = at.home ?? document
  document.errors.push(errorAt(file, text, at.offset, { path: at.path, message, expected, hint }))
  return undefined
}

function homeOf({ home }: Place): { home?: Home } {
  return home === undefined ? {} : { home }
}

/** The fields of a map. Unknown keys and missing ones are noted; null when it is no map. */
export function fields(
  document: Document,
  at: Place,
  known: readonly string[],
  required: readonly string[] = [],
): Map<string, Place> | null {
  const entries = entriesOf(document, at)
  if (entries === null) return null
  for (const [key, place] of entries) {
    if (known.includes(key)) continue
    const inner = place.node === null ? quoting : ''
    refuse(
      document,
      { ...place, path: at.path },
      `unknown key ${key}`,
      `one of ${known.join(', ')}`,
      didYouMean(key, known) || inner,
    )
    entries.delete(key)
  }
  for (const key of required) {
    if (!entries.has(key)) refuse(document, at, `the key ${key} is missing`, `${key}: ...`)
  }
  return entries
}

/** Any map: its keys with their places, in order. */
export function entriesOf(document: Document, at: Place): Map<string, Place> | null {
  if (!isMap(at.node)) {
    refuse(document, at, `${at.path || 'the file'} is no map`, 'keys with values')
    return null
  }
  const entries = new Map<string, Place>()
  for (const pair of at.node.items) {
    const key = pair.key as Node | null
    const name = isScalar(key) ? String(key.value) : String(key)
    const node = pair.value as Node | null
    const empty = node === null || (isScalar(node) && node.value === null && !node.source)
    const offset = (empty ? key?.range?.[0] : node.range?.[0]) ?? at.offset
    entries.set(name, {
      node: empty ? null : node,
      path: at.path === '' ? name : `${at.path}.${name}`,
      offset,
      ...homeOf(at),
    })
  }
  return entries
}

/** The elements of a list; absent is empty. */
export function items(document: Document, at: Place | undefined): Place[] {
  if (at === undefined) return []
  if (!isSeq(at.node)) {
    refuse(document, at, `${at.path} is no list`, '- one entry a line')
    return []
  }
  return at.node.items.map((item, i) => {
    const node = item as Node | null
    return {
      node,
      path: `${at.path}[${i}]`,
      offset: node?.range?.[0] ?? at.offset,
      ...homeOf(at),
    }
  })
}

/** A word or number written down as it is. */
export function literal(document: Document, at: Place | undefined): string | undefined {
  if (at === undefined) return undefined
  if (isScalar(at.node) && at.node.value !== null && at.node.value !== '')
    return scalarText(at.node).trim()
  return refuse(document, at, `${at.path} is empty or no plain value`, 'a word')
}

/** One of a fixed set of words. */
export function oneOf<Word extends string>(
  document: Document,
  at: Place | undefined,
  words: readonly Word[],
): Word | undefined {
  const found = literal(document, at)
  if (found === undefined || at === undefined) return undefined
  if ((words as readonly string[]).includes(found)) return found as Word
  const shown = words.length > 12 ? 'a known word' : `one of ${words.join(', ')}`
  return refuse(document, at, `${at.path} is ${found}`, shown, didYouMean(found, words))
}

/** A number within bounds. */
export function bounded(
  document: Document,
  at: Place | undefined,
  min: number,
  max: number,
): number | undefined {
  const found = literal(document, at)
  if (found === undefined || at === undefined) return undefined
  const number = Number(found)
  if (number >= min && number <= max) return number
  return refuse(document, at, `${at.path} is ${found}`, `a number from ${min} to ${max}`)
}

/** An expression; its problems point at the line and column in the file. */
export function expression<Frame extends object>(
  document: Document,
  at: Place | undefined,
  names: Names<Frame>,
): Expression<Frame> | undefined {
  if (at === undefined) return undefined
  if (!isScalar(at.node) || at.node.value === null) {
    return refuse(
      document,
      at,
      `${at.path} is no expression`,
      'an expression such as rec.orderNumber',
      isScalar(at.node) ? '' : quoting,
    )
  }
  const text = scalarText(at.node).trim()
  const compiled = compile<Frame>(text, names)
  if (compiled.ok) return compiled.expression
  for (const problem of compiled.problems) {
    const offset = at.offset + insideOffset(at.node, problem.offset)
    const { file, text: written } = at.home ?? document
    document.errors.push(
      errorAt(file, written, offset, {
        ...problem,
        path: at.path,
        expression: text,
      }),
    )
  }
  return undefined
}

/** Scalars as written: 007 and 1e3 stay what the author sees. */
function scalarText(node: Scalar): string {
  return node.type === 'PLAIN' && node.source !== undefined ? node.source : String(node.value)
}

/** Folded and block texts move their characters; there the start is pointed at. */
function insideOffset(node: Scalar, offset: number): number {
  const text = scalarText(node)
  if (text.includes('\n') || node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') return 0
  return offset + (node.type === 'PLAIN' ? 0 : 1)
}
