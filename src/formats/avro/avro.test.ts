import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import avsc from 'avsc'
import fc from 'fast-check'
import { avro } from './avro.ts'
import { unsnapped } from './snappy.ts'

function read(bytes: Buffer, options: unknown = {}, context?: string): unknown[] {
  return Array.from(avro.read(bytes, avro.options(options), context), (one) =>
    one.ok ? one.tree : one.fault.code,
  )
}

const orderSchema = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'number', type: 'long' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'SHIPPED'] } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'weights', type: { type: 'map', values: 'double' } },
    { name: 'parent', type: ['null', 'Order'], default: null },
  ],
}

type Order = {
  id: string
  number: number
  state: string
  note: string | null
  tags: string[]
  weights: Record<string, number>
  parent: Order | null
}

const order: fc.Arbitrary<Order> = fc.letrec<{ order: Order }>((tie) => ({
  order: fc.record({
    id: fc.string().filter((text) => !text.includes('\0')),
    // Beyond 2^52 avsc itself is one off.
    number: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
    state: fc.constantFrom('NEW', 'SHIPPED'),
    note: fc.option(fc.constantFrom('a', 'ü')),
    tags: fc.array(fc.constantFrom('x', 'yy'), { maxLength: 4 }),
    weights: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    parent: fc.option(tie('order'), { maxDepth: 3, depthIdentifier: 'order' }),
  }),
})).order

const oracle = avsc.Type.forSchema(orderSchema as never, { wrapUnions: false })

test('what avsc writes is read the same, datum behind datum, each with its bytes', () => {
  fc.assert(
    fc.property(fc.array(order, { minLength: 1, maxLength: 4 }), (orders) => {
      const parts = orders.map((one) => oracle.toBuffer(one))
      const found = Array.from(
        avro.read(Buffer.concat(parts), avro.options({ schema: orderSchema })),
      )
      assert.deepEqual(
        JSON.parse(JSON.stringify(found.map((one) => one.ok && one.tree))),
        JSON.parse(JSON.stringify(orders)),
      )
      let at = 0
      for (const [index, { from, to }] of found.entries()) {
        assert.deepEqual([from, to], [at, at + parts[index]!.length])
        at = to
      }
    }),
    { numRuns: 200 },
  )
})

/** An object container file, written by hand as the specification says. */
function container(
  schema: unknown,
  data: Buffer[],
  codec = 'null',
  pack = (bytes: Buffer): Buffer => bytes,
): Buffer {
  const sync = Buffer.alloc(16, 7)
  const meta = avsc.Type.forSchema({ type: 'map', values: 'bytes' })
  const long = avsc.Type.forSchema('long')
  const packed = pack(Buffer.concat(data))
  return Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    meta.toBuffer({
      'avro.schema': Buffer.from(JSON.stringify(schema)),
      'avro.codec': Buffer.from(codec),
    }),
    sync,
    long.toBuffer(data.length),
    long.toBuffer(packed.length),
    packed,
    sync,
  ])
}

const rows = [1, 2, 3].map((number) => ({
  id: `o${number}`,
  number,
  state: 'NEW',
  note: null,
  tags: [],
  weights: {},
  parent: null,
}))
const data = rows.map((row) => oracle.toBuffer(row))

test('container files are read with every codec, and refused with a reason when they are broken', () => {
  const plain = container(orderSchema, data)
  assert.equal(avro.sniff(plain), 1)
  assert.deepEqual(read(plain), rows)
  assert.deepEqual(read(container(orderSchema, data, 'deflate', deflateRawSync)), rows)
  assert.deepEqual(read(container(orderSchema, data, 'zstandard', zstdCompressSync)), rows)
  assert.deepEqual(read(plain.subarray(0, -20)), ['truncated'])
  const unsynced = Buffer.from(plain)
  unsynced[unsynced.length - 1] = 8
  assert.deepEqual(read(unsynced), ['envelope'])
  assert.deepEqual(read(container(orderSchema, data, 'bzip2')), ['unsupported'])
  assert.deepEqual(read(container(orderSchema, data, 'deflate')), ['syntax'])
  assert.deepEqual(read(container({ type: 'record', name: 'A' }, data)), ['unsupported'])
  assert.deepEqual(read(container(orderSchema, [])), ['empty'])
})

test("messages in Confluent's wire format find their schema by its id", () => {
  const message = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), data[0]!])
  const two = Buffer.concat([message, message])
  assert.deepEqual(read(two, { schemas: { 7: JSON.stringify(orderSchema) } }), [rows[0], rows[0]])
  const context = JSON.stringify({ schemas: { 7: { schema: JSON.stringify(orderSchema) } } })
  assert.deepEqual(read(message, {}, context), [rows[0]])
  const single = Buffer.concat([Buffer.from('c3010102030405060708', 'hex'), data[0]!])
  assert.deepEqual(read(single, { schema: orderSchema }), [rows[0]])
  const [unknown] = Array.from(avro.read(message, avro.options({})))
  assert.ok(!unknown!.ok && unknown!.fault.detail === 'The schema with id 7 is not known.')
})

test('logical types and those of Kafka Connect are texts', () => {
  const field = (name: string, type: unknown): unknown => ({ name, type })
  const schema = {
    type: 'record',
    name: 'R',
    fields: [
      field('day', { type: 'int', logicalType: 'date' }),
      field('at', { type: 'long', logicalType: 'timestamp-micros' }),
      field('local', { type: 'long', 'connect.name': 'io.debezium.time.MicroTimestamp' }),
      field('price', { type: 'bytes', logicalType: 'decimal', precision: 8, scale: 4 }),
      field('big', 'long'),
    ],
  }
  const bytes = Buffer.concat([
    avsc.Type.forSchema('int').toBuffer(18_460),
    avsc.Type.forSchema('long').toBuffer(1_595_008_822_123_456),
    avsc.Type.forSchema('long').toBuffer(1_595_008_822_123_456),
    avsc.Type.forSchema('bytes').toBuffer(Buffer.from('EtaH', 'base64')),
    Buffer.from('feffffffffffffffff01', 'hex'),
  ])
  assert.deepEqual(read(bytes, { schema }), [
    {
      day: '2020-07-17',
      at: '2020-07-17T18:00:22.123Z',
      local: '2020-07-17T18:00:22.123',
      price: '123.4567',
      big: '9223372036854775807',
    },
  ])
})

test('bombs are refused: lengths without bytes, arrays of nothing, schemas in themselves, packed zeros', () => {
  const huge = Buffer.from('feffffffffffffff7f', 'hex')
  assert.deepEqual(read(huge, { schema: '"bytes"' }), ['syntax'])
  assert.deepEqual(read(Buffer.from('80a0e2c0f7ff03', 'hex'), { schema: '"string"' }), [
    'truncated',
  ])
  const start = performance.now()
  assert.deepEqual(
    read(Buffer.concat([Buffer.from('80a0e2c0f7ff0300', 'hex')]), {
      schema: { type: 'array', items: 'null' },
    }),
    ['too-many'],
  )
  const loop = { type: 'record', name: 'A', fields: [{ name: 'next', type: ['null', 'A'] }] }
  assert.deepEqual(read(Buffer.alloc(100_000, 2), { schema: loop }), ['too-deep'])
  assert.deepEqual(
    read(Buffer.alloc(9, 2), {
      schema: { type: 'record', name: 'A', fields: [{ name: 'a', type: 'A' }] },
    }),
    ['too-deep'],
  )
  assert.deepEqual(
    read(container('bytes', [Buffer.alloc(40_000_000)], 'deflate', deflateRawSync)),
    ['too-large'],
  )
  assert.throws(() => avro.options({ schema: '{"type":"x"}' }), /does not define x/)
  assert.throws(() =>
    avro.options({
      schema: { type: 'record', name: 'A', fields: [{ name: '__proto__', type: 'int' }] },
    }),
  )
  assert.ok(performance.now() - start < 3_000)
})

test('Snappy unpacks literals and copies that reach into themselves', () => {
  assert.equal(unsnapped(Buffer.from([6, 4, 97, 98, 14, 2, 0]), 100).toString(), 'ababab')
  assert.throws(() => unsnapped(Buffer.from([6, 14, 2, 0]), 100))
  assert.throws(() => unsnapped(Buffer.from([255, 255, 255, 127]), 100))
})

test('damaged Avro never throws, and every fault is inside of the bytes', () => {
  const seeds = [
    container(orderSchema, data),
    container(orderSchema, data, 'deflate', deflateRawSync),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { maxLength: 8 }),
      fc.nat(900),
      (seed, changes, cut) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const damaged = cut % 3 === 0 ? bytes.subarray(0, cut) : bytes
        for (const options of [{}, { schema: orderSchema }])
          for (const { from, to } of avro.read(damaged, avro.options(options)))
            assert.ok(from >= 0 && to >= from && to <= damaged.length)
      },
    ),
    { numRuns: 1500 },
  )
})
