import { isAscii, isUtf8 } from 'node:buffer'

/** The encodings a source can name. `auto`: byte order mark, else UTF-8 value by value, else Latin-1. */
export const encodings = [
  'auto',
  'utf-8',
  'latin1',
  'windows-1252',
  'utf-16le',
  'utf-16be',
] as const
export type Encoding = (typeof encodings)[number]

/**
 * Bytes as text in which an index is an offset of bytes: index * unit. One-byte encodings are seen as Latin-1 (`text`,
 * `codes`), and only a value that is cut out is decoded. UTF-16 is seen in units of two bytes, little endian.
 */
export type Text = {
  readonly bytes: Buffer
  readonly codes: Uint8Array | Uint16Array
  readonly text: string
  readonly unit: 1 | 2
  /** Index of the first character behind a byte order mark. */
  readonly start: number
  readonly size: number
  /** How bytes above 127 are decoded; `none` when there are none. */
  readonly high: 'none' | 'utf-8' | 'each' | 'latin1' | 'windows-1252' | 'wide'
}

type Slicing = Buffer & {
  latin1Slice: (from: number, to: number) => string
  utf8Slice: (from: number, to: number) => string
  ucs2Slice: (from: number, to: number) => string
}

/** Bytes as characters of Latin-1; the fastest decoder there is, and every index stays an offset. */
export function latin1(bytes: Buffer, from: number, to: number): string {
  return (bytes as Slicing).latin1Slice(from, to)
}

/** Bytes as UTF-8. */
export function utf8(bytes: Buffer, from: number, to: number): string {
  return (bytes as Slicing).utf8Slice(from, to)
}

/** V8 copies substrings below this length and lets longer ones keep the whole text alive. */
const copiedBelow = 13

const windows1252 = new TextDecoder('windows-1252')

/** The encoding that a byte order mark, or the zero bytes of UTF-16 text, give away; `null` when nothing does. */
export function markedEncoding(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return 'utf-8'
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return unmarkedUtf16(bytes)
}

function unmarkedUtf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const size = Math.min(bytes.length, 64) & ~1
  if (size < 8) return null
  let even = 0
  let odd = 0
  for (let at = 0; at < size; at += 2) {
    if (bytes[at] === 0) even++
    if (bytes[at + 1] === 0) odd++
  }
  if (even === 0 && odd * 4 >= size) return 'utf-16le'
  return odd === 0 && even * 4 >= size ? 'utf-16be' : null
}

/** Sees bytes as text; never fails: what is no valid UTF-8 is found out by `invalid`, or read as Latin-1 under `auto`. */
export function textOf(bytes: Buffer, encoding: Encoding = 'auto'): Text {
  const marked = markedEncoding(bytes)
  const named = encoding === 'auto' ? marked : encoding
  if (named === 'utf-16le' || named === 'utf-16be') return wideText(bytes, named)
  const start = marked === 'utf-8' && bytes[0] === 0xef ? 3 : 0
  const text = latin1(bytes, 0, bytes.length)
  const high = isAscii(bytes)
    ? 'none'
    : named === 'latin1' || named === 'windows-1252'
      ? named
      : isUtf8(bytes)
        ? 'utf-8'
        : 'each'
  return { bytes, codes: bytes, text, unit: 1, start, size: bytes.length, high }
}

function wideText(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): Text {
  const even = Buffer.alloc(bytes.length & ~1)
  bytes.copy(even, 0, 0, even.length)
  if (encoding === 'utf-16be') even.swap16()
  const codes = new Uint16Array(even.buffer, even.byteOffset, even.length / 2)
  const text = (even as Slicing).ucs2Slice(0, even.length)
  return {
    bytes: even,
    codes,
    text,
    unit: 2,
    start: codes[0] === 0xfeff ? 1 : 0,
    size: codes.length,
    high: 'wide',
  }
}

/** The characters from index `from` to `to`, decoded, as a string of its own that does not keep the whole text alive. */
export function valueOf(source: Text, from: number, to: number): string {
  if (source.high === 'none') {
    if (to - from < copiedBelow) return source.text.slice(from, to)
    return latin1(source.bytes, from, to)
  }
  return decoded(source, from, to)
}

function decoded(source: Text, from: number, to: number): string {
  const bytes = source.bytes as Slicing
  if (source.high === 'wide') return bytes.ucs2Slice(from * 2, to * 2)
  if (to - from < copiedBelow && plain(source.codes, from, to)) return source.text.slice(from, to)
  if (source.high === 'utf-8') return bytes.utf8Slice(from, to)
  if (source.high === 'windows-1252') return windows1252.decode(bytes.subarray(from, to))
  if (source.high === 'each' && isUtf8(bytes.subarray(from, to))) return bytes.utf8Slice(from, to)
  return bytes.latin1Slice(from, to)
}

function plain(codes: Uint8Array | Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (codes[at]! > 127) return false
  return true
}

/** Whether the span holds bytes that are no UTF-8. */
export function invalid(source: Text, from: number, to: number): boolean {
  return source.high === 'each' && !isUtf8(source.bytes.subarray(from, to))
}

/** Line numbers from 1 for rising indexes; linear over all calls together. */
export function lineCounter(source: Text): (index: number) => number {
  let seen = 0
  let line = 1
  return (index) => {
    for (; seen < index; seen++) if (source.codes[seen] === 10) line++
    return line
  }
}

/** Index of the first character at or behind `at` that is no white space. */
export function skipSpace(source: Text, at: number): number {
  const { codes, size } = source
  while (at < size && codes[at]! <= 32 && codes[at] !== 0) at++
  return at
}
