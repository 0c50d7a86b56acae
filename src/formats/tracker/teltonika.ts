import { crc16, hex } from './checksum.ts'
import {
  frameOf,
  positionOf,
  type BinaryProtocol,
  type Broken,
  type Frame,
  type Position,
} from './frame.ts'

/** How wide ids and counts of the input/output elements are, per codec. Source: Teltonika's wiki, data sending protocols. */
const widths: Readonly<
  Record<number, { id: 1 | 2; count: 1 | 2; generation: boolean; any: boolean }>
> = {
  0x08: { id: 1, count: 1, generation: false, any: false },
  0x8e: { id: 2, count: 2, generation: false, any: true },
  0x10: { id: 2, count: 1, generation: true, any: false },
}

/** Teltonika over TCP: the login with an IMEI, and AVL packets of codecs 8, 8 extended and 16; 12 to 14 are commands. */
export const teltonika: BinaryProtocol = (bytes) => {
  const login = loginOf(bytes)
  if (login !== null)
    return frameOf({ protocol: 'teltonika', type: 'login', kind: 'login', device: login })
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== 0) return datagram(bytes)
  const size = bytes.readUInt32BE(4)
  if (bytes.length < 12 + size)
    return { broken: 'truncated', detail: `The packet has ${bytes.length} bytes of ${size + 12}.` }
  const data = bytes.subarray(8, 8 + size)
  const told = bytes.readUInt32BE(8 + size)
  const counted = crc16(data, 'arc')
  if (told !== counted)
    return {
      broken: 'control-total',
      detail: `The checksum is ${hex(told, 4)}, counted is ${hex(counted, 4)}.`,
    }
  return packet(data, null)
}

/** The length of the frame that begins here, 0 when none does; used to cut a stream. */
export function teltonikaLength(bytes: Buffer): number {
  if (loginOf(bytes.subarray(0, 17)) !== null) return 17
  return bytes.length >= 12 && bytes.readUInt32BE(0) === 0 ? bytes.readUInt32BE(4) + 12 : 0
}

function loginOf(bytes: Buffer): string | null {
  if (bytes.length !== 17 || bytes.readUInt16BE(0) !== 15) return null
  const imei = bytes.toString('latin1', 2)
  return /^\d{15}$/.test(imei) ? imei : null
}

/** Over UDP: length, packet, 0x01, packet, IMEI, then the same list. */
function datagram(bytes: Buffer): Frame | Broken | null {
  if (bytes.length < 24 || bytes.readUInt16BE(0) !== bytes.length - 2) return null
  if (bytes[4] !== 1 || bytes.readUInt16BE(6) !== 15) return null
  const imei = bytes.toString('latin1', 8, 23)
  return /^\d{15}$/.test(imei) ? packet(bytes.subarray(23), imei) : null
}

function packet(data: Buffer, device: string | null): Frame | Broken {
  if (data.length < 3) return { broken: 'truncated', detail: 'The packet has no records.' }
  const codec = data[0]!
  const type = `codec ${hex(codec, 2)}`
  const width = widths[codec]
  if (width === undefined) return frameOf({ protocol: 'teltonika', type, device })
  const positions: Position[] = []
  const count = data[1] ?? 0
  let at = 2
  for (let record = 0; record < count; record++) {
    const end = recordEnd(data, at, width)
    if (end < 0 || end > data.length)
      return { broken: 'truncated', detail: `Record ${record + 1} of ${count} is cut off.` }
    const position = recordOf(data, at, width)
    if (position !== null) positions.push(position)
    at = end
  }
  return data[at] === count
    ? frameOf({ protocol: 'teltonika', type, device, positions })
    : {
        broken: 'control-total',
        detail: `The packet says ${count} records, and then ${data[at] ?? 'none'}.`,
      }
}

type Width = (typeof widths)[number]
const placeBytes = 24

function recordOf(data: Buffer, at: number, width: Width): Position | null {
  const ms = Number(data.readBigUInt64BE(at))
  if (ms > 8.64e15) return null
  const values = elements(data, at + placeBytes, width)
  return positionOf({
    time: new Date(ms).toISOString(),
    longitude: data.readInt32BE(at + 9) / 1e7,
    latitude: data.readInt32BE(at + 13) / 1e7,
    altitude: data.readInt16BE(at + 17),
    course: data.readUInt16BE(at + 19),
    satellites: data[at + 21],
    speed: data.readUInt16BE(at + 22),
    valid: data[at + 21]! > 0,
    battery: values.get(113),
    ignition: values.has(239) ? values.get(239) !== 0 : undefined,
    moving: values.has(240) ? values.get(240) !== 0 : undefined,
    temperature: values.has(72) ? ((values.get(72)! << 16) >> 16) / 10 : undefined,
    event: width.id === 1 ? data[at + placeBytes] : data.readUInt16BE(at + placeBytes),
  })
}

function elements(data: Buffer, from: number, width: Width): Map<number, number> {
  const values = new Map<number, number>()
  walk(data, from, width, (id, at, size) => {
    if (size <= 4) values.set(id, data.readUIntBE(at, size))
  })
  return values
}

/** Where a record ends; -1 when it is cut off. */
function recordEnd(data: Buffer, at: number, width: Width): number {
  return at + placeBytes > data.length ? -1 : walk(data, at + placeBytes, width, () => undefined)
}

/** Goes over the elements of one, two, four and eight bytes, and those of any length. */
function walk(
  data: Buffer,
  from: number,
  { id, count, generation, any }: Width,
  visit: (id: number, at: number, size: number) => void,
): number {
  let at = from + id + (generation ? 1 : 0) + count
  for (const size of [1, 2, 4, 8]) {
    if (at + count > data.length) return -1
    const many = data.readUIntBE(at, count)
    at += count
    if (at + many * (id + size) > data.length) return -1
    for (let one = 0; one < many; one++, at += id + size)
      visit(data.readUIntBE(at, id), at + id, size)
  }
  if (!any) return at
  if (at + 2 > data.length) return -1
  let many = data.readUInt16BE(at)
  at += 2
  for (; many > 0; many--) {
    if (at + 4 > data.length) return -1
    at += 4 + data.readUInt16BE(at + 2)
  }
  return at > data.length ? -1 : at
}
