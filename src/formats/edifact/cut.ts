import { limits } from '#model/limits.ts'
import { textOf, type Text } from '../text.ts'
import { skipLayout } from './layout.ts'
import { readStart, type Separators } from './separators.ts'

/** Index of the next UNA or UNB that begins an interchange, else the end. */
export function nextInterchange(source: Text, at: number): number {
  const pattern = /(?:^|[^A-Za-z0-9])(UNA[^A-Za-z0-9]{6}\s*UN[BGH]|UNB.[A-Z0-9]{4}[^A-Za-z0-9])/gs
  pattern.lastIndex = Math.max(0, at - 1)
  const match = pattern.exec(source.text)
  return match === null ? source.size : match.index + match[0].length - match[1]!.length
}

/** Length of the longest prefix of whole interchanges; one beyond the limit of a receipt is given up, and refused by `read`. */
export function cutInterchanges(bytes: Buffer): number {
  const source = textOf(bytes)
  let last = 0
  for (let at = skipLayout(source, source.start); at < source.size;) {
    const start = readStart(source, at)
    const end =
      typeof start === 'string' || !source.text.startsWith('UNB', start.to)
        ? brokenEnd(source, at)
        : interchangeEnd(source, start.to, start.separators)
    if (end < 0) break
    last = at = skipLayout(source, end)
  }
  return last === 0 && bytes.length >= limits.receiptBytesMax ? bytes.length : last
}

/** What is no interchange ends where the next one begins, once that is there. */
function brokenEnd(source: Text, at: number): number {
  const next = nextInterchange(source, at + 3)
  return next < source.size ? next : -1
}

function interchangeEnd(source: Text, from: number, separators: Separators): number {
  const terminator = String.fromCharCode(separators.terminator)
  const tag = `UNZ${String.fromCharCode(separators.element)}`
  for (let at = source.text.indexOf(tag, from); at >= 0; at = source.text.indexOf(tag, at + 3)) {
    const before = source.text.slice(Math.max(from, at - 40), at).trimEnd()
    if (terminator !== '\n' && !before.endsWith(terminator)) continue
    const end = source.text.indexOf(terminator, at)
    return end < 0 ? -1 : end + 1
  }
  return -1
}
