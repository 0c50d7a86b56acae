import { readTerms } from '#mapping/terms.ts'
import { isPattern, patternOf, wordsOf, type Pattern } from '#mapping/patterns.ts'
import type { Term } from '#mapping/terms.ts'
import { barePath, usesOf } from './uses.ts'
import type { Role } from './roles.ts'

/** A word that some definition knows. `source`: where it comes from. */
export type KnownTerm = Term & {
  readonly source: string
  readonly matches: Pattern | null
  readonly tokens: readonly string[]
}

/** A field that some definition uses. `path` without marks of lists. */
export type KnownName = { readonly source: string; readonly path: string; readonly role: Role }

/** All that is known from definitions that exist: what proposals are compared with. */
export type Vocabulary = {
  readonly terms: readonly KnownTerm[]
  readonly names: readonly KnownName[]
  /** The terminology of another field, which is believed only where nothing else knows a word. */
  readonly other?: string
}

/** A definition to learn from: its name, `source.yaml` and `terms.csv`; a terminology alone has no definition. */
export type Learned = {
  readonly source: string
  readonly definition?: string
  readonly terms?: string
}

/** Learns from definitions; what cannot be read teaches nothing. */
export function vocabularyOf(all: readonly Learned[]): Vocabulary {
  // What a terminology says for all comes before the patterns of single sources.
  const shared = all.toSorted((a, b) => rank(a) - rank(b))
  return {
    terms: shared.flatMap(({ source, terms }) =>
      terms === undefined ? [] : knownTerms(source, terms),
    ),
    names: all.flatMap(({ source, definition }) =>
      definition === undefined ? [] : knownNames(source, definition),
    ),
  }
}

function rank({ definition }: Learned): number {
  return definition === undefined ? 0 : 1
}

/**
 * The vocabulary for a source of parcels, or of orders: the terminology of its field is asked first, because received is one
 * thing of a parcel and another of an order.
 */
export function inField(vocabulary: Vocabulary, parcels: boolean): Vocabulary {
  const later = parcels ? 'order-phrases' : 'carrier-words'
  const terms = vocabulary.terms.toSorted(
    (a, b) => Number(a.source === later) - Number(b.source === later),
  )
  return { ...vocabulary, terms, other: later }
}

/** The vocabulary as if these sources did not exist. */
export function withoutSources(vocabulary: Vocabulary, sources: ReadonlySet<string>): Vocabulary {
  const kept = <One extends { readonly source: string }>(list: readonly One[]): One[] =>
    list.filter(({ source }) => !sources.has(source))
  return { terms: kept(vocabulary.terms), names: kept(vocabulary.names) }
}

function knownTerms(source: string, csv: string): KnownTerm[] {
  const terms = readTerms('terms.csv', csv, [])
  return wordsIn(csv).flatMap((word) => {
    const term = isPattern(word) ? rowOf(csv, word) : terms.find(word)
    if (term === undefined) return []
    return [
      { ...term, source, matches: isPattern(word) ? patternOf(word) : null, tokens: wordsOf(word) },
    ]
  })
}

/** The first cells of a terminology. */
function wordsIn(csv: string): string[] {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) => {
      const quoted = /^"((?:[^"]|"")*)"/.exec(line)
      return (quoted === null ? line.split(',')[0]! : quoted[1]!.replaceAll('""', '"')).trim()
    })
}

/** The row of a pattern: read alone under the header, because finding goes by words, not by patterns. */
function rowOf(csv: string, word: string): Term | undefined {
  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const line = lines.find((one) => one.startsWith(`${word},`) || one.startsWith(`"${word}",`))
  if (line === undefined) return undefined
  const plain = word.replaceAll('*', 'x')
  const alone = readTerms('terms.csv', `${lines[0]}\n${line.replace(word, plain)}`, [])
  const term = alone.find(plain)
  return term === undefined ? undefined : { ...term, word }
}

function knownNames(source: string, definition: string): KnownName[] {
  return usesOf(definition).flatMap(({ role, paths }) =>
    paths.map((path) => ({ source, path: barePath(path), role })),
  )
}
