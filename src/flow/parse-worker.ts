import { parentPort } from 'node:worker_threads'
import { formatNamed } from '#formats/registry.ts'
import type { FormatOptions } from '#model/format.ts'
import type { Found } from '#model/record.ts'

/** What the worker is asked. The bytes come as a copy of their own. */
export type ParseRequest = {
  readonly format: string
  readonly options: FormatOptions
  readonly bytes: Uint8Array
  readonly context: string | undefined
}

/** A part of the answer. The worker goes on when the part has been taken, so that little waits in memory. */
export type ParseReply = { readonly found: readonly Found[]; readonly done: boolean }

/** Parts are closed at about this size of input, or this many records: taking one must not hold the event loop. */
const partBytesAim = 256 * 1024
const partRecordsMax = 1_000

const port = parentPort!
let parts: Generator<ParseReply> | null = null

function* partsOf({ format: name, options, bytes, context }: ParseRequest): Generator<ParseReply> {
  const format = formatNamed(name)!
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let found: Found[] = []
  let size = 0
  for (const one of format.read(buffer, options, context)) {
    found.push(one)
    size += one.to - one.from
    if (size < partBytesAim && found.length < partRecordsMax) continue
    yield { found, done: false }
    found = []
    size = 0
  }
  yield { found, done: true }
}

/** A request begins an answer, `null` asks for its next part. */
port.on('message', (message: ParseRequest | null) => {
  if (message !== null) parts = partsOf(message)
  const next = parts!.next()
  if (!next.done) port.postMessage(next.value)
})
