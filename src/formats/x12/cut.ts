import { limits } from '#model/limits.ts'
import { textOf, type Text } from '../text.ts'
import { readHeader, type Header } from './envelope.ts'
import { skipLayout } from './segment.ts'

/** Index of the next ISA that begins a segment, else the end. */
export function nextInterchange(source: Text, at: number): number {
  const pattern = /[^A-Za-z0-9]ISA[^A-Za-z0-9 \r\n]\d\d/g
  pattern.lastIndex = Math.max(0, at - 1)
  const match = pattern.exec(source.text)
  return match === null ? source.size : match.index + 1
}

/** Length of the longest prefix of whole interchanges; one beyond the limit of a receipt is given up, and refused by `read`. */
export function cutInterchanges(bytes: Buffer): number {
  const source = textOf(bytes)
  let last = 0
  for (let at = skipLayout(source, source.start); at < source.size;) {
    const header = source.text.startsWith('ISA', at) ? readHeader(source, at) : 'none'
    const end = typeof header === 'string' ? brokenEnd(source, at) : interchangeEnd(source, header)
    if (end < 0) break
    last = at = skipLayout(source, end)
  }
  return last === 0 && bytes.length >= limits.receiptBytesMax ? bytes.length : last
}

/** What is no interchange ends where the next one begins, once that is there. */
function brokenEnd(source: Text, at: number): number {
  const next = nextInterchange(source, at + 1)
  return next < source.size ? next : -1
}

function interchangeEnd(source: Text, header: Header): number {
  const { terminator, element } = header.separators
  const tag = `IEA${String.fromCharCode(element)}`
  for (
    let at = source.text.indexOf(tag, header.to - 1);
    at >= 0;
    at = source.text.indexOf(tag, at + 3)
  ) {
    const before = source.text.slice(Math.max(0, at - 40), at).trimEnd()
    if (!before.endsWith(terminator.trimEnd()) && terminator.trim() !== '') continue
    const end = source.text.indexOf(terminator, at)
    return end < 0 ? -1 : end + terminator.length
  }
  return -1
}
