import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { limits } from '#model/limits.ts'
import { bad, good } from '../fault.ts'
import { noOptions } from '../options.ts'
import { latin1 } from '../text.ts'
import { isBroken, type Broken, type Frame } from './frame.ts'
import { binaryFrame, binaryLength, textFrame } from './protocols.ts'

/**
 * Frames of GPS trackers as they arrive: lines of text, or binary ones behind each other (GT06, Teltonika, JT/T 808). A record
 * is a `Frame`; a login names the device of the frames behind it. Also read: a capture, a table with a column `frame` (or `payload`,
 * `raw`, `data`), tabs between, whose cells are text or hexadecimal digits; there each frame stands for itself. Checksums are
 * verified.
 */
export const tracker: Format = {
  name: 'tracker',
  options: noOptions('tracker'),
  cut: cutFrames,
  read: (bytes, _options, context) => readFrames(bytes, context),
  sniff: sniffFrames,
}

const frameBytesMax = 64 * 1024

function* readFrames(bytes: Buffer, context?: string): Generator<Found> {
  const capture = captureOf(bytes, context)
  if (capture !== null) return yield* readLines(bytes, capture)
  if (binaryLength(bytes, 0) > 0) return yield* readBinary(bytes)
  return yield* readLines(bytes, null)
}

/** The columns of a capture: where the frame stands, and how it is written when a column says so. */
type Capture = { readonly frame: number; readonly encoding: number; readonly start: number }

const frameNames = ['frame', 'payload', 'raw', 'data', 'message', 'hex']

function captureOf(bytes: Buffer, context?: string): Capture | null {
  const feed = bytes.indexOf(10)
  const line = context ?? (feed < 0 || feed > 1_000 ? '' : latin1(bytes, 0, feed))
  const columns = line.trim().toLowerCase().split('\t')
  if (columns.length < 2) return null
  const frame = columns.findIndex((name) => frameNames.includes(name))
  const start = context === undefined ? feed + 1 : 0
  return frame < 0 ? null : { frame, encoding: columns.indexOf('encoding'), start }
}

/** Text frames: a line each, or several on one when each begins as one of its kind does. */
function* readLines(bytes: Buffer, capture: Capture | null): Generator<Found> {
  let login: Frame | null = null
  let left = limits.recordsPerReceiptMax
  let any = false
  for (let at = capture?.start ?? 0, next = at; at < bytes.length; at = next) {
    const feed = bytes.indexOf(10, at)
    next = feed < 0 ? bytes.length : feed + 1
    const end = bytes[next - 1] === 10 ? next - 1 : next
    for (const [from, to] of pieces(bytes, at, end, capture !== null)) {
      any = true
      if (--left < 0) return yield bad(from, bytes.length, 'too-many', tooMany)
      const outcome = cellFrame(bytes, from, to, capture)
      if (outcome !== null && !isBroken(outcome) && capture === null) {
        yield good(from, to, named(outcome, login))
        if (outcome.device !== null) login = outcome
      } else yield found(bytes, from, to, outcome)
    }
  }
  if (!any) yield bad(0, bytes.length, 'empty', 'There are no frames.')
}

/** A frame that names no device is of the one whose login came before it. */
function named(frame: Frame, login: Frame | null): Frame {
  const known = frame.device === null && login !== null && login.protocol === frame.protocol
  return known ? { ...frame, device: login.device } : frame
}

const tooMany = `There are more than ${limits.recordsPerReceiptMax} frames.`

function found(bytes: Buffer, from: number, to: number, outcome: Frame | Broken | null): Found {
  if (outcome === null)
    return bad(from, to, 'unsupported', 'A frame of no tracker protocol that the hub reads.')
  return isBroken(outcome) ? bad(from, to, outcome.broken, outcome.detail) : good(from, to, outcome)
}

const starts =
  /(?<=[$#;)])(?=\+(?:RESP|ACK|BUFF):|\*[A-Za-z]{2},\d|imei:|\(\d{11}|#[A-Z]{1,2}#|\$\$)/

/** Spans of the frames of a line, without white space around; none for an empty line. */
function pieces(bytes: Buffer, from: number, to: number, whole: boolean): [number, number][] {
  let start = from
  let end = to
  while (start < end && bytes[start]! <= 32) start++
  while (end > start && bytes[end - 1]! <= 32) end--
  if (whole) return start === end ? [] : [[from, to]]
  if (start === end) return []
  const spans: [number, number][] = []
  let at = start
  for (const piece of latin1(bytes, start, end).split(starts)) {
    spans.push([at, at + piece.length])
    at += piece.length
  }
  return spans
}

function cellFrame(
  bytes: Buffer,
  from: number,
  to: number,
  capture: Capture | null,
): Frame | Broken | null {
  if (to - from > frameBytesMax)
    return { broken: 'too-large', detail: `A frame has at most ${frameBytesMax} bytes.` }
  const line = latin1(bytes, from, to)
  if (capture === null) return frameOfText(line, '')
  const cells = line.split('\t')
  return frameOfText((cells[capture.frame] ?? '').trim(), cells[capture.encoding]?.trim() ?? '')
}

const digits = /^(?:0x)?(?:[0-9a-fA-F]{2}){5,}$/

function frameOfText(text: string, encoding: string): Frame | Broken | null {
  if (encoding !== 'text' && digits.test(text)) {
    const frame = binaryFrame(Buffer.from(text.replace(/^0x/, ''), 'hex'))
    if (frame !== null || encoding === 'hex') return frame
  }
  return textFrame(text)
}

function* readBinary(bytes: Buffer): Generator<Found> {
  let login: Frame | null = null
  let left = limits.recordsPerReceiptMax
  for (let at = 0; at < bytes.length;) {
    const length = binaryLength(bytes, at)
    if (length === 0) return yield bad(at, bytes.length, 'syntax', `At byte ${at} no frame begins.`)
    if (length > frameBytesMax || at + length > bytes.length)
      return yield bad(
        at,
        bytes.length,
        'truncated',
        `The frame at byte ${at} has ${length} bytes, ${bytes.length - at} are there.`,
      )
    if (--left < 0) return yield bad(at, bytes.length, 'too-many', tooMany)
    const outcome = binaryFrame(bytes.subarray(at, at + length))
    if (outcome !== null && !isBroken(outcome)) {
      yield good(at, at + length, named(outcome, login))
      if (outcome.device !== null) login = outcome
    } else yield found(bytes, at, at + length, outcome)
    at += length
  }
}

/** Whole lines of text; binary frames are one unit, because they need the login before them. */
function cutFrames(bytes: Buffer): number {
  if (binaryLength(bytes, 0) > 0) return 0
  const end = bytes.lastIndexOf(10) + 1
  return end === 0 && bytes.length > frameBytesMax ? bytes.length : end
}

/** Looks at the first frames: known protocols only. */
function sniffFrames(bytes: Buffer): number {
  if (bytes.length === 0) return 0
  if (binaryLength(bytes, 0) > 0) {
    const first = binaryFrame(bytes.subarray(0, Math.min(bytes.length, binaryLength(bytes, 0))))
    return first === null ? 0 : isBroken(first) ? 0.3 : 0.95
  }
  const capture = captureOf(bytes)
  let at = capture?.start ?? 0
  let best = 0
  for (let line = 0; line < 8 && at < bytes.length; line++) {
    const feed = bytes.indexOf(10, at)
    const end = feed < 0 ? bytes.length : feed
    best = Math.max(best, sureness(bytes, at, end, capture))
    at = end + 1
  }
  return best
}

function sureness(bytes: Buffer, at: number, end: number, capture: Capture | null): number {
  if (end - at > frameBytesMax) return 0
  const [span] = pieces(bytes, at, end, capture !== null)
  if (span === undefined) return 0
  const frame = cellFrame(bytes, span[0], span[1], capture)
  if (frame === null || isBroken(frame)) return 0
  if (frame.protocol === 'nmea-like') return capture === null ? 0.45 : 0.9
  return frame.type === 'login' && capture === null ? 0.4 : 0.96
}
