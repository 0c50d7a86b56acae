import { crc16, hex } from './checksum.ts'
import { frameOf, instantText, positionOf, type BinaryProtocol, type Position } from './frame.ts'

/** Messages that begin with a date and a place. Source: Concox and Jimi, GT06 protocol and its descendants. */
const placed = new Set([
  0x10, 0x11, 0x12, 0x16, 0x17, 0x1a, 0x1e, 0x22, 0x24, 0x26, 0x27, 0x2d, 0x31, 0x32, 0x36, 0x37,
  0x38, 0xa0, 0xa2, 0xa3, 0xa4, 0xc1,
])

const names: Readonly<Record<number, string>> = {
  0x01: 'login',
  0x12: 'location',
  0x13: 'heartbeat',
  0x16: 'alarm',
  0x22: 'location',
  0x23: 'heartbeat',
  0x26: 'alarm',
  0x27: 'alarm',
  0x8a: 'time',
  0xa0: 'location',
}

/** GT06 and kin: 0x7878 (or 0x7979 with a length of two bytes), type, content, serial, CRC-16/X.25, 0x0D0A. */
export const gt06: BinaryProtocol = (bytes) => {
  const size = gt06Length(bytes)
  if (size === 0) return null
  if (bytes.length < size)
    return { broken: 'truncated', detail: `The packet has ${bytes.length} bytes of ${size}.` }
  const long = bytes[0] === 0x79
  const told = bytes.readUInt16BE(size - 4)
  const counted = crc16(bytes.subarray(2, size - 4), 'x25')
  if (told !== counted)
    return {
      broken: 'control-total',
      detail: `The checksum is ${hex(told, 4)}, counted is ${hex(counted, 4)}.`,
    }
  const head = long ? 4 : 3
  const type = bytes[head]!
  const content = bytes.subarray(head + 1, size - 6)
  const name = names[type] ?? hex(type, 2)
  if (type === 0x01 && content.length >= 8)
    return frameOf({ protocol: 'gt06', type: name, kind: 'login', device: imeiOf(content) })
  // Type 0x34 has four bytes of its own before its place.
  const position =
    type === 0x34 ? placeOf(content.subarray(4)) : placed.has(type) ? placeOf(content) : null
  return frameOf({
    protocol: 'gt06',
    type: name,
    ...(name === 'heartbeat' ? { kind: 'heartbeat' } : {}),
    positions: position === null ? [] : [position],
  })
}

/** The length of the frame that begins here; 0 when none does. */
export function gt06Length(bytes: Buffer): number {
  if (bytes.length < 10) return 0
  const long = bytes[0] === 0x79 && bytes[1] === 0x79
  if (!long && !(bytes[0] === 0x78 && bytes[1] === 0x78)) return 0
  const size = long ? bytes.readUInt16BE(2) + 6 : bytes[2]! + 5
  return size < 10 ? 0 : size
}

function imeiOf(content: Buffer): string {
  return content.toString('hex', 0, 8).replace(/^0/, '')
}

/** Six bytes of date, satellites, degrees times 1,800,000, km/h, and course with the hemispheres in its upper bits. */
function placeOf(content: Buffer): Position | null {
  if (content.length < 18) return null
  const [year = 0, month = 0, day = 0, ...clock] = content.subarray(0, 6)
  const flags = content.readUInt16BE(16)
  const lat = content.readUInt32BE(7) / 1_800_000
  const lon = content.readUInt32BE(11) / 1_800_000
  const time = instantText(2000 + year, month, day, clock)
  if (time === null || (lat === 0 && lon === 0)) return null
  return positionOf({
    time,
    valid: (flags & 0x1000) !== 0,
    latitude: (flags & 0x0400) === 0 ? -lat : lat,
    longitude: (flags & 0x0800) === 0 ? lon : -lon,
    speed: content[15],
    course: flags & 0x03ff,
    satellites: content[6]! & 0x0f,
  })
}
