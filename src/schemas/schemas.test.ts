import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { avro } from '#formats/avro/avro.ts'
import { protobuf } from '#formats/protobuf/protobuf.ts'
import { cachedSchemas } from './cache.ts'
import { schemaContext } from './context.ts'
import { schemaFiles } from './files.ts'
import { schemaRegistry } from './registry.ts'

const line = 'syntax = "proto3"; package shop; message Line { string sku = 1; }'
const order =
  'syntax = "proto3"; package shop; import "line.proto"; message Order { string id = 1; Line line = 2; }'
const answers: Readonly<Record<string, unknown>> = {
  '/apis/schemas/ids/7': { schema: '"string"' },
  '/apis/schemas/ids/8': {
    schemaType: 'PROTOBUF',
    schema: order,
    references: [{ name: 'line.proto', subject: 'a/line', version: 2 }],
  },
  '/apis/schemas/ids/9': {
    schema: order,
    references: [{ name: 'x', subject: 'gone', version: 1 }],
  },
  '/apis/subjects/a%2Fline/versions/2': { id: 5, schema: line },
  '/apis/schemas/ids/10': ['no schema'],
}
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  const answer = answers[request.url ?? '']
  const code = request.headers.authorization !== 'Basic x' ? 401 : answer === undefined ? 404 : 200
  response.writeHead(code, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
  response.end(JSON.stringify(answer ?? { error_code: 40_403 }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/`
const registry = schemaRegistry({ url, authorization: 'Basic x' })

test('messages are read by schemas that the registry gives, with what those refer to', async () => {
  const message = Buffer.from([0, 0, 0, 0, 7, 2, 97])
  const context = await schemaContext([message, message], registry, { topic: 'orders' })
  assert.deepEqual(
    Array.from(avro.read(message, avro.options({}), context), (one) => one.ok && one.tree),
    ['a'],
  )
  assert.equal((JSON.parse(context!) as { topic: string }).topic, 'orders')
  const proto = Buffer.from([0, 0, 0, 0, 8, 0, 0x0a, 1, 97, 0x12, 3, 0x0a, 1, 98])
  const found = Array.from(
    protobuf.read(proto, protobuf.options({}), await schemaContext([proto], registry)),
  )
  assert.deepEqual(found[0]!.ok && found[0]!.tree, { id: 'a', line: { sku: 'b' } })
  assert.equal(await schemaContext([Buffer.from('{}')], registry), undefined)
})

test('an id that the registry does not know is null; a registry that is of no use is an error that says so', async () => {
  assert.equal(await registry(404), null)
  await assert.rejects(registry(9), /gone, version 1, is missing/)
  await assert.rejects(registry(10), /no schema/)
  await assert.rejects(schemaRegistry({ url })(7), /answers 401/)
  await assert.rejects(schemaRegistry({ url: 'http://127.0.0.1:1' })(7), /does not answer/)
})

test('an id is asked for once, "there is none" again after a while, and what failed at once', async () => {
  let now = 0
  const calls: number[] = []
  const source = cachedSchemas(
    (id) => {
      calls.push(id)
      if (id === 3) return Promise.reject(new Error('silent'))
      return Promise.resolve(id === 2 ? null : { schema: String(id), references: [] })
    },
    { now: () => now, missingMs: 10, schemasMax: 2 },
  )
  await Promise.all([source(1), source(1), source(1)])
  await source(2)
  await source(2)
  now = 11
  await source(2)
  await assert.rejects(source(3))
  await assert.rejects(source(3))
  assert.deepEqual(calls, [1, 2, 2, 3, 3])
  await source(4)
  await source(5)
  await source(1)
  assert.deepEqual(calls.slice(5), [4, 5, 1])
})

test('a folder of files serves as a registry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-schemas-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, '7.avsc'), '"string"')
  assert.deepEqual(await schemaFiles(folder)(7), { schema: '"string"', references: [] })
  assert.equal(await schemaFiles(folder)(8), null)
})
