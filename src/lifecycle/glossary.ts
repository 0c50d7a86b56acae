/** The words of a company: what each means in every source that uses it, its synonyms, and where sources contradict. */
import type pg from 'pg'
import { nearest } from '#language/nearest.ts'
import { normalWord, overlap, readTerms, type Term } from '#mapping/terms.ts'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'

export type Meaning = {
  readonly milestone: string
  readonly classifier: string | null
  readonly substatus: string | null
  readonly hold: string | null
  readonly label: string | null
  readonly language: string | null
  readonly from: string | null
  readonly until: string | null
  readonly sources: readonly string[]
  /** From the catalog rather than from the source's own terms.csv. */
  readonly inherited: boolean
}

/** `conflict`: sources of the company mean different things by it on the same day. `synonyms`: words that mean the same. */
export type GlossaryEntry = {
  readonly company: string
  readonly word: string
  readonly meanings: readonly Meaning[]
  readonly synonyms: readonly string[]
  readonly conflict: boolean
}

const synonymsMax = 50

type Used = { readonly term: Term; readonly sources: Set<string>; readonly inherited: boolean }

/** By company and word. What the catalog brings is left out unless `withCatalog`. */
export function glossaryOf(sources: readonly Source[], withCatalog: boolean): GlossaryEntry[] {
  const companies = Map.groupBy(sources, ({ company }) => company)
  return [...companies]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([company, own]) => ofCompany(company, own, withCatalog))
}

/** The entries of one word, however it is written. */
export function entriesFor(entries: readonly GlossaryEntry[], word: string): GlossaryEntry[] {
  return entries.filter((entry) => normalWord(entry.word) === normalWord(word))
}

function ofCompany(
  company: string,
  sources: readonly Source[],
  withCatalog: boolean,
): GlossaryEntry[] {
  const words = new Map<string, Map<string, Used>>()
  for (const source of sources)
    for (const { term, inherited } of termsOf(source, withCatalog))
      note(words, source, term, inherited)
  const alike = new Map<string, Set<string>>()
  for (const uses of words.values())
    for (const { term } of uses.values()) {
      const same = alike.get(senseOf(term)) ?? new Set()
      alike.set(senseOf(term), same.add(term.word))
    }
  return [...words]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([normal, uses]) => {
      const all = [...uses.values()]
      const synonyms = new Set(all.flatMap(({ term }) => [...(alike.get(senseOf(term)) ?? [])]))
      const others = [...synonyms].filter((word) => normalWord(word) !== normal)
      const conflict = all.some((a, i) =>
        all
          .slice(i + 1)
          .some((b) => senseOf(a.term) !== senseOf(b.term) && overlap(a.term, b.term)),
      )
      const { word } = all[0]!.term
      const meanings = all.map(meaningOf)
      const shown = others.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, synonymsMax)
      return { company, word, meanings, synonyms: shown, conflict }
    })
}

function termsOf({ files }: Source, withCatalog: boolean): { term: Term; inherited: boolean }[] {
  const names = Object.keys(files).filter((name) => name.endsWith('.csv'))
  return names.flatMap((name) => {
    const inherited = name !== 'terms.csv'
    if (inherited && !withCatalog) return []
    return readTerms(name, files[name]!, []).list.map((term) => ({ term, inherited }))
  })
}

function note(
  words: Map<string, Map<string, Used>>,
  { name }: Source,
  term: Term,
  inherited: boolean,
): void {
  const normal = normalWord(term.word)
  const uses = words.get(normal) ?? new Map<string, Used>()
  words.set(normal, uses)
  const key = JSON.stringify([senseOf(term), term.label, term.language, term.from, term.until])
  const use = uses.get(key) ?? { term, sources: new Set(), inherited }
  use.sources.add(name)
  uses.set(key, use)
}

/** What a word says of an order, without how it is called. */
function senseOf({ milestone, classifier, substatus, hold }: Term): string {
  return [milestone, classifier, substatus, hold?.kind, hold?.action].join(' ')
}

function meaningOf({ term, sources, inherited }: Used): Meaning {
  const { milestone, classifier, substatus, hold, label, language, from, until } = term
  return {
    milestone,
    classifier: classifier ?? null,
    substatus: substatus ?? null,
    hold: hold === undefined ? null : `${hold.kind} ${hold.action}`,
    label: label ?? null,
    language: language ?? null,
    from: from ?? null,
    until: until ?? null,
    sources: [...sources].toSorted((a, b) => (a < b ? -1 : 1)),
    inherited,
  }
}

/** `known`: the terms that run now know it; reading the history again gives it its meaning. */
export type UnknownWord = {
  readonly source: string
  readonly word: string
  readonly times: number
  readonly firstAt: string
  readonly lastAt: string
  readonly known: boolean
  readonly suggestions: readonly { readonly word: string; readonly milestone: string }[]
}

type Row = { source: string; word: string; times: number; first_at: Date; last_at: Date }

const wordsMax = 200

/** Words of statuses that no term knew, most frequent first, with what the company's glossary has nearest to them. */
export async function listUnknownWords(
  pool: pg.Pool,
  access: Access,
  sources: readonly Source[],
): Promise<UnknownWord[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<Row>(
      `select source, word, times, first_at, last_at from unknown_word where tenant_key = $1
       order by times desc, source, word limit ${wordsMax}`,
      [access.tenant],
    ),
  )
  const companyOf = new Map(sources.map(({ name, company }) => [name, company]))
  const glossary = Map.groupBy(glossaryOf(sources, true), ({ company }) => company)
  return rows.map(({ source, word, times, first_at, last_at }) => {
    const entries = glossary.get(companyOf.get(source) ?? '') ?? []
    const milestones = new Map(entries.map((entry) => [entry.word, entry.meanings[0]!.milestone]))
    const own = entries.find((entry) => normalWord(entry.word) === normalWord(word))
    const known = own?.meanings.some((meaning) => meaning.sources.includes(source)) ?? false
    const near = word === '' ? [] : nearest(word, milestones.keys())
    return {
      source,
      word,
      times,
      firstAt: first_at.toISOString(),
      lastAt: last_at.toISOString(),
      known,
      suggestions: near.map((one) => ({ word: one, milestone: milestones.get(one)! })),
    }
  })
}
