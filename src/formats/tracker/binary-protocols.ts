import { hex, xorOf } from './checksum.ts'
import { frameOf, instantText, kmhPerKnot, positionOf, type BinaryProtocol } from './frame.ts'

/** H02's binary frame: `$`, id, time, date, degrees and speed as digits of four bits each. */
export const h02Binary: BinaryProtocol = (bytes) => {
  if (bytes[0] !== 0x24 || bytes.length < 32) return null
  const idBytes = bytes.length === 42 ? 8 : 5
  const digits = bytes.toString('hex', 1, Math.min(bytes.length, 1 + idBytes + 24))
  const device = idBytes === 8 ? digits.slice(0, 15) : digits.slice(0, 10)
  const rest = digits.slice(idBytes * 2)
  const found =
    /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{6})(..)(\d{3})(\d{6})([0-9a-f])(\d{3})(\d{3})/.exec(
      rest,
    )
  if (found === null || !/^\d+$/.test(device)) return null
  const [hour = 0, minute = 0, second = 0, day = 0, month = 0, year = 0] = found
    .slice(1, 7)
    .map(Number)
  const flags = Number.parseInt(found[12]!, 16)
  const lat = Number(found[7]) + Number(found[8]) / 600_000
  const lon = Number(found[10]) + Number(found[11]) / 600_000
  const position = positionOf({
    time: instantText(2000 + year, month, day, [hour, minute, second]),
    valid: (flags & 2) !== 0,
    latitude: (flags & 4) === 0 ? -lat : lat,
    longitude: (flags & 8) === 0 ? -lon : lon,
    speed: Number(found[13]) * kmhPerKnot,
    course: Number(found[14]),
  })
  return frameOf({
    protocol: 'h02',
    type: '$',
    device,
    positions: position === null ? [] : [position],
  })
}

/**
 * JT/T 808, the Chinese standard of vehicle terminals: 0x7E, escaped message, exclusive or, 0x7E. Its clock is that of
 * China, eight hours ahead of UTC.
 */
export const jt808: BinaryProtocol = (bytes) => {
  if (bytes[0] !== 0x7e || bytes.length < 15) return null
  const end = bytes.indexOf(0x7e, 1)
  if (end < 0) return { broken: 'truncated', detail: 'The frame has no end.' }
  const message = unescaped(bytes.subarray(1, end))
  if (message.length < 13) return null
  const told = message[message.length - 1]!
  const counted = xorOf(message.subarray(0, -1))
  if (told !== counted)
    return {
      broken: 'control-total',
      detail: `The checksum is ${hex(told, 2)}, counted is ${hex(counted, 2)}.`,
    }
  const id = message.readUInt16BE(0)
  const versioned = (message.readUInt16BE(2) & 0x4000) !== 0
  const phoneAt = versioned ? 5 : 4
  const bodyAt = phoneAt + (versioned ? 10 : 6) + 2
  const device = message.toString('hex', phoneAt, bodyAt - 2).replace(/^0+(?=\d)/, '')
  const type = hex(id, 4)
  const body = message.subarray(bodyAt, -1)
  if (id === 0x0200) return placedFrame(type, device, body)
  const kind = id === 0x0002 ? 'heartbeat' : id === 0x0100 || id === 0x0102 ? 'login' : 'status'
  return frameOf({ protocol: 'jt808', type, kind, device })
}

function placedFrame(type: string, device: string, body: Buffer): ReturnType<BinaryProtocol> {
  if (body.length < 28) return { broken: 'truncated', detail: 'The position is cut off.' }
  const status = body.readUInt32BE(4)
  const [year = 0, month = 0, day = 0, ...clock] = (
    body.toString('hex', 22, 28).match(/../g) ?? []
  ).map(Number)
  const local = instantText(2000 + year, month, day, clock)
  const lat = body.readUInt32BE(8) / 1e6
  const lon = body.readUInt32BE(12) / 1e6
  const position = positionOf({
    time: local === null ? null : local.replace('Z', '+08:00'),
    valid: (status & 2) !== 0,
    latitude: (status & 4) === 0 ? lat : -lat,
    longitude: (status & 8) === 0 ? lon : -lon,
    altitude: body.readInt16BE(16),
    speed: body.readUInt16BE(18) / 10,
    course: body.readUInt16BE(20),
    ignition: (status & 1) !== 0,
  })
  return frameOf({
    protocol: 'jt808',
    type,
    device,
    positions: position === null ? [] : [position],
  })
}

function unescaped(bytes: Buffer): Buffer {
  const plain = Buffer.alloc(bytes.length)
  let size = 0
  for (let at = 0; at < bytes.length; at++) {
    const escaped = bytes[at] === 0x7d && (bytes[at + 1] === 1 || bytes[at + 1] === 2)
    plain[size++] = escaped ? (bytes[++at] === 1 ? 0x7d : 0x7e) : bytes[at]!
  }
  return plain.subarray(0, size)
}
