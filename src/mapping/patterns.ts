/**
 * A word of a terminology that stands for many: words between spaces, `*` alone for any number of words, at the begin or end
 * of a word for any letters there. Compared by words, without case, accents and the signs between words.
 */
export type Pattern = (words: readonly string[]) => boolean

const wordsMax = 64

/** Letters that do not lose their sign by taking accents away. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  þ: 'th',
}

/** The words of a text as patterns see them: `outForDelivery`, `OUT_FOR_DELIVERY` and `Out for delivery!` are the same. */
export function wordsOf(text: string): string[] {
  return text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßłøđæœıþ]/g, (letter) => plainLetters[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, wordsMax)
}

/** Whether a word of a terminology is a pattern. */
export function isPattern(word: string): boolean {
  return word.includes('*')
}

/** Makes a pattern ready; matching takes at most words times pieces steps. */
export function patternOf(written: string): Pattern {
  const pieces = written.trim().split(/\s+/).map(pieceOf)
  return (words) => {
    let [piece, word, star, mark] = [0, 0, -1, 0]
    while (word < words.length) {
      const test = pieces[piece]
      if (test === null) [star, mark, piece] = [piece, word, piece + 1]
      else if (test !== undefined && test(words[word]!)) [piece, word] = [piece + 1, word + 1]
      else if (star < 0) return false
      else [piece, mark, word] = [star + 1, mark + 1, mark + 1]
    }
    return pieces.slice(piece).every((test) => test === null)
  }
}

/** One word of a pattern; null is the `*` that stands for any number of words. */
function pieceOf(text: string): ((word: string) => boolean) | null {
  if (/^\*+$/.test(text)) return null
  const core = wordsOf(text.replaceAll('*', '')).join('')
  const [open, closed] = [text.startsWith('*'), text.endsWith('*')]
  if (open && closed) return (word) => word.includes(core)
  if (closed) return (word) => word.startsWith(core)
  if (open) return (word) => word.endsWith(core)
  return (word) => word === core
}
