/** Secrets of keys, sessions and entry links: made by the system's generator, kept as SHA-256 only. */
import { hash, randomBytes } from 'node:crypto'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Characters of base 58 without bias; 43 of them hold 251 bits. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 232 && text.length < length) text += alphabet[byte % 58]
    }
  }
  return text
}

/** A key as its holder keeps it: `ohk_<id>_<secret>`. */
export function newKeyToken(): { keyId: string; token: string } {
  const keyId = randomText(10)
  return { keyId, token: `ohk_${keyId}_${randomText(43)}` }
}

export function secretHash(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
