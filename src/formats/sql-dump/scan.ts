import { latin1 } from '../text.ts'

/** The bytes of a dump and a place in them. All marks of SQL are ASCII, so UTF-8 and one-byte encodings are read alike. */
export type Scan = { readonly bytes: Buffer; at: number }

const quote = 39
const double = 34
const backtick = 96
const bracket = 91
const dollar = 36

/** Moves behind white space and comments: `-- ...`, `# ...` at a line's start, and those between slash and star. */
export function skipBlank(scan: Scan): void {
  const { bytes } = scan
  for (;;) {
    const code = bytes[scan.at]
    if (code === undefined) return
    if (code <= 32) scan.at++
    else if (code === 45 && bytes[scan.at + 1] === 45) toLineEnd(scan)
    else if (code === 35 && atLineStart(scan)) toLineEnd(scan)
    else if (code === 47 && bytes[scan.at + 1] === 42) {
      const end = bytes.indexOf('*/', scan.at + 2)
      scan.at = end < 0 ? bytes.length : end + 2
    } else return
  }
}

function atLineStart({ bytes, at }: Scan): boolean {
  return at === 0 || bytes[at - 1] === 10
}

export function toLineEnd(scan: Scan): void {
  const feed = scan.bytes.indexOf(10, scan.at)
  scan.at = feed < 0 ? scan.bytes.length : feed + 1
}

/** Index behind the quoted text that begins at `at`; -1 when it does not end. A quote in it is doubled, or behind a backslash. */
export function quotedEnd(bytes: Buffer, at: number, escapes: boolean): number {
  const mark = bytes[at]!
  for (let index = at + 1; index < bytes.length; index++) {
    const code = bytes[index]
    if (code === 92 && escapes) index++
    else if (code === mark) {
      if (bytes[index + 1] !== mark) return index + 1
      index++
    }
  }
  return -1
}

/** Index behind `$tag$...$tag$`; -1 when it does not end, `at` when none begins here. */
export function dollarEnd(bytes: Buffer, at: number): number {
  const tag = /^\$[A-Za-z_]*\$/.exec(latin1(bytes, at, Math.min(bytes.length, at + 66)))?.[0]
  if (tag === undefined) return at
  const end = bytes.indexOf(tag, at + tag.length, 'latin1')
  return end < 0 ? -1 : end + tag.length
}

/**
 * Moves behind the statement that goes on here: its semicolon, or the end of the bytes (false). Quotes, comments and dollar quotes
 * hide semicolons. `escapes`: whether a backslash does.
 */
export function skipStatement(scan: Scan, escapes: boolean): boolean {
  const { bytes } = scan
  while (scan.at < bytes.length) {
    const code = bytes[scan.at]!
    if (code === 59) {
      scan.at++
      return true
    }
    if (code === quote || code === double || code === backtick) {
      const end = quotedEnd(bytes, scan.at, escapes && code === quote)
      if (end < 0) break
      scan.at = end
    } else if (code === dollar) {
      const end = dollarEnd(bytes, scan.at)
      if (end < 0) break
      scan.at = Math.max(end, scan.at + 1)
    } else if (isComment(bytes, scan.at)) skipBlank(scan)
    else scan.at++
  }
  scan.at = bytes.length
  return false
}

function isComment(bytes: Buffer, at: number): boolean {
  const code = bytes[at]
  return (code === 45 && bytes[at + 1] === 45) || (code === 47 && bytes[at + 1] === 42)
}

/** Signs of a plain name: letters, digits, _ and $, and all of other alphabets. */
const inWord = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 128 || /[\w$]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** The plain word that stands here, in capitals; '' when none does. Stays where it is. */
export function wordAt({ bytes, at }: Scan): string {
  let end = at
  while (end < bytes.length && end < at + 64 && inWord[bytes[end]!] === 1) end++
  return end === at ? '' : latin1(bytes, at, end).toUpperCase()
}

/** Takes the word when it stands here. */
export function takeWord(scan: Scan, wanted: string): boolean {
  skipBlank(scan)
  if (wordAt(scan) !== wanted) return false
  scan.at += wanted.length
  return true
}

export function takeSign(scan: Scan, sign: number): boolean {
  skipBlank(scan)
  if (scan.bytes[scan.at] !== sign) return false
  scan.at++
  return true
}

/** A name, in quotes of any kind or plain; null when none stands here. */
export function takeName(scan: Scan): string | null {
  skipBlank(scan)
  const { bytes, at } = scan
  const code = bytes[at]
  if (code === bracket) {
    const end = bytes.indexOf(93, at)
    if (end < 0) return null
    scan.at = end + 1
    return bytes.toString('utf8', at + 1, end)
  }
  if (code === double || code === backtick) {
    const end = quotedEnd(bytes, at, false)
    if (end < 0) return null
    scan.at = end
    const mark = String.fromCharCode(code)
    return bytes.toString('utf8', at + 1, end - 1).replaceAll(mark + mark, mark)
  }
  let end = at
  while (end < bytes.length && inWord[bytes[end]!] === 1) end++
  if (end === at) return null
  scan.at = end
  return bytes.toString('utf8', at, end)
}

/** A name with the names of what it is in: `db.schema.table`. */
export function takeDotted(scan: Scan): string[] {
  const parts: string[] = []
  for (;;) {
    const name = takeName(scan)
    if (name === null) return parts
    parts.push(name)
    if (parts.length === 4 || !takeSign(scan, 46)) return parts
  }
}
