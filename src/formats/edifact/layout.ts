import type { Text } from '../text.ts'

/** Index of the first character at or behind `at` that is no space, tab, line break or end-of-file mark. */
export function skipLayout(source: Text, at: number): number {
  const { codes, size } = source
  for (; at < size; at++) {
    const code = codes[at]!
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 26) break
  }
  return at
}

/** Characters of several bytes make lines of one length differ in bytes. */
const lineBytesSpread = 6

/**
 * Whether the file was cut into lines of one length on its way: its first lines are equally long and longer than 30
 * characters. Then a line break inside of a value is no space.
 */
export function isBlocked(source: Text): boolean {
  const lines = source.text.slice(source.start, source.start + 1_200).split('\n')
  const lengths = lines.slice(0, -1).map((line) => line.trimEnd().length)
  const [first = 0] = lengths
  const even = lengths.slice(0, 6).every((one) => Math.abs(one - first) <= lineBytesSpread)
  return lengths.length > 1 && first > 30 && even
}
