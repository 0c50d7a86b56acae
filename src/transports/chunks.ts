/** Cuts a file into receipts at record borders, so that a long one is taken in many small transactions. */
import type { FileHandle } from 'node:fs/promises'
import { limits } from '#model/limits.ts'
import type { Format, FormatOptions } from '#model/format.ts'

/** Bytes `from` to `to` of a file, and the head that its records need and that stands further up. */
export type Chunk = {
  readonly from: number
  readonly to: number
  readonly bytes: Buffer
  readonly context?: string
}

/** What the next bytes of a file are: a chunk, nothing whole yet, or a record no receipt can hold. */
export type Next =
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'wait' }
  | { readonly kind: 'too-large'; readonly detail: string }

export type Reading = {
  readonly format: Format
  readonly options: FormatOptions
  readonly file: FileHandle
  /** Bytes the file has now. */
  readonly size: number
  /** Nobody writes to it any more: what is left is taken although its last record may have no end. */
  readonly complete: boolean
}

/**
 * The next chunk at `from`: about `limits.receiptBytesAim`, always whole records. A record longer than that comes alone,
 * because a receipt of several parts has no single position. Throws only what reading the file throws.
 */
export async function nextChunk(reading: Reading, from: number): Promise<Next> {
  const { format, file, size, complete } = reading
  const left = size - from
  if (left <= 0) return { kind: 'wait' }
  if (format.cut === null) return complete ? wholeFile(reading, from) : { kind: 'wait' }
  for (let length = limits.receiptBytesAim; ; length *= 2) {
    const bytes = await readBytes(file, from, Math.min(length, left))
    const atEnd = bytes.length === left
    const cut = format.cut(bytes, reading.options)
    const taken = atEnd && complete && left <= limits.receiptBytesAim ? left : cut
    // A head without a record behind it is a file that somebody has only begun to write.
    if (from === 0 && atEnd && !complete && taken <= (format.head?.(bytes, reading.options) ?? 0))
      return { kind: 'wait' }
    if (taken > 2 * limits.receiptBytesAim)
      return chunkOf(reading, from, bytes.subarray(0, firstCut(reading, bytes, length / 2)))
    if (taken > 0) return chunkOf(reading, from, bytes.subarray(0, taken))
    if (atEnd && !complete) return { kind: 'wait' }
    if (atEnd && left <= limits.receiptBytesMax) return chunkOf(reading, from, bytes)
    if (length >= limits.receiptBytesMax) return { kind: 'too-large', detail: tooLong(from) }
  }
}

async function wholeFile(reading: Reading, from: number): Promise<Next> {
  if (reading.size > limits.receiptBytesMax) {
    const detail = `A ${reading.format.name} file is read as one; it has ${reading.size} bytes, at most ${limits.receiptBytesMax} are taken.`
    return { kind: 'too-large', detail }
  }
  const bytes = await readBytes(reading.file, from, reading.size - from)
  return { kind: 'chunk', chunk: { from, to: from + bytes.length, bytes } }
}

async function chunkOf(reading: Reading, from: number, bytes: Buffer): Promise<Next> {
  const chunk = { from, to: from + bytes.length, bytes }
  const context = from === 0 ? '' : await headOf(reading)
  return { kind: 'chunk', chunk: context === '' ? chunk : { ...chunk, context } }
}

/** The file's head as Latin-1, so that no byte is lost; '' where the format has none. */
async function headOf({ format, options, file }: Reading): Promise<string> {
  if (format.head === undefined) return ''
  const start = await readBytes(file, 0, limits.receiptBytesAim)
  return start.toString('latin1', 0, format.head(start, options))
}

/** Where the first record ends, known to be longer than `shorter`: the least prefix in which the format sees a whole one. */
function firstCut({ format, options }: Reading, bytes: Buffer, shorter: number): number {
  let [none, some] = [shorter, bytes.length]
  while (some - none > 1) {
    const middle = (none + some) >> 1
    if (format.cut!(bytes.subarray(0, middle), options) > 0) some = middle
    else none = middle
  }
  return format.cut!(bytes.subarray(0, some), options)
}

function tooLong(from: number): string {
  return `The record at byte ${from} has no end within ${limits.receiptBytesMax} bytes.`
}

async function readBytes(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
