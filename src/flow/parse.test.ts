import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { limits } from '#model/limits.ts'
import { parseInWorker, parseSafely, stopParsing } from './parse.ts'

after(stopParsing)

const ndjson = formatNamed('ndjson')!
const large = Buffer.from(
  `${JSON.stringify({ order: 'SO-1', text: 'x'.repeat(200) })}\n`.repeat(
    (8 * limits.inlineParseBytesMax) / 230,
  ),
)

test('small receipts are read here, large ones in the worker, with the same result', async () => {
  const small = large.subarray(0, large.indexOf(10, limits.inlineParseBytesMax / 2) + 1)
  const here = await parseSafely(ndjson, {}, small)
  const there = await parseInWorker({
    format: 'ndjson',
    options: {},
    bytes: new Uint8Array(small),
    context: undefined,
  })
  assert.deepEqual(there, here)
  const all = await parseSafely(ndjson, {}, large)
  assert.equal(all.length, large.toString().split('\n').length - 1)
  assert.equal(all.at(-1)!.to, large.length - 1)
})

test('while the worker reads, this thread stays free', async () => {
  let longest = 0
  let last = performance.now()
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  await parseSafely(ndjson, {}, large)
  clearInterval(watch)
  assert.ok(longest < 250, `${longest} ms`)
})

test('a document that takes too long is one fault, and the next one is read again', async () => {
  await stopParsing()
  const request = {
    format: 'ndjson',
    options: {},
    bytes: new Uint8Array(large),
    context: undefined,
  }
  const slow = await parseInWorker(request, { ms: 1, heapMb: 256 })
  assert.deepEqual(
    slow.map((one) => !one.ok && one.fault.code),
    ['too-slow'],
  )
  assert.equal(slow[0]!.to, large.length)
  assert.ok((await parseSafely(ndjson, {}, large)).length > 1_000)
})

test('a document that needs too much memory is one fault, and the next one is read again', async () => {
  await stopParsing()
  const bytes = Buffer.from(`{"a":[${'{"b":{}},'.repeat(700_000)}1]}`)
  const found = await parseInWorker(
    { format: 'json', options: {}, bytes: new Uint8Array(bytes), context: undefined },
    { ms: 5_000, heapMb: 16 },
  )
  assert.deepEqual(
    found.map((one) => !one.ok && one.fault.code),
    ['too-large'],
  )
  assert.ok((await parseSafely(ndjson, {}, large)).length > 1_000)
})
