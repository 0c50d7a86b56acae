import { hash } from 'node:crypto'
import type { IdentifierText } from '#model/identifier.ts'

/** The 128-bit key of an identifier, as 16 Latin-1 characters: the first half of SHA-256 over its text in UTF-8. */
export function identifierId(text: IdentifierText): string {
  return hash('sha256', text, 'latin1').slice(0, 16)
}

/** The same as 32 hex digits. */
export function identifierHex(text: IdentifierText): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const goldenDigits = 12

/**
 * The golden id people see, `G-` and 12 digits of Crockford's base 32: 60 bits of the id of the order's least identifier.
 * It is a name of that identifier, so it keeps resolving after any merge or split.
 */
export function goldenId(identifierHexText: string): string {
  let bits = BigInt(`0x${identifierHexText.slice(0, 15)}`)
  let text = ''
  for (let i = 0; i < goldenDigits; i++) {
    text = alphabet[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return `G-${text}`
}

/** The range of identifier ids a golden id names, as 32 hex digits each; null when the text is none. */
export function goldenRange(text: string): { from: string; to: string } | null {
  const digits = /^G-?([0-9A-HJKMNP-TV-Z]{12})$/.exec(text.trim().toUpperCase())?.[1]
  if (digits === undefined) return null
  let bits = 0n
  for (const digit of digits) bits = (bits << 5n) | BigInt(alphabet.indexOf(digit))
  const head = bits.toString(16).padStart(15, '0')
  return { from: head.padEnd(32, '0'), to: head.padEnd(32, 'f') }
}
