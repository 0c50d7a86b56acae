import { limits } from '#model/limits.ts'
import type { Format } from '#model/format.ts'
import type { Fault, Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { assemble, kindNamed, wholeRecords, type TypedLine } from '../groups.ts'
import { invalid, lineCounter, textOf, valueOf, type Text } from '../text.ts'
import { sniffFixed } from './guess.ts'
import { fixedOptions, type Column, type FixedOptions } from './options.ts'

/**
 * Lines whose columns stand at fixed places. A record is a line: column name to text without the spaces around it. Options:
 * `columns` a list of `{ name, start, length }`, start from 1, in characters; `encoding`; `skip` lines at the file's start;
 * `omit` words that begin a line to pass over; `empty` values that stand for nothing (00000000); `every` the length of lines
 * in a file without line breaks; `lines`, for files of several kinds of lines: `type` the place of the mark that says which
 * (`{ start, length }`), `kinds` and `other`, see groups.ts. A short line has its last columns empty.
 */
export const fixedWidth: Format = {
  name: 'fixed-width',
  options: fixedOptions,
  cut: (bytes, options) => cutLines(bytes, options as FixedOptions),
  head: (bytes, options) => headBytes(bytes, options as FixedOptions),
  read: (bytes, options, context) => read(bytes, options as FixedOptions, context),
  sniff: sniffFixed,
}

/** A line: its first character, behind its last, and where the next begins. */
type Span = { readonly from: number; readonly to: number; readonly next: number }

/** Lines that are not empty. `from` skips lines above. */
function* spansOf(source: Text, every: number, skip: number): Generator<Span> {
  const { codes, size, start } = source
  const feed = source.text.includes('\n') ? 10 : 13
  let left = skip
  for (let from = start, next = from; from < size; from = next) {
    let to: number
    if (every > 0) {
      to = Math.min(size, from + every)
      next = to
      while (next < size && (codes[next] === 10 || codes[next] === 13)) next++
    } else {
      const end = codes.indexOf(feed, from)
      to = end < 0 ? size : end
      next = end < 0 ? size : end + 1
      if (to > from && codes[to - 1] === 13) to--
    }
    if (left-- > 0 || isBlank(source, from, to)) continue
    yield { from, to, next }
  }
}

function isBlank({ codes }: Text, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (codes[at] !== 32 && codes[at] !== 26) return false
  return true
}

function* read(bytes: Buffer, options: FixedOptions, context?: string): Generator<Found> {
  const later = context !== undefined && context !== ''
  const head = later ? textOf(Buffer.from(context, 'latin1'), options.encoding) : undefined
  const wide = head?.unit === 2 ? 'utf-16le' : head?.unit === 4 ? 'utf-32le' : 'auto'
  const source = textOf(bytes, options.encoding === 'auto' ? wide : options.encoding)
  const skip = later ? 0 : options.skip
  let [any, left] = [false, limits.recordsPerReceiptMax]
  for (const found of recordsOf(source, options, skip, head)) {
    any = true
    yield found
    if (--left > 0) continue
    yield bad(found.to, bytes.length, 'too-many', tooMany)
    return
  }
  if (any) return
  if (later) yield good(0, bytes.length, null)
  else yield bad(0, bytes.length, 'empty', 'There is no line that holds a record.')
}

const tooMany = `There are more than ${limits.recordsPerReceiptMax} records.`

function recordsOf(
  source: Text,
  options: FixedOptions,
  skip: number,
  head: Text | undefined,
): Iterable<Found> {
  if (options.lines === null) return plainLines(source, options, skip)
  const { groups } = options.lines
  const file: Record<string, unknown> = {}
  // Reading to the end is what fills `file`; a head yields no record.
  if (head !== undefined)
    Array.from(assemble(typedLines(head, options, options.skip), groups, file))
  return assemble(typedLines(source, options, skip), groups, file)
}

function* plainLines(source: Text, options: FixedOptions, skip: number): Generator<Found> {
  const line = lineCounter(source)
  const { unit } = source
  for (const { from, to } of spansOf(source, options.every, skip)) {
    const fault = judge(source, from, to, options)
    if (fault !== null)
      yield bad(from * unit, to * unit, fault.code, fault.detail, `line ${line(from)}`)
    else if (!omitted(source, from, to, options.omit))
      yield good(from * unit, to * unit, fieldsOf(source, from, to, options.columns, options.empty))
  }
}

function* typedLines(source: Text, options: FixedOptions, skip: number): Generator<TypedLine> {
  const line = lineCounter(source)
  const { unit } = source
  const { groups } = options.lines!
  for (const { from, to } of spansOf(source, options.every, skip)) {
    if (omitted(source, from, to, options.omit)) continue
    const at = `line ${line(from)}`
    const type = typeOf(source, from, to, options)
    const judged = judge(source, from, to, options)
    const columns = kindNamed(groups, type)?.columns ?? []
    const fields = judged === null ? fieldsOf(source, from, to, columns, options.empty) : {}
    const fault = judged === null ? null : { ...judged, path: at }
    yield { from: from * unit, to: to * unit, type, fields, fault, at }
  }
}

function typeOf(source: Text, from: number, to: number, { lines }: FixedOptions): string {
  const start = Math.min(to, from + lines!.start)
  return valueOf(source, start, Math.min(to, start + lines!.length)).trim()
}

function judge(source: Text, from: number, to: number, { encoding }: FixedOptions): Fault | null {
  if ((to - from) * source.unit > limits.recordBytesMax) {
    const detail = `The line has more than ${limits.recordBytesMax} bytes.`
    return { code: 'too-large', detail }
  }
  if (source.codes.subarray(from, to).includes(0))
    return { code: 'encoding', detail: 'The line contains a NUL character.' }
  if (encoding === 'utf-8' && invalid(source, from, to))
    return { code: 'encoding', detail: 'The line is not valid UTF-8.' }
  return null
}

function omitted(source: Text, from: number, to: number, words: readonly string[]): boolean {
  if (words.length === 0) return false
  const start = valueOf(source, from, Math.min(to, from + 200))
    .trimStart()
    .toLowerCase()
  return words.some((word) => start.startsWith(word.toLowerCase()))
}

/** Columns count characters: a line of several bytes a character is decoded before it is cut. */
function fieldsOf(
  source: Text,
  from: number,
  to: number,
  columns: readonly Column[],
  empty: readonly string[],
): Record<string, string> {
  const exact = source.high === 'none' || source.high === 'latin1'
  const text = valueOf(source, from, to)
  const fields: Record<string, string> = {}
  // Characters beyond 16 bits take two places in a string; such lines are cut by code points.
  const signs = exact || !/[\ud800-\udbff]/.test(text) ? null : Array.from(text)
  for (const { name, start, length } of columns) {
    const value =
      signs === null
        ? text.slice(start, start + length)
        : signs.slice(start, start + length).join('')
    const trimmed = value.trim()
    fields[name] = empty.includes(trimmed) ? '' : trimmed
  }
  return fields
}

function cutLines(bytes: Buffer, options: FixedOptions): number {
  const source = textOf(bytes, options.encoding)
  let whole = 0
  if (options.lines !== null) whole = wholeRecords(starts(source, options), options.lines.groups)
  else {
    for (const { from, to, next } of spansOf(source, options.every, 0))
      if (isWhole(from, to, next, options)) whole = next
  }
  if (whole > source.start) return whole * source.unit
  return bytes.length > limits.recordBytesMax ? bytes.length : 0
}

/** Whether the line's end was seen. */
function isWhole(from: number, to: number, next: number, { every }: FixedOptions): boolean {
  return next > to || (every > 0 && to - from === every)
}

function* starts(
  source: Text,
  options: FixedOptions,
): Generator<{ from: number; next: number; type: string }> {
  for (const { from, to, next } of spansOf(source, options.every, 0))
    if (isWhole(from, to, next, options))
      yield { from, next, type: typeOf(source, from, to, options) }
}

function headBytes(bytes: Buffer, options: FixedOptions): number {
  const source = textOf(bytes, options.encoding)
  let head = 0
  let first = true
  for (const { from, to, next } of spansOf(source, options.every, options.skip)) {
    if (first && options.skip > 0) head = from
    first = false
    const { lines } = options
    if (lines === null) break
    if (kindNamed(lines.groups, typeOf(source, from, to, options))?.role !== 'file') break
    head = next
  }
  return head * source.unit
}
