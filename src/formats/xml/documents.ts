import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import type { Encoding } from '../encodings.ts'
import { invalid, lineCounter, skipSpace, textOf, type Text } from '../text.ts'
import { scanDocument, XmlFault, type Builder } from './scan.ts'

/** Collects what a builder finds; `found` may be filled while a document is read. */
export type Collector = { readonly builder: Builder; readonly found: Found[] }

const declared: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
}

/** The bytes in the encoding that a byte order mark or the XML declaration names; UTF-8 by default (XML 1.0, 4.3.3). */
export function xmlText(bytes: Buffer): Text | Fault {
  const first = textOf(bytes.subarray(0, 256))
  const name = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]{1,40})["']/
    .exec(first.text.slice(first.start))?.[1]
    ?.toLowerCase()
  if (first.unit > 1) return textOf(bytes)
  const encoding = name === undefined ? 'utf-8' : declared[name]
  if (encoding === undefined) {
    return {
      code: 'encoding',
      detail: `The declared encoding '${name}' is not read; UTF-8, UTF-16, ISO-8859-1 and windows-1252 are.`,
      path: 'line 1',
    }
  }
  const source = textOf(bytes, encoding)
  if (invalid(source, 0, bytes.length))
    return {
      code: 'encoding',
      detail: 'The bytes are not the UTF-8 that the document says or implies.',
    }
  if (bytes.includes(0)) return { code: 'encoding', detail: 'The document contains a NUL byte.' }
  return source
}

/**
 * Reads documents that follow each other (usually one). What a document yielded before it broke stays; the broken rest is one
 * fault. Offsets in `found` of the collector are indexes of the text.
 */
export function* readDocuments(
  bytes: Buffer,
  collect: (source: Text) => Collector,
): Generator<Found> {
  const source = xmlText(bytes)
  if ('code' in source) {
    yield { ok: false, from: 0, to: bytes.length, fault: source }
    return
  }
  const line = lineCounter(source)
  let at = skipSpace(source, source.start)
  if (at >= source.size)
    yield {
      ok: false,
      from: 0,
      to: bytes.length,
      fault: { code: 'empty', detail: 'There is nothing but white space.' },
    }
  let left = limits.recordsPerReceiptMax
  while (at < source.size) {
    const { builder, found } = collect(source)
    const from = at
    try {
      at = afterTail(source, scanDocument(source, at, builder))
    } catch (error) {
      at = source.size
      found.push(broken(error, source, Math.max(from, found.at(-1)?.to ?? 0), line))
    }
    for (const one of found) {
      if (--left < 0) {
        const fault: Fault = {
          code: 'too-many',
          detail: `There are more than ${limits.recordsPerReceiptMax} records.`,
        }
        yield { ok: false, from: one.from * source.unit, to: bytes.length, fault }
        return
      }
      yield bounded(one, source, line)
    }
  }
}

function broken(
  error: unknown,
  source: Text,
  from: number,
  line: (index: number) => number,
): Found {
  if (!(error instanceof XmlFault)) throw error
  const fault = { code: error.code, detail: error.message, path: `line ${line(error.at)}` }
  return { ok: false, from, to: source.size, fault }
}

/** With offsets of bytes, and refused when it is too large. */
function bounded(found: Found, source: Text, line: (index: number) => number): Found {
  const from = found.from * source.unit
  const to = found.to * source.unit
  if (found.ok && to - from > limits.recordBytesMax) {
    const fault: Fault = {
      code: 'too-large',
      detail: `The record has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`,
      path: `line ${line(found.from)}`,
    }
    return { ok: false, from, to, fault }
  }
  return { ...found, from, to }
}

/** Passes over comments and instructions behind a root element. */
function afterTail(source: Text, end: number): number {
  let at = skipSpace(source, end)
  while (at < source.size) {
    const close = source.text.startsWith('<!--', at)
      ? '-->'
      : source.text.startsWith('<?', at) && !source.text.startsWith('<?xml', at)
        ? '?>'
        : null
    const found = close === null ? -1 : source.text.indexOf(close, at)
    if (close === null || found < 0) break
    at = skipSpace(source, found + close.length)
  }
  return at
}
