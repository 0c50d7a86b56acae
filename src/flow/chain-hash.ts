/** What the hash chain covers: the receipts of a batch and the ids of the events it wrote. */
import { createHash } from 'node:crypto'

/** Sum over the first 8 bytes of event ids, wrapping at 2^64: any event missing or added shows, in any order. */
export function digestOf(ids: Iterable<string>): bigint {
  let sum = 0n
  for (const id of ids) sum += BigInt(`0x${id.slice(0, 16)}`)
  return BigInt.asIntN(64, sum)
}

/** Feeds the receipts of a batch in their order; `digest()` closes it. */
export function receiptsDigest(): {
  add: (key: number, source: string, sha256: Buffer) => void
  digest: () => string
} {
  const hash = createHash('sha256')
  return {
    add: (key, source, sha256) =>
      void hash.update(`${key}\n${source}\n${sha256.toString('hex')}\n`),
    digest: () => hash.digest('hex'),
  }
}

/** The hash of a batch: over the one before it, its receipts and its events. */
export function chainHash(
  previous: Buffer,
  receipts: string,
  events: number,
  eventsDigest: bigint,
): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(`${receipts}\n${events}\n${eventsDigest}\n`)
    .digest()
}
