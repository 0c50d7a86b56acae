import { compileSource } from '#mapping/compile.ts'
import { formatNamed } from '#formats/registry.ts'
import type { SourceFiles } from '#mapping/check.ts'
import { readTerms } from '#mapping/terms.ts'
import { draft } from './draft.ts'
import { flatten } from './flatten.ts'
import { propose, type Proposal } from './propose.ts'
import type { SampleFile } from './reading.ts'
import { barePath, usesOf, type Use } from './uses.ts'
import type { Vocabulary } from './vocabulary.ts'

/**
 * A proposal beside the definition that people wrote. `fields`: those that the definition uses and the samples have; right when
 * the proposal uses them for the same; `fieldsWrong` when it uses them for something else only. `terms`: words
 * of the terminology that the samples have; right when the milestone is the same.
 */
export type HeldBack = {
  readonly source: string
  readonly format: string
  readonly formatRight: boolean
  readonly compiled: boolean
  readonly fields: number
  readonly fieldsRight: number
  readonly fieldsWrong: number
  readonly terms: number
  readonly termsRight: number
  readonly termsWrong: number
  /** Of the terms, those that are no words but codes, which nobody can know without their list. */
  readonly codes: number
  readonly codesRight: number
  readonly misses: readonly string[]
}

/** Proposes a source from its samples, with a vocabulary that does not know it, and compares. Null without samples. */
export function checkHeldBack(
  folder: string,
  files: SourceFiles,
  vocabulary: Vocabulary,
): HeldBack | null {
  const samples = samplesOf(files)
  const texts = Object.fromEntries(
    Object.entries(files).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
  const compiled = compileSource(texts, formatNamed)
  if (samples.length === 0 || !compiled.ok) return null
  const { format, formatOptions } = compiled.source
  // Columns that only the definition names cannot be found under their names.
  if (Array.isArray(formatOptions['header'])) return null
  const trees = samples.flatMap(({ bytes }) =>
    [...format.read(bytes, formatOptions)].flatMap((found) => (found.ok ? [found.tree] : [])),
  )
  if (trees.length === 0) return null
  const proposed = propose(samples, vocabulary)
  const empty = { source: folder, format: format.name, formatRight: false, compiled: false }
  const proposal = proposed.ok ? proposed.proposal : null
  const written =
    proposal === null
      ? null
      : draft(proposal, {
          source: 'held-back',
          title: folder,
          company: 'held',
          region: 'GLOBAL',
          zone: 'unknown',
          pattern: null,
          terms: [],
        })
  const uses = written === null ? [] : usesOf(written.files['source.yaml']!)
  const misses: string[] = proposal?.plan.blocked.map((why) => why) ?? []
  for (const { line, message } of written?.errors ?? [])
    misses.push(
      `does not compile: ${message}: ${written!.files['source.yaml']!.split('\n')[line - 1]}`,
    )
  const truth = truthIn(texts['source.yaml']!, trees)
  const fields = compareFields(truth, uses, rootOf(proposal), misses)
  const terms = compareTerms(texts['terms.csv'] ?? '', truth, trees, proposal, misses)
  return {
    ...empty,
    formatRight: proposal?.reading.format === format.name,
    compiled: written?.source !== null && written !== null,
    ...fields,
    ...terms,
    misses,
  }
}

function samplesOf(files: SourceFiles): SampleFile[] {
  return Object.entries(files)
    .filter(([name]) => name.startsWith('samples/') && !name.endsWith('.expected.json'))
    .map(([name, bytes]) => ({
      name,
      bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    }))
}

/** Where the proposal's records begin inside of the definition's, or the other way round: paths are compared by their ends. */
function rootOf(proposal: Proposal | null): string {
  const records = proposal?.reading.options['records']
  return typeof records === 'string' ? records : ''
}

/** Uses whose fields stand in the samples; what a condition or a helper reads beside is not asked for. */
function truthIn(definition: string, trees: readonly unknown[]): Use[] {
  const there = new Set(flatten(trees).fields.map(({ path }) => barePath(path)))
  const roles = /^(id:(?!message)|fact:|line:|place:|time$|date:|term$|reason$)/
  return usesOf(definition).flatMap(({ role, paths }) => {
    const found = paths.map(barePath).filter((path) => there.has(path))
    return roles.test(role) && found.length > 0 ? [{ role, paths: found }] : []
  })
}

function compareFields(
  truth: readonly Use[],
  uses: readonly Use[],
  root: string,
  misses: string[],
): { fields: number; fieldsRight: number; fieldsWrong: number } {
  const byPath = new Map<string, Set<string>>()
  for (const { role, paths } of uses)
    for (const path of paths.map(barePath))
      byPath.set(path, (byPath.get(path) ?? new Set()).add(role))
  // A field that is one thing or another, by what else a record says, is one field: either is right.
  const fields = new Map<string, { roles: Set<string>; paths: readonly string[] }>()
  for (const { role, paths } of truth) {
    const key = paths.toSorted().join(' ')
    const field = fields.get(key) ?? { roles: new Set<string>(), paths }
    field.roles.add(role)
    fields.set(key, field)
  }
  let [right, wrong] = [0, 0]
  for (const { roles, paths } of fields.values()) {
    const proposed = paths.flatMap((path) => [...rolesAt(path, byPath, root)])
    if (proposed.some((role) => roles.has(role))) right++
    else {
      if (proposed.length > 0) wrong++
      const told = proposed.length === 0 ? 'nothing' : proposed.join(', ')
      misses.push(`${[...roles].join(' or ')}: ${paths.join(' | ')} -> ${told}`)
    }
  }
  return { fields: fields.size, fieldsRight: right, fieldsWrong: wrong }
}

function rolesAt(
  path: string,
  byPath: ReadonlyMap<string, ReadonlySet<string>>,
  root: string,
): ReadonlySet<string> {
  const inside = root !== '' && path.startsWith(`${root}.`) ? path.slice(root.length + 1) : path
  const found = byPath.get(path) ?? byPath.get(inside)
  if (found !== undefined) return found
  const outer = [...byPath].find(([other]) => other.endsWith(`.${path}`))
  return outer?.[1] ?? new Set()
}

function compareTerms(
  csv: string,
  uses: readonly Use[],
  trees: readonly unknown[],
  proposal: Proposal | null,
  misses: string[],
): Pick<HeldBack, 'terms' | 'termsRight' | 'termsWrong' | 'codes' | 'codesRight'> {
  const truth = csv === '' ? null : readTerms('terms.csv', csv, [])
  let [terms, right, wrong, codes, codesRight] = [0, 0, 0, 0, 0]
  if (truth === null) return { terms, termsRight: right, termsWrong: wrong, codes, codesRight }
  const words = new Set<string>()
  const read = new Set(uses.filter(({ role }) => role === 'term').flatMap(({ paths }) => paths))
  for (const { path, values } of flatten(trees).fields)
    if (read.size === 0 || read.has(barePath(path)))
      for (const value of values) if (typeof value !== 'boolean') words.add(String(value).trim())
  const seen = new Set<string>()
  for (const word of words) {
    const term = truth.find(word)
    const key = word.toLowerCase()
    if (term === undefined || seen.has(key) || !isStatusWord(word, proposal)) continue
    seen.add(key)
    terms++
    const code = isCode(word)
    if (code) codes++
    // A text beside a code is read as the code is.
    const own =
      proposal?.terms.find((one) => one.word.toLowerCase() === key) ??
      proposal?.terms.find((one) => one.beside?.toLowerCase() === key)
    if (own !== undefined && own.milestone === term.milestone) {
      right++
      if (code) codesRight++
    } else {
      if (own !== undefined && own.milestone !== 'unknown' && own.confidence >= 0.5) wrong++
      misses.push(
        `'${word}' is ${term.milestone} -> ${own === undefined ? 'not seen as a status' : `${own.milestone} (${own.because})`}`,
      )
    }
  }
  return { terms, termsRight: right, termsWrong: wrong, codes, codesRight }
}

function isCode(word: string): boolean {
  return /^[A-Z]{1,3}$|^[A-Z0-9._-]*\d[A-Z0-9._-]*$|^[^AEIOUY]{2,6}$/.test(word)
}

/** Digits and single letters stand in many fields that are no status; they count where the proposal sees them as one. */
function isStatusWord(word: string, proposal: Proposal | null): boolean {
  return (
    (word.length > 1 && !/^\d+$/.test(word)) ||
    (proposal?.terms.some((one) => one.word === word) ?? false)
  )
}
