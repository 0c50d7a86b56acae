import { isAscii, isUtf8 } from 'node:buffer'
import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { latin1, markedEncoding, utf8 } from '../text.ts'
import { nestsDeeper } from './scan.ts'

/** Bytes that hold JSON, with what is found out once for all their records. */
export type JsonBytes = {
  readonly bytes: Buffer
  /** Index behind a byte order mark. */
  readonly start: number
  /** The bytes as text when they are ASCII: a substring is then the cheapest thing to parse. */
  readonly ascii: string | null
  readonly valid: boolean
  /** Whether a forbidden key or character may be among the records, so that each is looked through. */
  readonly suspect: boolean
}

const suspicious = [
  '__proto__',
  String.raw`\u0000`,
  String.raw`\u005`,
  String.raw`\u006`,
  String.raw`\u007`,
].map((text) => Buffer.from(text))

/** Looks at the bytes once. A fault when they are not in an encoding of JSON (RFC 8259 knows UTF-8 only). */
export function jsonBytes(bytes: Buffer): JsonBytes | Fault {
  const marked = markedEncoding(bytes)
  if (marked !== null && marked !== 'utf-8') {
    return { code: 'encoding', detail: `The bytes are ${marked.toUpperCase()}; JSON is UTF-8.` }
  }
  const ascii = isAscii(bytes)
  return {
    bytes,
    start: marked === 'utf-8' ? 3 : 0,
    ascii: ascii ? latin1(bytes, 0, bytes.length) : null,
    valid: ascii || isUtf8(bytes),
    suspect: suspicious.some((text) => bytes.includes(text)),
  }
}

/** Parses the value in `from` to `to` as a record. `path` says where it stands. */
export function jsonRecord(json: JsonBytes, from: number, to: number, path: string): Found {
  if (to - from > limits.recordBytesMax) {
    return bad(
      from,
      to,
      'too-large',
      `The record has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`,
      path,
    )
  }
  if (!json.valid && !isUtf8(json.bytes.subarray(from, to))) {
    return bad(from, to, 'encoding', 'The record is not valid UTF-8, which JSON must be.', path)
  }
  const text = json.ascii === null ? utf8(json.bytes, from, to) : json.ascii.slice(from, to)
  if (nestsDeeper(text, limits.nestingDepthMax)) {
    return bad(
      from,
      to,
      'too-deep',
      `The record nests deeper than ${limits.nestingDepthMax} levels.`,
      path,
    )
  }
  let tree: unknown
  try {
    tree = JSON.parse(text)
  } catch (error) {
    return bad(from, to, 'syntax', sentence(error), path)
  }
  const fault = json.suspect ? forbidden(tree, path) : null
  return fault === null ? good(from, to, tree) : { ok: false, from, to, fault }
}

/** The parser's words without the piece of the document that it quotes: that may be personal data. */
function sentence(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return `Not valid JSON: ${words.replace(/, (\.\.\.)?".*" is not valid JSON$/s, '').replace(/^".*" is not valid JSON$/s, 'not a JSON value')}.`
}

/** A key that could reach into prototypes, or a NUL, which no database text can hold. Depth is bounded before. */
function forbidden(tree: unknown, path: string): Fault | null {
  if (typeof tree === 'string') {
    return tree.includes('\0')
      ? { code: 'encoding', detail: 'A text contains a NUL character.', path }
      : null
  }
  if (typeof tree !== 'object' || tree === null) return null
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) {
      const fault = forbidden(item, `${path}[${index}]`)
      if (fault !== null) return fault
    }
    return null
  }
  for (const key of Object.keys(tree)) {
    if (key === '__proto__')
      return { code: 'hostile', detail: "A key is named '__proto__', which is refused.", path }
    if (key.includes('\0'))
      return { code: 'encoding', detail: 'A key contains a NUL character.', path }
    const fault = forbidden((tree as Record<string, unknown>)[key], `${path}.${key.slice(0, 64)}`)
    if (fault !== null) return fault
  }
  return null
}
