import { wordsOf } from '#mapping/patterns.ts'
import type { Field, Flat } from './flatten.ts'
import type { Concept } from './lexicon.ts'
import { readName, type ReadName } from './names.ts'
import { asParcels, asTickets, isOfParcels, withNumber } from './parcels.ts'
import { profileOf, type Profile } from './profile.ts'
import { patterns, type Role } from './roles.ts'
import { suits } from './suits.ts'
import { isUnnamed, withUnnamed } from './unnamed.ts'
import { barePath } from './uses.ts'
import type { KnownName, Vocabulary } from './vocabulary.ts'

/** A role a field may have. `confidence` 0 to 1; `because`: in words. */
export type Candidate = {
  readonly role: Role
  readonly confidence: number
  readonly because: string
}

/** A field with its look and its roles, the likeliest first. */
export type ScoredField = {
  readonly field: Field
  readonly profile: Profile
  readonly candidates: readonly Candidate[]
}

const candidatesMax = 6
const confidenceMin = 0.15
const confidenceMax = 0.98

/** Scores every field. `topic`: words of file names, which say what unnamed numbers belong to. */
export function scoreFields(flat: Flat, vocabulary: Vocabulary, topic: string): ScoredField[] {
  const known = namesByLeaf(vocabulary.names)
  const words = knownWordsOf(vocabulary)
  const scored = asRegions(
    flat.fields.map((field) => {
      const profile = profileOf(field)
      return { field, profile, candidates: candidatesOf(field, profile, known, words, topic) }
    }),
  )
  return withUnnamed(
    isOfParcels(flat, topic) ? asParcels(scored) : withNumber(asTickets(scored), 'id:order'),
    topic,
  )
}

/** A `state` beside a `city` is a region: the same name without it, in the same map. */
function asRegions(fields: readonly ScoredField[]): ScoredField[] {
  const names = new Set(fields.map(({ field }) => keyWithout(field, cityWord)))
  return fields.map((one) => {
    const key = stateWord.test(one.field.path) ? keyWithout(one.field, stateWord) : null
    if (key === null || key === plainPath(one.field) || !names.has(`city ${key}`)) return one
    const region = { role: 'place:region', confidence: 0.9, because: 'it stands beside a city' }
    return { ...one, candidates: [region, ...one.candidates.filter(({ role }) => role !== 'term')] }
  })
}

const stateWord = /state(?:or)?(?:province)?(?:code)?$/i
const cityWord = /city(?:name)?$/i

function plainPath({ path }: Field): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9.]/g, '')
}

function keyWithout(field: Field, word: RegExp): string {
  const plain = plainPath(field)
  const left = plain.replace(word, '')
  return word === cityWord && left !== plain ? `city ${left}` : left
}

type Leaves = ReadonlyMap<string, readonly KnownName[]>

function namesByLeaf(names: readonly KnownName[]): Leaves {
  const map = new Map<string, KnownName[]>()
  for (const name of names) {
    const leaf = leafOf(name.path)
    const list = map.get(leaf)
    if (list === undefined) map.set(leaf, [name])
    else list.push(name)
  }
  return map
}

function leafOf(path: string): string {
  return plainName(path.slice(path.lastIndexOf('.') + 1))
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
}

function candidatesOf(
  field: Field,
  profile: Profile,
  known: Leaves,
  words: KnownWords,
  topic: string,
): Candidate[] {
  const best = new Map<Role, { score: number; because: string }>()
  const consider = (role: Role, score: number, because: string): void => {
    const before = best.get(role)
    if (before === undefined || before.score < score) best.set(role, { score, because })
  }
  byName(field, topic, consider)
  byKnownNames(field, known, consider)
  byValues(profile, words, isUnnamed(field), consider)
  const candidates: Candidate[] = []
  for (const [role, { score, because }] of best) {
    const look = suits(role, profile)
    const vocabularyShare = role === 'term' ? shareKnown(profile, words) : 0
    const confidence = Math.min(confidenceMax, score * look.factor + vocabularyShare * 0.15)
    if (confidence < confidenceMin) continue
    const reasons = [because, look.because].filter((one) => one !== '')
    candidates.push({ role, confidence, because: reasons.join('; ') })
  }
  return candidates.toSorted((a, b) => b.confidence - a.confidence).slice(0, candidatesMax)
}

type Consider = (role: Role, score: number, because: string) => void

const contextCost = 0.04
const topicCost = 0.12
const unexplainedCost = 0.13
const strangeCost = 0.1
const moreBonus = 0.02
/** What names of files may say of fields. */
const things = new Set<Concept>([
  'order',
  'purchase',
  'ship',
  'delivery',
  'invoice',
  'return',
  'quote',
  'ticket',
  'customer',
  'product',
  'supplier',
  'payment',
  'person',
  'stock',
])

/** What a field's own name must have something of, whatever stands above it. By the first letters of the role. */
const cores: Readonly<Record<string, ReadonlySet<Concept>>> = {
  term: new Set<Concept>(['status', 'event', 'type', 'number', 'name', 'updated', 'description']),
  word: new Set<Concept>(['description', 'comment', 'status', 'event']),
  reas: new Set<Concept>(['reason', 'description', 'comment', 'number', 'note']),
}

/** What the name says, with the names above it, and last the file's. */
function byName(field: Field, topic: string, consider: Consider): void {
  const names = tellingNames(field)
  const own = readName(names.at(-1) ?? '')
  const around = names.slice(0, -1).filter((name) => !isWrapper(name))
  const near = readName(around.at(-1) ?? '')
  const far = readName(around.at(-2) ?? '')
  const about = readName(topic)
  for (const { role, all, not, weight } of patterns) {
    const core = cores[role.slice(0, 4)]
    if (!all.some((concept) => own.concepts.has(concept) && (core?.has(concept) ?? true))) continue
    // What the own name says in full, no name above it takes back.
    const above = all.every((concept) => own.concepts.has(concept)) ? own : near
    if (not.some((concept) => contradicts(concept, own, above, all))) continue
    let score = weight + moreBonus * all.length
    let missing = false
    for (const concept of all) {
      if (own.concepts.has(concept)) continue
      if (near.concepts.has(concept)) score -= contextCost
      else if (far.concepts.has(concept)) score -= contextCost * 2
      else if (things.has(concept) && about.concepts.has(concept)) score -= topicCost
      else missing = true
    }
    if (missing) continue
    score -= unexplainedCost * unexplained(own, all) + strangeOf(own, all)
    if (score > 0) consider(role, score, `'${names.at(-1)}' reads as ${all.join(' ')}`)
  }
}

/** Whether a name only says that something is inside: data, details. */
function isWrapper(name: string): boolean {
  const { words } = readName(name)
  return words.length > 0 && words.every((word) => readName(word).concepts.has('bag'))
}

const wrappers = /^(?:#text|content|value|text|\$t|_|\$|__text)$/i

/** Names of a field from the record down; a name that only wraps a value is none. */
function tellingNames({ segments }: Field): string[] {
  const names = segments.filter((one) => one !== '[]')
  while (names.length > 1 && wrappers.test(names.at(-1)!)) names.pop()
  return names
}

function contradicts(
  concept: Concept,
  own: ReadName,
  near: ReadName,
  all: readonly Concept[],
): boolean {
  if (all.includes(concept)) return false
  return strongIn(concept, own, all) || strongIn(concept, near, all)
}

/** A word that means something the pattern explains does not contradict it by its other meaning. */
function strongIn(concept: Concept, name: ReadName, all: readonly Concept[]): boolean {
  if (!name.concepts.has(concept)) return false
  return name.words.some((word) => {
    const meant = readName(word).concepts
    return meant.has(concept) && !all.some((one) => meant.has(one))
  })
}

/** A strange word beside nothing but number or type may turn it into anything. */
function strangeOf(own: ReadName, all: readonly Concept[]): number {
  const generic = all.every((one) => !own.concepts.has(one) || one === 'number' || one === 'type')
  return own.strange * (generic ? strangeCost * 3 : strangeCost)
}

/** Words of the name that the concepts do not explain; wrapping words such as data or info count little. */
function unexplained(name: ReadName, all: readonly Concept[]): number {
  let count = 0
  for (const word of name.words) {
    const meant = readName(word).concepts
    if (meant.size === 0 || all.some((concept) => meant.has(concept))) continue
    count += meant.has('bag') ? 0.2 : 1
  }
  return count
}

/** What other definitions use fields of the same name for. */
function byKnownNames(field: Field, known: Leaves, consider: Consider): void {
  const path = barePath(tellingNames(field).join('.'))
  const same = known.get(leafOf(path)) ?? []
  if (same.length === 0) return
  const parent = plainName(path.split('.').at(-2) ?? '')
  const votes = new Map<Role, { sources: Set<string>; parent: boolean }>()
  for (const name of same) {
    const vote = votes.get(name.role) ?? { sources: new Set<string>(), parent: false }
    vote.sources.add(name.source)
    vote.parent ||= parent !== '' && plainName(name.path.split('.').at(-2) ?? '') === parent
    votes.set(name.role, vote)
  }
  const all = new Set(same.map(({ source }) => source)).size
  for (const [role, { sources, parent: alike }] of votes) {
    const share = sources.size / all
    // One source alone says little of a name as common as op or id.
    const base = sources.size === 1 ? 0.28 + 0.22 * share : 0.35 + 0.35 * share
    const score = base + (alike ? 0.2 : 0) + Math.min(0.08, sources.size * 0.02)
    consider(role, score, `${[...sources].slice(0, 3).join(', ')} use '${leafOf(path)}' for it`)
  }
}

/** What the values prove whatever the name: numbers with check digits, codes of currencies, words that are known. */
function byValues(
  profile: Profile,
  words: KnownWords,
  nameless: boolean,
  consider: Consider,
): void {
  const { numbered } = profile
  const kinds = {
    tracking: 'id:tracking',
    package: 'id:package',
    container: 'id:container',
    mac: 'id:mac',
    product: 'line:sku',
  }
  if (numbered !== null) {
    const weight =
      numbered.chance < 0.02
        ? 0.72
        : numbered.chance ** Math.min(4, profile.distinct) < 0.005
          ? 0.5
          : 0.3
    consider(kinds[numbered.kind], weight, `all are ${numbered.what}`)
  }
  if (profile.province > 0.9 && profile.distinct > 1)
    consider('place:region', 0.55, 'codes of states and provinces')
  if (profile.currency > 0.95 && profile.count > 1)
    consider('fact:currency', 0.62, 'all are codes of currencies')
  const share = shareKnown(profile, words, nameless)
  if (share >= 0.3 && profile.letters > 0.5)
    consider(
      'term',
      0.4 + share * 0.4,
      `${Math.round(share * 100)} % of the words are known from other sources`,
    )
  if (profile.time !== null && profile.numeric < 0.5) consider('time', 0.3, 'the values are times')
  if (profile.clock !== null) consider('clock', 0.3, 'the values are times of day')
}

/** Words as they are written, and as patterns of terminologies find them. */
type KnownWords = {
  readonly exact: ReadonlySet<string>
  readonly patterns: readonly ((words: readonly string[]) => boolean)[]
}

function knownWordsOf({ terms }: Vocabulary): KnownWords {
  return {
    exact: new Set(terms.map(({ word }) => word.trim().toLowerCase())),
    patterns: terms.flatMap(({ matches }) => (matches === null ? [] : [matches])),
  }
}

const patternWordsMax = 30

/** Share of the different words that some definition knows; of short texts nobody named also those that patterns find. */
function shareKnown(profile: Profile, words: KnownWords, nameless = false): number {
  // Short codes are known somewhere, whatever they mean.
  const real = profile.words.filter(([word]) => word.length > 3 && !/^\d+$/.test(word))
  if (real.length < profile.words.length / 2 || real.length === 0 || real.length > 200) return 0
  const few =
    nameless && real.length <= patternWordsMax && profile.wordsMean <= 5 && profile.address === 0
  const known = real.filter(([word]) => {
    if (words.exact.has(word.toLowerCase())) return true
    const tokens = few ? wordsOf(word) : []
    return tokens.length > 0 && words.patterns.some((matches) => matches(tokens))
  })
  return known.length / real.length
}
