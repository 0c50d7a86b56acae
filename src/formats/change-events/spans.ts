import { endOfString, endOfValue, skipBlank } from '../json/scan.ts'

/**
 * Where the elements of the list `name` of a JSON object lie: [from, to) of each. Empty when there is no such list.
 * The bytes are known to be valid JSON.
 */
export function elementSpans(
  bytes: Buffer,
  from: number,
  to: number,
  name: string,
): { from: number; to: number }[] {
  const text = bytes.subarray(0, to)
  const wanted = JSON.stringify(name)
  let at = skipBlank(text, from + 1)
  while (at < to && text[at] === 34) {
    const end = endOfString(text, at)
    const found = end - at === wanted.length && text.toString('latin1', at, end) === wanted
    const value = skipBlank(text, skipBlank(text, end) + 1)
    if (found) return elementsAt(text, value)
    const behind = skipBlank(text, endOfValue(text, value))
    if (text[behind] !== 44) return []
    at = skipBlank(text, behind + 1)
  }
  return []
}

function elementsAt(text: Buffer, open: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  if (text[open] !== 91) return spans
  let at = skipBlank(text, open + 1)
  while (at < text.length && text[at] !== 93) {
    const end = endOfValue(text, at)
    if (end < 0) return []
    spans.push({ from: at, to: end })
    at = skipBlank(text, end)
    if (text[at] === 44) at = skipBlank(text, at + 1)
  }
  return spans
}
