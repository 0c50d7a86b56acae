import { latin1, utf8 } from '../text.ts'
import { dollarEnd, quotedEnd, skipBlank, takeSign, wordAt, type Scan } from './scan.ts'

/** What stands where a value should: null when it cannot be read, or the bytes end in it. */
export type Value = { readonly value: string | number | boolean | null }

const depthMax = 16

/**
 * One value of a row: a text in quotes (also N'..', E'..', _utf8'..', B'..', X'..'), a number (as text where it has more digits than a
 * number keeps), TRUE, FALSE, NULL, or a function: CAST(x AS t), to_date(x, ...) and the like are the literal in them, now() is null.
 */
export function takeValue(scan: Scan, escapes: boolean, depth = 0): Value | null {
  if (depth > depthMax) return null
  skipBlank(scan)
  const { bytes, at } = scan
  const code = bytes[at]
  if (code === undefined) return null
  const first =
    code === 39
      ? takeText(scan, escapes)
      : code === 36
        ? takeDollar(scan)
        : isNumeric(code)
          ? takeNumber(scan)
          : null
  const value =
    first ?? (code === 40 ? takeGroup(scan, escapes, depth) : takeWordValue(scan, escapes, depth))
  if (value === null) return null
  skipCasts(scan)
  return value
}

function isNumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 45 || code === 43 || code === 46
}

function takeText(scan: Scan, escapes: boolean): Value | null {
  const { bytes, at } = scan
  const end = quotedEnd(bytes, at, escapes)
  if (end < 0) return null
  scan.at = end
  const text = utf8(bytes, at + 1, end - 1)
  const doubled = text.includes("''") ? text.replaceAll("''", "'") : text
  return { value: clean(escapes && doubled.includes('\\') ? unescaped(doubled) : doubled) }
}

function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

const escaped: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  Z: '\x1a',
  '0': '\ufffd',
}

/** Backslash escapes of MySQL, and of PostgreSQL's E'..' and COPY. */
export function unescaped(text: string): string {
  return text.replaceAll(/\\(x[0-9A-Fa-f]{1,2}|[0-3][0-7]{2}|.|$)/gs, (_, sign: string) => {
    if (/^x./.test(sign)) return clean(String.fromCharCode(Number.parseInt(sign.slice(1), 16)))
    if (sign.length === 3) return clean(String.fromCharCode(Number.parseInt(sign, 8)))
    return Object.hasOwn(escaped, sign) ? escaped[sign]! : sign
  })
}

function takeDollar(scan: Scan): Value | null {
  const { bytes, at } = scan
  const end = dollarEnd(bytes, at)
  if (end <= at) return null
  scan.at = end
  const tag = bytes.indexOf(36, at + 1) + 1 - at
  return { value: bytes.toString('utf8', at + tag, end - tag) }
}

const inNumber = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\w.+-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

function takeNumber(scan: Scan): Value | null {
  const { bytes, at } = scan
  let end = at
  while (end < bytes.length && end < at + 128 && inNumber[bytes[end]!] === 1) end++
  const text = latin1(bytes, at, end)
  if (/^0x[0-9A-Fa-f]*$/i.test(text)) {
    scan.at = end
    return { value: text }
  }
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(text)?.[0]
  if (number === undefined) return null
  scan.at = at + number.length
  const value = Number(number)
  const kept = Number.isFinite(value) && number.replace(/^[+-]|\./g, '').length <= 15
  return { value: kept ? value : number }
}

function takeGroup(scan: Scan, escapes: boolean, depth: number): Value | null {
  scan.at++
  const value = takeValue(scan, escapes, depth + 1)
  return value !== null && takeSign(scan, 41) ? value : null
}

function takeWordValue(scan: Scan, escapes: boolean, depth: number): Value | null {
  const word = wordAt(scan)
  if (word === '') return null
  const { bytes } = scan
  const behind = scan.at + word.length
  if (bytes[behind] === 39) {
    scan.at = behind
    const text = takeText(scan, escapes || word === 'E')
    return text !== null && (word === 'X' || word === 'B')
      ? { value: `${word === 'X' ? '0x' : ''}${text.value}` }
      : text
  }
  scan.at = behind
  if (word === 'NULL' || word === 'DEFAULT') return { value: null }
  if (word === 'TRUE' || word === 'FALSE') return { value: word === 'TRUE' }
  skipBlank(scan)
  // DATE '2026-03-01', _utf8mb4 '...', TIMESTAMP '...'
  if (bytes[scan.at] === 39) return takeText(scan, escapes)
  if (bytes[scan.at] === 40) return takeCall(scan, escapes, depth)
  if (word.startsWith('_')) return takeValue(scan, escapes, depth + 1)
  return /^[A-Z]/.test(word) ? { value: null } : null
}

/** A call means its first literal, if it begins with one. */
function takeCall(scan: Scan, escapes: boolean, depth: number): Value | null {
  scan.at++
  if (takeSign(scan, 41)) return { value: null }
  const first = takeValue(scan, escapes, depth + 1)
  if (first === null) return null
  for (let level = 1; scan.at < scan.bytes.length;) {
    const code = scan.bytes[scan.at]!
    if (code === 39) {
      const end = quotedEnd(scan.bytes, scan.at, escapes)
      if (end < 0) return null
      scan.at = end
      continue
    }
    scan.at++
    if (code === 40) level++
    else if (code === 41 && --level === 0) return first
    else if (code === 59) return null
  }
  return null
}

/** `::timestamp with time zone`, `::numeric(10,2)` behind a value. */
function skipCasts(scan: Scan): void {
  for (;;) {
    skipBlank(scan)
    const { bytes, at } = scan
    if (bytes[at] !== 58 || bytes[at + 1] !== 58) return
    const cast =
      /^::\s*"?[A-Za-z_][\w. ]*"?(?:\([\d, ]*\))?(?: with(?:out)? time zone)?(?:\[\])*/.exec(
        latin1(bytes, at, Math.min(bytes.length, at + 128)),
      )
    if (cast === null) return
    scan.at = at + cast[0].trimEnd().length
  }
}
