import { concepts, type Concept } from './lexicon.ts'

/** What the name of a field says: its words, and the concepts they stand for. */
export type ReadName = {
  readonly words: readonly string[]
  readonly concepts: ReadonlySet<Concept>
  /** Words that mean nothing we know. */
  readonly strange: number
}

const umlauts: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
}
const cache = new Map<string, ReadName>()
const cacheMax = 20_000
const charsMax = 120

/** Reads a name in camelCase, snake_case, with spaces or run together (`Liefertermin`, `trackingnumber`). */
export function readName(name: string): ReadName {
  const known = cache.get(name)
  if (known !== undefined) return known
  const words = wordsOfName(name.slice(0, charsMax))
  const found = new Set<Concept>()
  let strange = 0
  for (const word of words) {
    const meant = concepts.get(word) ?? concepts.get(word.replace(/s$/, ''))
    if (meant === undefined) strange += /^\d+$/.test(word) ? 0 : 1
    else for (const concept of meant) found.add(concept)
  }
  const read = { words, concepts: found, strange }
  if (cache.size >= cacheMax) cache.clear()
  cache.set(name, read)
  return read
}

/** Words of a name in lower case without accents; compounds are taken apart where all of their parts are known. */
function wordsOfName(name: string): string[] {
  const plain = name
    .replaceAll(/[äöüßøłæÄÖÜ]/g, (sign) => umlauts[sign.toLowerCase()] ?? sign)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
  const whole = plain.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
  if (concepts.has(whole)) return [whole]
  return plain
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !noise.has(word))
    .flatMap((word) => parts(word))
}

const noise = new Set([
  'the',
  'of',
  'a',
  'an',
  'der',
  'die',
  'das',
  'des',
  'du',
  'la',
  'le',
  'el',
  'xs',
  'my',
])
/** Short words that may end a compound. */
const endings = new Set(['no', 'nr', 'id', 'dt', 'ts', 'at', 'po', 'tm', 'qty', 'num', 'ref'])

function parts(word: string): string[] {
  if (concepts.has(word) || word.length < 5) return [word]
  const digits = /^([a-z]{3,})(\d+)$/.exec(word)
  if (digits !== null) return parts(digits[1]!)
  return cut(word, 0)?.toReversed() ?? [word]
}

/** The fewest known words that make up the rest of a word, last first; a linking s or n may stand between. */
function cut(word: string, from: number, depth = 0): string[] | null {
  if (from >= word.length) return []
  if (depth > 4) return null
  for (let to = word.length; to - from >= 2; to--) {
    const piece = word.slice(from, to)
    const fits =
      concepts.has(piece) && (piece.length >= 3 || (to === word.length && endings.has(piece)))
    if (!fits) continue
    const rest =
      cut(word, to, depth + 1) ??
      (/[sn]/.test(word[to] ?? '') ? cut(word, to + 1, depth + 1) : null)
    if (rest !== null) return [...rest, piece]
  }
  return null
}
