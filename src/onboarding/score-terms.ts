import { wordsOf } from '#mapping/patterns.ts'
import { normalWord } from '#mapping/terms.ts'
import type { Term } from '#mapping/terms.ts'
import type { KnownTerm, Vocabulary } from './vocabulary.ts'

/** What a word of a source probably means. `milestone` is `unknown` where nothing is near. */
export type TermProposal = Omit<Term, 'word'> & {
  readonly word: string
  readonly count: number
  /** The text that stands beside the word in records. */
  readonly beside?: string
  readonly confidence: number
  readonly because: string
}

const fillers = new Set(
  'the a an of to in at on by for has been is was were your from with and order shipment package parcel item items status der die das ist wurde wird im am zu'.split(
    ' ',
  ),
)
const similarMin = 0.55

/**
 * Looks a word up in what others say: the same word, a pattern of a terminology, the words of its description, or the words
 * most alike. `description`: the text that stands beside the word in records, when there is one.
 */
export function proposeTerm(
  word: string,
  count: number,
  description: string | undefined,
  vocabulary: Vocabulary,
): TermProposal {
  const found = termFor(word, count, description, vocabulary)
  return description === undefined ? found : { ...found, beside: description }
}

function termFor(
  word: string,
  count: number,
  description: string | undefined,
  vocabulary: Vocabulary,
): TermProposal {
  const own = matched(word, vocabulary)
  if (own !== null && own.confidence >= 0.8) return told(word, count, own, '')
  const beside =
    description === undefined || description === word ? null : matched(description, vocabulary)
  if (beside !== null && beside.confidence > (own?.confidence ?? 0) * 0.9)
    return told(
      word,
      count,
      { ...beside, confidence: beside.confidence * 0.95 },
      `beside it stands '${description}': `,
    )
  if (own !== null) return told(word, count, own, '')
  return { word, count, milestone: 'unknown', confidence: 0, because: 'nothing alike is known' }
}

type Match = { readonly term: KnownTerm; readonly confidence: number; readonly because: string }

function told(
  word: string,
  count: number,
  { term, confidence, because }: Match,
  lead: string,
): TermProposal {
  const { milestone, substatus, classifier, hold } = term
  return {
    word,
    count,
    milestone,
    ...(substatus !== undefined && { substatus }),
    ...(classifier !== undefined && { classifier }),
    ...(hold !== undefined && { hold }),
    confidence,
    because: `${lead}${because}`,
  }
}

function matched(text: string, vocabulary: Vocabulary): Match | null {
  const direct = matchedWords(text, wordsOf(text), vocabulary)
  if (direct !== null) return direct
  const apart = takenApart(text, vocabulary.terms)
  if (apart === null) return abbreviated(text, vocabulary.terms)
  const match = matchedWords(apart.join(' '), apart, vocabulary)
  return match === null ? null : { ...match, confidence: match.confidence * 0.9 }
}

const partMin = 2

/** `NOTDELIVERED` as words that stand in terminologies; null when it is no such compound. */
function takenApart(text: string, terms: readonly KnownTerm[]): string[] | null {
  const [word, ...more] = wordsOf(text)
  if (word === undefined || more.length > 0 || word.length < 7) return null
  const known = knownWords(terms)
  const cut = (from: number, left: number): string[] | null => {
    if (from === word.length) return []
    if (left === 0) return null
    for (let to = word.length; to - from >= partMin; to--) {
      const piece: string = word.slice(from, to)
      if (piece === word || !known.has(piece)) continue
      const rest = cut(to, left - 1)
      if (rest !== null) return [piece, ...rest]
    }
    return null
  }
  return cut(0, 4)
}

const wordCache = new WeakMap<readonly KnownTerm[], Set<string>>()
const shortWords = new Set('in on at to by no not for out of up'.split(' '))

function knownWords(terms: readonly KnownTerm[]): Set<string> {
  let known = wordCache.get(terms)
  if (known === undefined) {
    const all = terms.flatMap(({ tokens }) => tokens)
    known = new Set([...all.filter((word) => word.length > 3), ...shortWords])
    wordCache.set(terms, known)
  }
  return known
}

/** A code of four or five letters that begins words which all mean the same: ARRI, DEPA, CONF. */
function abbreviated(text: string, terms: readonly KnownTerm[]): Match | null {
  const code = text.trim().toLowerCase()
  if (!/^[a-z]{4,5}$/.test(code)) return null
  const begun = terms.filter(
    ({ tokens }) =>
      tokens.length === 1 && tokens[0]!.length > code.length && tokens[0]!.startsWith(code),
  )
  const meanings = new Set(begun.map(({ milestone }) => milestone))
  const [term] = begun
  if (term === undefined || meanings.size > 1) return null
  return { term, confidence: 0.55, because: `short for '${term.word}'${from(term)}` }
}

function matchedWords(
  text: string,
  tokens: readonly string[],
  vocabulary: Vocabulary,
): Match | null {
  const same = exact(text, vocabulary)
  // A code of one or two signs means one thing here and another there.
  if (same !== null && (same.confidence >= 0.8 || wordsOf(text).join('').length <= 3)) return same
  const pattern = vocabulary.terms.find(({ matches }) => matches !== null && matches(tokens))
  if (pattern !== undefined)
    return { term: pattern, confidence: 0.86, because: `as '${pattern.word}'${from(pattern)}` }
  const near = nearest(tokens, vocabulary.terms)
  return near !== null && near.confidence > (same?.confidence ?? 0) ? near : same
}

function from({ source }: KnownTerm): string {
  return source === '' ? '' : ` of ${source}`
}

/** The same word, or the same words, elsewhere: what most say. */
function exact(text: string, { terms, other }: Vocabulary): Match | null {
  const wanted = normalWord(text)
  const joined = wordsOf(text).join(' ')
  const same = terms.filter(
    (term) =>
      term.matches === null &&
      (normalWord(term.word) === wanted || (joined !== '' && term.tokens.join(' ') === joined)),
  )
  if (same.length === 0) return null
  const votes = new Map<string, { term: KnownTerm; voices: Set<string>; weight: number }>()
  for (const term of same) {
    const vote = votes.get(term.milestone) ?? { term, voices: new Set<string>(), weight: 0 }
    // Several definitions of one system are one voice; a terminology speaks for many.
    const voice = term.source.split('/').at(-1)!.split('-')[0]!
    if (!vote.voices.has(voice))
      vote.weight += term.source === other ? 0.5 : isTerminology(term) ? 2 : 1
    vote.voices.add(voice)
    votes.set(term.milestone, vote)
  }
  const [most] = [...votes.values()].toSorted((a, b) => b.weight - a.weight)
  const all = [...votes.values()].reduce((sum, { weight }) => sum + weight, 0)
  const share = most!.weight / all
  const code = joined.replaceAll(' ', '').length <= 3
  const confidence = code ? 0.3 + 0.45 * share * Math.min(1, most!.weight / 4) : 0.6 + 0.36 * share
  return { term: most!.term, confidence, because: `the same word${from(most!.term)}` }
}

function isTerminology({ source }: KnownTerm): boolean {
  return /-(?:words|phrases|states)$/.test(source) && !source.includes('/')
}

/** The known word or label with the most words in common, by what the words weigh. */
function nearest(tokens: readonly string[], terms: readonly KnownTerm[]): Match | null {
  const wanted = stems(tokens)
  if (wanted.size === 0) return null
  let best: Match | null = null
  for (const term of terms) {
    if (term.matches !== null) continue
    for (const text of [term.tokens, term.label === undefined ? [] : wordsOf(term.label)]) {
      const known = stems(text)
      if (known.size === 0) continue
      const alike = likeness(wanted, known)
      // One word in common says something only when there is no other.
      if (alike < 1 && (wanted.size === 1 || known.size === 1)) continue
      if (alike < similarMin || alike * 0.85 <= (best?.confidence ?? 0)) continue
      best = {
        term,
        confidence: alike * 0.85,
        because: `like '${term.label ?? term.word}'${from(term)}`,
      }
    }
  }
  return best
}

function stems(tokens: readonly string[]): Set<string> {
  const kept = tokens.filter((token) => !fillers.has(token) && !/^\d+$/.test(token))
  return new Set((kept.length === 0 ? tokens : kept).map(stem))
}

function stem(word: string): string {
  return word.length <= 4 ? word : word.replace(/(?:ations?|ment|ings?|ed|es|e|s|d)$/, '')
}

/** Dice's coefficient. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const one of a) if (b.has(one)) common++
  return (2 * common) / (a.size + b.size)
}
