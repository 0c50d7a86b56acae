import { isUtf8 } from 'node:buffer'
import { guessCsv } from '#formats/csv/guess.ts'
import { guessFixed } from '#formats/fixed-width/guess.ts'
import { readName } from './names.ts'
import { formatNamed, sniffFormat } from '#formats/registry.ts'
import type { Fault, Found } from '#model/record.ts'

/** A file that shows what a source sends. */
export type SampleFile = { readonly name: string; readonly bytes: Buffer }

/** How the samples are read. `options` are as they stand in `source.yaml`. */
export type SampleReading = {
  readonly format: string
  readonly options: Readonly<Record<string, unknown>>
  readonly confidence: number
  readonly because: string
  readonly trees: readonly unknown[]
  readonly faults: readonly Fault[]
}

const bytesMax = 2 * 1024 * 1024
const recordsMax = 2_000

/** The format that all files are most likely in, its options, and their records; null when no format knows them. */
export function readSamples(files: readonly SampleFile[]): SampleReading | null {
  const scores = new Map<string, number>()
  for (const { bytes } of files)
    for (const { name, score } of sniffFormat(head(bytes)))
      scores.set(name, (scores.get(name) ?? 0) + score)
  const [best] = [...scores].toSorted((a, b) => b[1] - a[1])
  if (best === undefined) return null
  const [name, sum] = best
  const largest = files.toSorted((a, b) => b.bytes.length - a.bytes.length)[0]!
  const options = optionsFor(name, head(largest.bytes))
  const { trees, faults } = recordsOf(name, options, files)
  const narrowed = recordsPath(name, trees)
  const again =
    narrowed === null
      ? { trees, faults }
      : recordsOf(name, { ...options, records: narrowed }, files)
  return {
    format: name,
    options: narrowed === null ? options : { ...options, records: narrowed },
    confidence: Math.min(1, sum / files.length),
    because: becauseOf(name, options, narrowed),
    ...again,
  }
}

function head(bytes: Buffer): Buffer {
  return bytes.length > bytesMax ? bytes.subarray(0, bytesMax) : bytes
}

function optionsFor(name: string, bytes: Buffer): Record<string, unknown> {
  if (name === 'csv') return { ...guessCsv(bytes), ...encodingOf(bytes) }
  if (name === 'fixed-width') return { ...guessFixed(bytes), ...encodingOf(bytes) }
  return {}
}

/** Old code pages look like Windows-1252 with strange signs: letters of Europe stand at 80 to A5 there. */
function encodingOf(bytes: Buffer): { encoding?: string } {
  if (isUtf8(bytes) || bytes.includes(0)) return {}
  let [dos, windows] = [0, 0]
  for (let at = 1; at < bytes.length - 1; at++) {
    const byte = bytes[at]!
    if (byte < 0x80) continue
    const letters = isLetter(bytes[at - 1]!) || isLetter(bytes[at + 1]!)
    if (letters && ((byte <= 0xa5 && byte !== 0xa0) || byte === 0xe1)) dos++
    if (letters && byte >= 0xc0 && byte !== 0xe1) windows++
  }
  return { encoding: dos > windows ? 'cp850' : 'windows-1252' }
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
}

function recordsOf(
  name: string,
  options: Readonly<Record<string, unknown>>,
  files: readonly SampleFile[],
): { trees: unknown[]; faults: Fault[] } {
  const format = formatNamed(name)!
  const trees: unknown[] = []
  const faults: Fault[] = []
  const checked = format.options(options)
  for (const { bytes } of files) {
    for (const found of partly(format.read(part(name, options, bytes), checked))) {
      if (found.ok) trees.push(found.tree)
      else faults.push(found.fault)
    }
  }
  return { trees: trees.filter((tree) => tree !== null), faults }
}

/** Long files are cut at a record, where the format has borders. */
function part(name: string, options: Readonly<Record<string, unknown>>, bytes: Buffer): Buffer {
  const format = formatNamed(name)!
  if (bytes.length <= bytesMax || format.cut === null) return bytes
  const length = format.cut(bytes.subarray(0, bytesMax), format.options(options))
  return length === 0 ? bytes : bytes.subarray(0, length)
}

function* partly(records: Iterable<Found>): Generator<Found> {
  let left = recordsMax
  for (const one of records) {
    if (left-- === 0) return
    yield one
  }
}

/**
 * The list inside of documents whose elements are the records: most documents hold little else, and its elements are wide.
 * Null where the documents are the records.
 */
function recordsPath(format: string, trees: readonly unknown[]): string | null {
  if ((format !== 'json' && format !== 'xml') || trees.length === 0 || trees.length > 50)
    return null
  const lists = new Map<string, Held>()
  for (const tree of trees.slice(0, 20)) collectLists(tree, '', 0, 0, lists)
  const [best] = [...lists].toSorted(
    (a, b) => b[1].elements * b[1].width - a[1].elements * a[1].width,
  )
  if (best === undefined) return null
  const [path, { elements, documents, beside }] = best
  const name = readName(path.split('.').at(-1) ?? '').concepts
  const inside = name.has('event') || name.has('reason') || /err|warn/i.test(path)
  const most = documents >= Math.min(20, trees.length) * 0.6 && elements > trees.length
  return most && !inside && beside <= besideMax ? path : null
}

/** A list: its elements in all documents, how wide they are, and how many plain values stand in the maps around it. */
type Held = { elements: number; documents: number; width: number; beside: number }

/** Page numbers and a time may stand beside the records; more are a document that has lines. */
const besideMax = 3

function collectLists(
  value: unknown,
  path: string,
  depth: number,
  above: number,
  lists: Map<string, Held>,
): void {
  if (depth > 5 || typeof value !== 'object' || value === null) return
  const entries = Object.entries(value)
  const beside = above + entries.filter(([, one]) => typeof one !== 'object').length
  for (const [key, below] of entries) {
    if (key.includes('.') || key.startsWith('@')) continue
    const here = path === '' ? key : `${path}.${key}`
    if (!Array.isArray(below)) {
      collectLists(below, here, depth + 1, beside, lists)
      continue
    }
    const objects = below.filter((one) => typeof one === 'object' && one !== null) as object[]
    const width = Math.max(0, ...objects.slice(0, 20).map((one) => Object.keys(one).length))
    if (width < 3) continue
    const held = lists.get(here) ?? { elements: 0, documents: 0, width, beside }
    held.elements += objects.length
    held.documents++
    lists.set(here, held)
  }
}

function becauseOf(
  name: string,
  options: Readonly<Record<string, unknown>>,
  records: string | null,
): string {
  const said: string[] = []
  if (typeof options['delimiter'] === 'string')
    said.push(
      `separated by ${options['delimiter'] === 'tab' ? 'tabs' : `'${options['delimiter']}'`}`,
    )
  if (Array.isArray(options['header'])) said.push('no row that names the columns')
  if (typeof options['skip'] === 'number') said.push(`${options['skip']} lines above the table`)
  if (Array.isArray(options['columns']))
    said.push(`${options['columns'].length} columns at fixed places`)
  if (options['lines'] !== undefined) said.push('lines of several kinds, marked at their start')
  if (records !== null) said.push(`records in '${records}'`)
  return said.length === 0 ? `the files look like ${name}` : said.join(', ')
}
