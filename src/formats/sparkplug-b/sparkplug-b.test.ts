import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import protobufjs from 'protobufjs'
import { aliasesOf, sparkplugB, type Message } from './sparkplug-b.ts'

const { root } = protobufjs.parse(`
  syntax = "proto2"; package t;
  message Payload { optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3; optional string uuid = 4; optional bytes body = 5; }
  message Template { optional string version = 1; repeated Metric metrics = 2; }
  message Metric { optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
    optional bool is_historical = 5; optional bool is_transient = 6; optional bool is_null = 7;
    oneof value { uint32 int_value = 10; uint64 long_value = 11; float float_value = 12; double double_value = 13; bool boolean_value = 14;
      string string_value = 15; bytes bytes_value = 16; Template template_value = 18; } }`)
const type = root.lookupType('t.Payload')
const encode = (value: object): Buffer => Buffer.from(type.encode(type.fromObject(value)).finish())

function read(bytes: Buffer, context?: object): Message {
  const [found] = Array.from(
    sparkplugB.read(bytes, {}, context === undefined ? undefined : JSON.stringify(context)),
  )
  assert.ok(found?.ok === true, JSON.stringify(found))
  return found.tree as Message
}

const birth = encode({
  timestamp: 1_780_913_700_000,
  seq: 1,
  metrics: [
    { name: 'Order/Number', alias: 7, datatype: 12, stringValue: 'P-77' },
    { name: 'Line/Count', alias: 8, datatype: 3, intValue: 4_294_967_295 },
    { name: 'Line/Temperature', alias: 9, datatype: 9, floatValue: 4.5 },
    { name: 'Line/Gone', alias: 10, datatype: 11, isNull: true, isHistorical: true },
    {
      name: 'Pump',
      datatype: 19,
      templateValue: { metrics: [{ name: 'Speed', datatype: 3, intValue: 5 }] },
    },
  ],
})

test('a birth tells names, values of their types, and aliases that later messages need', () => {
  const message = read(birth, { topic: 'spBv1.0/Plant/DBIRTH/Edge 1/Press' })
  assert.deepEqual(
    [message.group, message.type, message.node, message.device],
    ['Plant', 'DBIRTH', 'Edge 1', 'Press'],
  )
  assert.deepEqual(message.values, {
    'Order/Number': 'P-77',
    'Line/Count': -1,
    'Line/Temperature': 4.5,
    'Line/Gone': null,
    Pump: { Speed: 5 },
  })
  assert.equal(message.metrics[3]!.isHistorical, true)
  const data = encode({
    timestamp: 1_780_913_701_000,
    seq: 2,
    metrics: [
      { alias: 7, stringValue: 'P-78' },
      { alias: 99, intValue: 1 },
    ],
  })
  const aliases = aliasesOf(message)
  assert.deepEqual(read(data, { topic: 'spBv1.0/Plant/DDATA/Edge 1/Press', aliases }).values, {
    'Order/Number': 'P-78',
  })
  assert.equal(read(data, { aliases }).unresolved, 1)
  assert.equal(sparkplugB.sniff(data), 0.95)
  assert.equal(sparkplugB.sniff(Buffer.from('a;b\n1;2\n')), 0)
})

test('the rendering as JSON is the same message', () => {
  const message = read(
    Buffer.from(
      JSON.stringify({
        topic: 'spBv1.0/G/NDATA/N',
        payload: {
          timestamp: 5,
          metrics: [{ name: 'a', dataType: 'Boolean', value: true }],
          seq: 0,
        },
      }),
    ),
  )
  assert.deepEqual(
    [message.type, message.node, message.values, message.seq],
    ['NDATA', 'N', { a: true }, 0],
  )
})

test("lines of MQTT's envelope are messages, and a birth's aliases hold for the lines behind it", () => {
  const data = encode({
    timestamp: 1_780_913_701_000,
    seq: 2,
    metrics: [{ alias: 7, stringValue: 'P-78' }],
  })
  const line = (topic: string, bytes: Buffer): string =>
    JSON.stringify({ topic, bodyBase64: bytes.toString('base64') })
  const text = `${line('spBv1.0/G/NBIRTH/E', birth)}\n${line('spBv1.0/G/DDATA/E/D', data)}\n${line('spBv1.0/G/DDATA/Other/D', data)}\n${line('spBv1.0/G/DDATA/E/D', Buffer.from([0x12, 5]))}\n`
  const found = Array.from(sparkplugB.read(Buffer.from(text), {}), (one) =>
    one.ok ? (one.tree as Message).values : one.fault.code,
  )
  assert.deepEqual(found.slice(1), [{ 'Order/Number': 'P-78' }, {}, 'truncated'])
  assert.equal(sparkplugB.sniff(Buffer.from(text)), 0.95)
})

test('damaged payloads are records or faults, within their bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
      fc.nat(200),
      (changes, cut) => {
        const bytes = Buffer.from(birth.subarray(0, cut % 2 === 0 ? birth.length : cut))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        for (const { from, to } of sparkplugB.read(bytes, {}))
          assert.ok(from >= 0 && to <= bytes.length)
        sparkplugB.sniff(bytes)
      },
    ),
    { numRuns: 1500 },
  )
})

const samples = resolve(import.meta.dirname, '../../../../shared/samples/08-iot/sparkplug-b')
test('payloads of the specification are read as it says', { skip: !existsSync(samples) }, () => {
  for (const name of readdirSync(samples).filter((one) => one.endsWith('.bin'))) {
    const bytes = readFileSync(join(samples, name))
    const expected = JSON.parse(
      readFileSync(join(samples, name.replace('.bin', '.expected.json')), 'utf8'),
    ) as { topic: string; payload: object }
    const message = read(bytes, { topic: expected.topic })
    const told = read(Buffer.from(JSON.stringify(expected)))
    assert.deepEqual(message.values, told.values)
    assert.equal(message.timestamp, told.timestamp)
    assert.ok(sparkplugB.sniff(bytes) > 0.9)
  }
})
