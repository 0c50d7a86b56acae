import { zstdDecompressSync } from 'node:zlib'
import { limits } from '#model/limits.ts'

/** The bytes of a receipt as they were received. */
export function unpackReceipt(row: { packed: boolean; bytes: Buffer }): Buffer {
  return row.packed
    ? zstdDecompressSync(row.bytes, { maxOutputLength: limits.receiptBytesMax })
    : row.bytes
}
