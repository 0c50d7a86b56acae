/** A file of receipts: for each a header's length and the body's length (unsigned 32 bit, big endian), the header as JSON, the body. */
import { open } from 'node:fs/promises'
import type { LoadReceipt } from '#simulator/load/load.ts'

const lengthsBytes = 8
const chunkBytes = 4 * 1024 * 1024

/** The two parts of a receipt in the file. */
export function framed(receipt: LoadReceipt): [Buffer, Buffer] {
  const { bytes, ...rest } = receipt
  const header = Buffer.from(JSON.stringify(rest))
  const lengths = Buffer.alloc(lengthsBytes)
  lengths.writeUInt32BE(header.length, 0)
  lengths.writeUInt32BE(bytes.length, 4)
  return [Buffer.concat([lengths, header]), bytes]
}

/** Receipts of a file in their order, a few MB at a time. Throws when the file ends inside a receipt. */
export async function* readLoad(path: string): AsyncGenerator<LoadReceipt, void, undefined> {
  await using file = await open(path)
  let rest = Buffer.alloc(0)
  for (;;) {
    const { receipts, used } = whole(rest)
    yield* receipts
    rest = rest.subarray(used)
    // A fresh buffer each time: receipts keep views of the old one.
    const next = Buffer.allocUnsafe(rest.length + chunkBytes)
    rest.copy(next)
    const { bytesRead } = await file.read(next, rest.length, chunkBytes)
    if (bytesRead === 0) break
    rest = next.subarray(0, rest.length + bytesRead)
  }
  if (rest.length > 0)
    throw new Error(`${path} ends inside a receipt; write it again with tools/make-load.ts.`)
}

function whole(bytes: Buffer): { receipts: LoadReceipt[]; used: number } {
  const receipts: LoadReceipt[] = []
  let used = 0
  while (bytes.length - used >= lengthsBytes) {
    const bodyAt = used + lengthsBytes + bytes.readUInt32BE(used)
    const end = bodyAt + bytes.readUInt32BE(used + 4)
    if (end > bytes.length) break
    const header = JSON.parse(bytes.toString('utf8', used + lengthsBytes, bodyAt)) as Omit<
      LoadReceipt,
      'bytes'
    >
    receipts.push({ ...header, bytes: bytes.subarray(bodyAt, end) })
    used = end
  }
  return { receipts, used }
}
