import { Buffer } from 'node:buffer'

const scratch = Buffer.allocUnsafe(8192)
/** Shorter texts are never kept as a window into a longer one. */
const windowCharsMin = 13

/**
 * The same text in memory of its own. A text cut out of a longer one is a window into it: it keeps all of that alive as long
 * as it lives, and JSON is written of it three times slower. Texts longer than 2,700 characters are left as they are.
 */
export function flat(text: string): string {
  if (text.length < windowCharsMin || text.length * 3 > scratch.length) return text
  // What takes as many bytes as it has characters is ASCII.
  if (scratch.write(text, 0, 'utf8') === text.length)
    return scratch.toString('latin1', 0, text.length)
  return scratch.toString('utf16le', 0, scratch.write(text, 0, 'utf16le'))
}
