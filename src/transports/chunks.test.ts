import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { csv } from '#formats/csv/csv.ts'
import { json } from '#formats/json/json.ts'
import { ndjson } from '#formats/ndjson/ndjson.ts'
import type { Format } from '#model/format.ts'
import { limits } from '#model/limits.ts'
import { type Chunk, type Next, nextChunk } from './chunks.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderhub-chunks-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'file')

async function chunksOf(
  format: Format,
  text: string | Buffer,
  complete: boolean,
): Promise<{ chunks: Chunk[]; end: Next['kind'] }> {
  writeFileSync(path, text)
  await using file = await open(path)
  const { size } = await file.stat()
  const reading = { format, options: format.options({}), file, size, complete }
  const chunks: Chunk[] = []
  for (let at = 0; ; at = chunks.at(-1)!.to) {
    const next = await nextChunk(reading, at)
    if (next.kind !== 'chunk') return { chunks, end: next.kind }
    chunks.push(next.chunk)
  }
}

const line = (n: number) => `{"n":${n},"text":"${'x'.repeat(n % 900)}"}\n`
const text = Array.from({ length: 4000 }, (_, n) => line(n)).join('')

test('a long file comes in chunks of whole records that together are the file', async () => {
  const { chunks } = await chunksOf(ndjson, text, true)
  assert.ok(chunks.length > 2)
  assert.equal(Buffer.concat(chunks.map(({ bytes }) => bytes)).toString(), text)
  for (const { bytes, from, to } of chunks) {
    assert.equal(bytes.at(-1), 10)
    assert.equal(bytes.length, to - from)
    assert.ok(bytes.length <= limits.receiptBytesAim)
  }
})

test('a last record without an end is waited for until nobody writes any more', async () => {
  const growing = await chunksOf(ndjson, '{"a":1}\n{"b":', false)
  assert.deepEqual(
    [growing.chunks.map(({ bytes }) => bytes.toString()), growing.end],
    [['{"a":1}\n'], 'wait'],
  )
  const done = await chunksOf(ndjson, '{"a":1}\n{"b":2}', true)
  assert.equal(Buffer.concat(done.chunks.map(({ bytes }) => bytes)).toString(), '{"a":1}\n{"b":2}')
})

test('later chunks of a CSV file know its header', async () => {
  const rows = Array.from({ length: 60_000 }, (_, n) => `${n},ä-${n}\n`).join('')
  const { chunks } = await chunksOf(csv, Buffer.from(`id,name\n${rows}`, 'latin1'), true)
  assert.ok(chunks.length > 1)
  assert.equal(chunks[0]!.context, undefined)
  for (const chunk of chunks.slice(1)) assert.equal(chunk.context, 'id,name\n')
  const trees = chunks.flatMap(({ bytes, context }) => [
    ...csv.read(bytes, csv.options({}), context),
  ])
  assert.equal(trees.length, 60_000)
  assert.ok(trees.every((found) => found.ok))
})

test('a header that nothing follows yet is waited for', async () => {
  assert.equal((await chunksOf(csv, 'id,name\n', false)).end, 'wait')
  assert.equal((await chunksOf(csv, 'id,name\n', false)).chunks.length, 0)
})

test('a record longer than a receipt aims for comes alone, so that its position is one', async () => {
  const long = `{"long":"${'y'.repeat(3 * limits.receiptBytesAim)}"}\n`
  const { chunks } = await chunksOf(ndjson, `{"a":1}\n${long}{"b":2}\n{"c":3}\n`, true)
  assert.ok(chunks.some(({ bytes }) => bytes.toString() === long))
})

test('a file that is one document is taken whole, and refused with a reason when it is too large', async () => {
  assert.equal((await chunksOf(json, '{"a":1}', false)).end, 'wait')
  assert.equal((await chunksOf(json, '{"a":1}', true)).chunks.length, 1)
  assert.equal(
    (await chunksOf(json, Buffer.alloc(limits.receiptBytesMax + 1, 32), true)).end,
    'too-large',
  )
})
