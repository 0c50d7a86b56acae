import { isAscii, isUtf8 } from 'node:buffer'
import { decoderOf, type Encoding } from './encodings.ts'

/**
 * Bytes as text in which an index is an offset of bytes: index * unit. One-byte encodings are seen as Latin-1 (`text`,
 * `codes`), and only a value that is cut out is decoded. UTF-16 is seen in units of two bytes, UTF-32 in units of four.
 */
export type Text = {
  readonly bytes: Buffer
  readonly codes: Uint8Array | Uint16Array | Uint32Array
  readonly text: string
  readonly unit: 1 | 2 | 4
  /** Index of the first character behind a byte order mark. */
  readonly start: number
  readonly size: number
  /** How bytes above 127 are decoded; `none` when there are none. */
  readonly high: 'none' | 'utf-8' | 'each' | 'latin1' | 'named' | 'wide' | 'wider'
  /** How, where `high` is `named`. */
  readonly encoding?: Encoding
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

const windows1252 = decoderOf('windows-1252')

type Wide = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be'

/** The encoding that a byte order mark, or the zero bytes of wide text, give away; `null` when nothing does. */
export function markedEncoding(bytes: Buffer): 'utf-8' | Wide | null {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be'
  return unmarkedUtf32(bytes) ?? unmarkedUtf16(bytes)
}

/** Three of four bytes are zero in the same places, because nearly all text is below U+0100. */
function unmarkedUtf32(bytes: Buffer): 'utf-32le' | 'utf-32be' | null {
  const size = Math.min(bytes.length, 128) & ~3
  if (size < 16) return null
  let [little, big] = [0, 0]
  for (let at = 0; at < size; at += 4) {
    if (bytes[at] !== 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0) little++
    if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 3] !== 0) big++
  }
  const [all, low] = [size / 4, bytes[1] === 0 || bytes[0] === 0]
  if (!low) return null
  return little >= all * 0.9 ? 'utf-32le' : big >= all * 0.9 ? 'utf-32be' : null
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
  if (named === 'utf-32le' || named === 'utf-32be') return widerText(bytes, named)
  const start = marked === 'utf-8' && bytes[0] === 0xef ? 3 : 0
  const text = latin1(bytes, 0, bytes.length)
  const shared = { bytes, codes: bytes, text, unit: 1, start, size: bytes.length } as const
  if (isAscii(bytes)) return { ...shared, high: 'none' }
  if (named === 'latin1') return { ...shared, high: 'latin1' }
  if (named !== null && named !== 'utf-8') return { ...shared, high: 'named', encoding: named }
  return { ...shared, high: isUtf8(bytes) ? 'utf-8' : 'each' }
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

/** Code points, and a text of the same length in which those beyond 16 bits are U+FFFD. */
function widerText(bytes: Buffer, encoding: 'utf-32le' | 'utf-32be'): Text {
  const size = bytes.length >> 2
  const codes = new Uint32Array(size)
  const units = Buffer.alloc(size * 2)
  for (let at = 0; at < size; at++) {
    const code = encoding === 'utf-32le' ? bytes.readUInt32LE(at * 4) : bytes.readUInt32BE(at * 4)
    codes[at] = code <= 0x10ffff ? code : 0xfffd
    units.writeUInt16LE(code <= 0xffff ? code : 0xfffd, at * 2)
  }
  const text = (units as Slicing).ucs2Slice(0, units.length)
  return { bytes, codes, text, unit: 4, start: codes[0] === 0xfeff ? 1 : 0, size, high: 'wider' }
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
  if (source.high === 'wider') return pointsOf(source.codes, from, to)
  if (to - from < copiedBelow && plain(source.codes, from, to)) return source.text.slice(from, to)
  if (source.high === 'utf-8') return bytes.utf8Slice(from, to)
  if (source.high === 'latin1') return bytes.latin1Slice(from, to)
  const part = bytes.subarray(from, to)
  if (source.encoding !== undefined) return decoderOf(source.encoding)(part)
  return isUtf8(part) ? bytes.utf8Slice(from, to) : windows1252(part)
}

function pointsOf(codes: Text['codes'], from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCodePoint(codes[at]!)
  return text
}

function plain(codes: Text['codes'], from: number, to: number): boolean {
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
