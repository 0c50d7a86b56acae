/** Which definition of the catalog understands bytes that nobody has named. */
import { formatNamed, sniffFormat } from '#formats/registry.ts'
import { parseSafely } from '#flow/parse.ts'
import type { Format, FormatOptions } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import type { Catalog, CatalogEntry } from './catalog.ts'

/** A format with its options, and what it found in the bytes. */
export type Reading = {
  readonly format: Format
  readonly options: FormatOptions
  readonly found: readonly Found[]
}

/** A definition that may fit: its best score, and the mean over the records, which parts those that score alike. */
export type Candidate = {
  readonly entry: CatalogEntry
  readonly score: number
  readonly mean: number
  readonly reading: Reading
}

/** `candidates`: best first, empty when nobody knows the bytes; then `plain` is how their likeliest format reads them. */
export type Recognition = {
  readonly sniffed: readonly { readonly name: string; readonly score: number }[]
  readonly candidates: readonly Candidate[]
  readonly plain: Reading | null
}

const recordsTried = 20

/**
 * Tries the definitions of every format that the bytes may be in: each is asked how surely the first records are of its
 * system. Reads with bounds on time and memory; never throws on bytes.
 */
export async function recognise(catalog: Catalog, bytes: Buffer): Promise<Recognition> {
  const sniffed = sniffFormat(bytes)
  const readings = new Map<string, Promise<Reading>>()
  const readOnce = (format: Format, options: FormatOptions): Promise<Reading> => {
    const key = `${format.name} ${JSON.stringify(options)}`
    const reading = readings.get(key) ?? read(format, options, bytes)
    readings.set(key, reading)
    return reading
  }
  const candidates: (Candidate & { readonly likely: number })[] = []
  for (const entry of catalog.entries) {
    const { format, formatOptions } = entry.source
    const likely = sniffed.find(({ name }) => name === format.name)?.score ?? 0
    if (likely === 0) continue
    const reading = await readOnce(format, formatOptions)
    const scores = treesOf(reading.found).map(entry.score)
    const score = Math.max(0, ...scores)
    const mean = scores.reduce((sum, one) => sum + one, 0) / Math.max(1, scores.length)
    if (score > 0) candidates.push({ entry, score, mean, reading, likely })
  }
  candidates.sort((a, b) => b.score - a.score || b.mean - a.mean || b.likely - a.likely)
  const format = candidates.length > 0 ? undefined : formatNamed(sniffed[0]?.name ?? '')
  const plain = format === undefined ? null : await readOnce(format, format.options({}))
  return { sniffed, candidates, plain }
}

async function read(format: Format, options: FormatOptions, bytes: Buffer): Promise<Reading> {
  return { format, options, found: await parseSafely(format, options, bytes) }
}

function treesOf(found: readonly Found[]): unknown[] {
  const trees: unknown[] = []
  for (const one of found) {
    if (one.ok) trees.push(one.tree)
    if (trees.length === recordsTried) break
  }
  return trees
}
