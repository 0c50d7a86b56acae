import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import protobufjs from 'protobufjs'
import { protobuf } from './protobuf.ts'
import { readProto } from './proto-text.ts'

function read(bytes: Buffer, options: unknown = {}, context?: string): unknown[] {
  return Array.from(protobuf.read(bytes, protobuf.options(options), context), (one) =>
    one.ok ? one.tree : one.fault.code,
  )
}

const text = `
syntax = "proto3";
package shop.v1; // orders
import "google/protobuf/timestamp.proto";
option java_package = "x;y";
message Order { enum State { NEW = 0; SHIPPED = 1; LOST = -1; }
  message Line { string sku = 1; repeated uint32 counts = 2; Line part = 3; }
  string id = 1;
  sint64 number = 2;
  State state = 3;
  repeated Line lines = 4 [deprecated = true];
  map<string, double> weights = 5;
  google.protobuf.Timestamp at = 6;
  oneof told { bool yes = 7; bytes raw = 8; }
  optional fixed32 f = 9;
  reserved 10 to 12;
}
message Other { .shop.v1.Order.Line line = 1; }
service Orders { rpc Get (Other) returns (Order) { option x = { a: 1 }; } }
`
const timestamp =
  'syntax = "proto3"; package google.protobuf; message Timestamp { int64 seconds = 1; int32 nanos = 2; }'
const root = new protobufjs.Root()
protobufjs.parse(timestamp, root)
protobufjs.parse(text, root, { keepCase: true })
const type = root.lookupType('shop.v1.Order')
const encode = (value: object): Buffer => Buffer.from(type.encode(type.fromObject(value)).finish())

const line = fc.record({
  sku: fc.constantFrom('a', 'ü'),
  counts: fc.array(fc.nat(70_000), { maxLength: 3 }),
})
const order = fc.record(
  {
    id: fc.constantFrom('o1', 'o2'),
    number: fc.maxSafeInteger(),
    state: fc.constantFrom('NEW', 'SHIPPED', 'LOST'),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    weights: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1 },
    ),
    yes: fc.boolean(),
    f: fc.nat(),
  },
  { requiredKeys: ['id', 'state'] },
)

test('what protobufjs writes is read the same', () => {
  fc.assert(
    fc.property(order, (value) => {
      const [tree] = read(encode(value), { schema: text }) as Record<string, unknown>[]
      const told = type.toObject(type.decode(encode(value)), { longs: Number, enums: String })
      const lines = (tree!['lines'] ?? []) as Record<string, unknown>[]
      const plain = {
        ...tree,
        lines: lines.map((one) => ({ ...one, counts: one['counts'] ?? [] })),
      }
      const expected = {
        state: 'NEW',
        ...told,
        lines: ((told['lines'] ?? []) as { counts?: unknown }[]).map((one) => ({
          ...one,
          counts: one.counts ?? [],
        })),
      }
      assert.deepEqual(JSON.parse(JSON.stringify(plain)), JSON.parse(JSON.stringify(expected)))
    }),
    { numRuns: 200 },
  )
})

test('a timestamp is an instant, an absent enum its first word, a number beyond 2^53 a text', () => {
  const [tree] = read(
    encode({ id: 'x', at: { seconds: 1_780_913_700, nanos: 5e8 }, number: '9007199254740993' }),
    { schema: text },
  )
  assert.deepEqual(tree, {
    id: 'x',
    at: '2026-06-08T10:15:00.500Z',
    number: '9007199254740993',
    state: 'NEW',
  })
})

test("Confluent's wire format names schema and message; both may be unknown", () => {
  const first = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 9, 0]),
    encode({ id: 'x', state: 'SHIPPED' }),
  ])
  assert.deepEqual(read(first, { schemas: { 9: text } }), [{ id: 'x', state: 'SHIPPED' }])
  const context = JSON.stringify({ schemas: { 9: { schema: text, references: [timestamp] } } })
  assert.deepEqual(read(first, {}, context), [{ id: 'x', state: 'SHIPPED' }])
  // Indexes 2, [0, 0]: Order.Line, and [1]: Other.
  assert.deepEqual(read(Buffer.from('00000000090400000a0161', 'hex'), { schemas: { 9: text } }), [
    { sku: 'a' },
  ])
  assert.deepEqual(read(Buffer.from('000000000902020a030a0161', 'hex'), { schemas: { 9: text } }), [
    { line: { sku: 'a' } },
  ])
  assert.deepEqual(read(Buffer.from('000000000902080a0161', 'hex'), { schemas: { 9: text } }), [
    'envelope',
  ])
  assert.deepEqual(read(first), ['unsupported'])
  assert.ok(protobuf.sniff(first) > 0)
})

test('delimited messages are records with their own bytes', () => {
  const one = encode({ id: 'x' })
  const bytes = Buffer.concat([Buffer.from([one.length]), one, Buffer.from([one.length]), one])
  const found = Array.from(
    protobuf.read(bytes, protobuf.options({ schema: text, framing: 'delimited' })),
  )
  assert.deepEqual(
    found.map(({ from, to }) => [from, to]),
    [
      [0, one.length + 1],
      [one.length + 1, bytes.length],
    ],
  )
  assert.deepEqual(read(bytes.subarray(0, -1), { schema: text, framing: 'delimited' }), [
    { id: 'x', state: 'NEW' },
    'truncated',
  ])
})

test('bytes that do not follow the schema are refused, and so are schemas that cannot be read', () => {
  assert.deepEqual(read(Buffer.from('0aff01', 'hex'), { schema: text }), ['truncated'])
  assert.deepEqual(read(Buffer.from('0801', 'hex'), { schema: text }), ['syntax'])
  assert.deepEqual(read(Buffer.from('0f', 'hex'), { schema: text }), ['syntax'])
  const nested = (depth: number): Buffer => {
    let bytes: Buffer = Buffer.alloc(0)
    for (let level = 0; level < depth; level++) {
      const cursor = [
        (bytes.length & 127) | (bytes.length > 127 ? 128 : 0),
        ...(bytes.length > 127 ? [bytes.length >> 7] : []),
      ]
      bytes = Buffer.concat([Buffer.from([0x1a, ...cursor]), bytes])
    }
    return bytes
  }
  assert.deepEqual(read(nested(600), { schema: text, message: 'shop.v1.Order.Line' }), ['too-deep'])
  for (const wrong of ['message {', 'message A { int32 = 1; }', 'message A { int32 a = 0; }', '"'])
    assert.throws(() => protobuf.options({ schema: wrong }), /proto|Field/)
  assert.throws(() => protobuf.options({ schema: text, message: 'Nobody' }), /no message Nobody/)
  assert.equal(readProto(text).types.size, 4)
})

test('damaged messages and damaged schemas never crash', () => {
  const bytes = encode({
    id: 'x',
    number: 5,
    state: 'SHIPPED',
    lines: [{ sku: 'a', counts: [1, 2] }],
    weights: { a: 1 },
    yes: true,
  })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
      fc.nat(60),
      (changes, cut) => {
        const damaged = Buffer.from(bytes.subarray(0, cut % 2 === 0 ? bytes.length : cut))
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value
        read(damaged, { schema: text })
        read(Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), damaged]), { schemas: { 9: text } })
        protobuf.sniff(damaged)
      },
    ),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(40),
      fc.constantFrom('{', '}', '<', '=', '"', '//', ' message '),
      (at, length, sign) => {
        try {
          readProto(text.slice(0, at) + sign + text.slice(at + length))
        } catch (error) {
          assert.ok(error instanceof TypeError)
        }
      },
    ),
    { numRuns: 1000 },
  )
})
