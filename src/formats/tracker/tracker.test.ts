import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc16, xorOf } from './checksum.ts'
import type { Frame } from './frame.ts'
import { tracker } from './tracker.ts'

function read(bytes: Buffer | string): (Frame | string)[] {
  return Array.from(tracker.read(Buffer.from(bytes as string), {}), (one) =>
    one.ok ? (one.tree as Frame) : one.fault.code,
  )
}

function one(bytes: Buffer | string): Frame {
  const [frame] = read(bytes)
  assert.ok(typeof frame === 'object', JSON.stringify(frame))
  return frame
}

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} ${expected}`)

/** GT06's frame around a type and a content. */
function gt06(type: number, content: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from([content.length + 5, type]),
    content,
    Buffer.from([0, 1]),
  ])
  const crc = crc16(body, 'x25')
  return Buffer.concat([
    Buffer.from('7878', 'hex'),
    body,
    Buffer.from([crc >> 8, crc & 255, 0x0d, 0x0a]),
  ])
}

const login = gt06(0x01, Buffer.from('0860000000000011', 'hex'))
const place = Buffer.concat([
  Buffer.from([26, 6, 8, 10, 15, 0, 0xc8]),
  uint32(48.137154 * 1_800_000),
  uint32(11.57549 * 1_800_000),
  Buffer.from([36, 0x14, 0x5a]),
])

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Math.round(value))
  return bytes
}

test('a login of GT06 names the device of the positions behind it, each frame being a record', () => {
  const bytes = Buffer.concat([login, gt06(0x12, place), gt06(0x13, Buffer.from([1, 2, 3, 4, 5]))])
  const found = Array.from(tracker.read(bytes, {}))
  const frames = found.map((record) => (record.ok ? (record.tree as Frame) : null))
  assert.deepEqual(
    frames.map((frame) => [frame!.kind, frame!.device]),
    [
      ['login', '860000000000011'],
      ['position', '860000000000011'],
      ['heartbeat', '860000000000011'],
    ],
  )
  const [position] = frames[1]!.positions
  near(position!.latitude, 48.137154)
  near(position!.longitude, 11.57549)
  assert.deepEqual(
    [position!.time, position!.speed, position!.course, position!.satellites, position!.valid],
    ['2026-06-08T10:15:00.000Z', 36, 90, 8, true],
  )
  assert.deepEqual([found[0]!.to, found[1]!.from], [login.length, login.length])
  const wrong = Buffer.from(login)
  wrong[6]! ^= 1
  assert.deepEqual(read(wrong), ['control-total'])
  assert.deepEqual(read(login.subarray(0, -3)), ['truncated'])
})

/** Teltonika's packet of codec 8 with one record that has the elements given, one byte each. */
function codec8(elements: readonly (readonly [number, number])[]): Buffer {
  const record = Buffer.alloc(24)
  record.writeBigUInt64BE(1_780_913_700_000n, 0)
  record.writeInt32BE(-115_754_900, 9)
  record.writeInt32BE(481_371_540, 13)
  record.writeInt16BE(520, 17)
  record.writeUInt16BE(90, 19)
  record[21] = 8
  record.writeUInt16BE(36, 22)
  const io = Buffer.from([0, elements.length, elements.length, ...elements.flat(), 0, 0, 0])
  const data = Buffer.concat([Buffer.from([8, 1]), record, io, Buffer.from([1])])
  return Buffer.concat([Buffer.alloc(4), uint32(data.length), data, uint32(crc16(data, 'arc'))])
}

test('an AVL packet of Teltonika is read with its elements, behind a login with an IMEI', () => {
  const hello = Buffer.concat([Buffer.from([0, 15]), Buffer.from('860000000000011')])
  const frames = read(
    Buffer.concat([
      hello,
      codec8([
        [239, 1],
        [113, 87],
      ]),
    ]),
  ) as Frame[]
  const [position] = frames[1]!.positions
  assert.equal(frames[1]!.device, '860000000000011')
  near(position!.longitude, -11.57549)
  assert.deepEqual(
    [position!.time, position!.altitude, position!.battery, position!.ignition],
    ['2026-06-08T10:15:00.000Z', 520, 87, true],
  )
  const packet = codec8([[239, 1]])
  packet[12]! ^= 1
  assert.deepEqual(read(packet), ['control-total'])
  assert.deepEqual(read(Buffer.alloc(12)), ['truncated'])
})

test('a frame of JT/T 808 keeps the clock of China', () => {
  const body = Buffer.alloc(28)
  body.writeUInt32BE(3, 4)
  body.writeUInt32BE(31_230_400, 8)
  body.writeUInt32BE(121_473_700, 12)
  body.writeUInt16BE(365, 18)
  Buffer.from('260608181500', 'hex').copy(body, 22)
  const message = Buffer.concat([Buffer.from('0200001c0138000000010001', 'hex'), body])
  const summed = Buffer.concat([message, Buffer.from([xorOf(message)])])
  const escaped = Buffer.from(
    summed
      .toString('hex')
      .replaceAll(/../g, (byte) => (byte === '7e' ? '7d02' : byte === '7d' ? '7d01' : byte)),
    'hex',
  )
  const frame = one(Buffer.concat([Buffer.from([0x7e]), escaped, Buffer.from([0x7e])]))
  assert.deepEqual(
    [frame.device, frame.positions[0]!.time, frame.positions[0]!.speed],
    ['13800000001', '2026-06-08T18:15:00.000+08:00', 36.5],
  )
})

test('protocols of text agree on where and when', () => {
  const lines: readonly (readonly [string, string])[] = [
    [
      'queclink',
      '+RESP:GTFRI,DF0200,860000000000011,v,14051,10,1,0,36.0,90,520.0,11.575490,48.137154,20260608101500,0262,0001,25F8,061A7D02,,0.0,,,,100,21,,,,20260608101502,32DB$',
    ],
    ['h02', '*HQ,860000000000029,V1,101500,A,4808.2292,N,01134.5294,E,19.44,90,080626,FFFFFBFF#'],
    ['tk103', '(086000000045BR00260608A4808.2292N01134.5294E036.0101500090.0001000000L00000000)'],
    [
      'gps103',
      'imei:860000000000037,tracker,2606081215,,F,101500.000,A,4808.2292,N,01134.5294,E,19.44,90;',
    ],
    [
      'suntech',
      'STT;0840037569;FFFFFF;84;1.0.6;0;20260608;10:15:00;00004490;724;11;05D3;33;+48.137154;+11.575490;36.00;90.00;18;1;00000001',
    ],
    ['wialon', '#D#080626;101500;4808.2292;N;01134.5294;E;36;90;520;11;1.0;NA;NA;NA;NA;NA'],
    ['osmand', '/?id=7&lat=48.137154&lon=11.57549&timestamp=1780913700&speed=19.44&bearing=90'],
    ['laipac', '$AVRMC,80006405,101500,A,4808.2292,N,01134.5294,E,19.44,90,080626,A,4076,0,1,0,0'],
    ['nmea-like', '860000000000011,x,101500.00,A,4808.2292,N,01134.5294,E,19.44,90,080626,y'],
  ]
  for (const [protocol, line] of lines) {
    const frame = one(line)
    const [position] = frame.positions
    assert.equal(frame.protocol, protocol)
    near(position!.latitude, 48.137154)
    near(position!.longitude, 11.57549)
    assert.equal(position!.time, '2026-06-08T10:15:00.000Z', protocol)
    assert.ok(Math.abs(position!.speed! - 36) < 0.1 && position!.course === 90, protocol)
    assert.ok(tracker.sniff(Buffer.from(line)) > 0.4)
  }
  assert.equal(tracker.sniff(Buffer.from('order;line\n1;2\n')), 0)
})

test('frames on one line are told apart, and a wrong checksum is told', () => {
  const frames = read('*HQ,860000000000029,HTBT#*HQ,860000000000029,HTBT#\n#P#\r\n')
  assert.deepEqual(
    frames.map((frame) => typeof frame === 'object' && frame.kind),
    ['heartbeat', 'heartbeat', 'heartbeat'],
  )
  assert.deepEqual(read('$GPRMC,101500,A,4808.2292,N,01134.5294,E,10.0,90.0,080626,,*00\n'), [
    'control-total',
  ])
  assert.deepEqual(read('hello\n'), ['unsupported'])
})

test('a capture is a table of frames, in text or hexadecimal digits, each for itself', () => {
  const text = `time\tencoding\tframe\n1\thex\t${login.toString('hex')}\n2\thex\t${gt06(0x12, place).toString('hex').toUpperCase()}\n3\ttext\t*HQ,860000000000029,HTBT#\n`
  const frames = read(text) as Frame[]
  assert.deepEqual(
    frames.map((frame) => [frame.kind, frame.device]),
    [
      ['login', '860000000000011'],
      ['position', null],
      ['heartbeat', '860000000000029'],
    ],
  )
  assert.ok(tracker.sniff(Buffer.from(text)) > 0.9)
})

test('damaged frames never throw, in order and within their bytes', () => {
  const seeds = [
    Buffer.concat([login, gt06(0x12, place)]),
    codec8([
      [239, 1],
      [113, 87],
    ]),
    Buffer.from(
      '+RESP:GTFRI,DF0200,860000000000011,v,14051,10,1,0,36.0,90,520.0,11.575490,48.137154,20260608101500,0262\n(086000000045BR00260608A4808.2292N01134.5294E036.0101500090.00)\n#B#080626;101500;4808.2292;N;01134.5294;E;36;90;520|080626\n',
    ),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 8 }),
      fc.nat(300),
      (seed, changes, cut) => {
        const bytes = Buffer.from(seed.subarray(0, cut % 3 === 0 ? cut : seed.length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        let last = 0
        for (const { from, to } of tracker.read(bytes, {})) {
          assert.ok(from >= last && to >= from && to <= bytes.length)
          last = to
        }
        tracker.sniff(bytes)
      },
    ),
    { numRuns: 2000 },
  )
})

test('lines made to be slow are not', () => {
  const start = performance.now()
  for (const piece of [
    '+RESP:GTFRI,1,1',
    ',1.0',
    '1',
    ',',
    '*HQ,1,V1,123456,A',
    'imei:860000000000037,',
    ',123456,1,F,',
    '$GPRMC,123456.1',
    '123456,A,1234.5,N,',
    ';12;',
    '(',
    '#B#|',
    '/?id=1&lat=',
    '$$A1,1234567890,CCE,',
  ])
    for (const head of [
      '',
      '+RESP:GTFRI,123456,860000000000011,',
      '*HQ,12345,V1',
      'imei:860000000000037,t',
      '(086000000045BR00',
      'STT;12345;',
    ])
      read(`${(head + piece.repeat(60_000 / piece.length)).slice(0, 60_000)}\n`)
  assert.ok(performance.now() - start < 4_000, `${performance.now() - start} ms`)
})
