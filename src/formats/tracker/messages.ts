import { crc16, hex, sumOf } from './checksum.ts'
import {
  frameOf,
  fromMinutes,
  kmhPerKnot,
  numberOf,
  positionOf,
  utc,
  type Broken,
  type Frame,
  type Position,
  type TextProtocol,
} from './frame.ts'

/** OsmAnd, Traccar Client and kin: the query of a web address. Speed in knots. */
export const osmand: TextProtocol = (text) => {
  const query = /^(?:(?:GET|POST) )?\/?[^ ?]*\?([^ ]+)/.exec(text)?.[1]
  if (query === undefined || !/(?:^|&)(?:id|deviceid|lat|location|timestamp)=/.test(query))
    return null
  const values = new URLSearchParams(query)
  const get = (...names: string[]): string | undefined =>
    names.map((name) => values.get(name)).find((value) => value !== null && value !== '') ??
    undefined
  const [lat, lon] = (get('location') ?? `${get('lat') ?? ''},${get('lon') ?? ''}`).split(',')
  const speed = numberOf(get('speed'))
  const time = timeOf(get('timestamp'))
  const position = positionOf({
    time,
    valid: get('valid') !== 'false' && get('valid') !== '0',
    latitude: numberOf(lat),
    longitude: numberOf(lon),
    altitude: numberOf(get('altitude')),
    speed: speed === undefined ? undefined : speed * kmhPerKnot,
    course: numberOf(get('bearing', 'heading')),
    battery: numberOf(get('batt')),
    ignition: get('ignition') === undefined ? undefined : get('ignition') === 'true',
  })
  return frameOf({
    protocol: 'osmand',
    type: get('event', 'alarm') ?? '',
    device: get('id', 'deviceid') ?? null,
    time,
    positions: position === null ? [] : [position],
  })
}

function timeOf(text: string | undefined): string | null {
  if (text === undefined) return null
  const number = numberOf(text)
  const ms =
    number === undefined
      ? Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.trim().replace(' ', 'T')}Z`)
      : number < 100_000_000_000
        ? number * 1000
        : number
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : null
}

/** Wialon IPS 1.x and 2.0: `#D#ddmmyy;hhmmss;lat;N;lon;E;km/h;course;altitude;satellites;...;<CRC>`, `#B#` with several. */
export const wialon: TextProtocol = (text) => {
  const found = /^(?:(?:(\d\.\d);)?([^#;]{1,32}))?#([A-Z]{1,2})#(.*)$/s.exec(text)
  if (found === null) return null
  const [, version, given, type = '', body = ''] = found
  const rest = body.replace(/\s+$/, '')
  if (type === 'L') return wialonLogin(rest)
  if (type === 'P') return frameOf({ protocol: 'wialon', type, kind: 'heartbeat' })
  const wrong = version === undefined ? null : wialonFault(rest)
  if (wrong !== null) return wrong
  const positions = (type === 'B' ? rest.split('|') : [rest])
    .map((one) => wialonPlace(one.split(';')))
    .filter((one): one is Position => one !== null)
  return frameOf({ protocol: 'wialon', type, device: given ?? null, positions })
}

function wialonLogin(body: string): Frame {
  const fields = body.split(';')
  const device = fields[0] === '2.0' ? fields[1] : fields[0]
  return frameOf({
    protocol: 'wialon',
    type: 'L',
    kind: 'login',
    device: device === '' ? null : (device ?? null),
  })
}

/** Version 2.0 ends with a CRC-16 over what stands between the type and it. */
function wialonFault(body: string): Broken | null {
  const found = /^(.*;)([0-9A-Fa-f]{1,4})$/s.exec(body)
  if (found === null) return null
  const counted = crc16(Buffer.from(found[1]!, 'latin1'), 'arc')
  return counted === Number.parseInt(found[2]!, 16)
    ? null
    : {
        broken: 'control-total',
        detail: `The checksum is ${found[2]}, counted is ${hex(counted, 4)}.`,
      }
}

function wialonPlace([
  date = '',
  clock = '',
  lat = '',
  ns = '',
  lon = '',
  ew = '',
  ...rest
]: string[]): Position | null {
  if (lat === 'NA' || lon === 'NA' || lat === '' || lon === '') return null
  return positionOf({
    time: utc(date, 'dmy', clock),
    latitude: fromMinutes(lat, ns),
    longitude: fromMinutes(lon, ew),
    speed: numberOf(rest[0]),
    course: numberOf(rest[1]),
    altitude: numberOf(rest[2]),
    satellites: numberOf(rest[3]),
  })
}

/** Meitrack: `$$<sign><length>,<IMEI>,<command>,<event>,<lat>,<lon>,yymmddhhmmss,A,<satellites>,...*<sum>`; CCE is binary. */
export const meitrack: TextProtocol = (text) => {
  const found = /^\$\$([\x21-\x7e])(\d+),(\d{10,16}),([A-Z0-9]{3}),?/.exec(text)
  if (found === null) return null
  const [head, , length, device = '', type = ''] = found
  const end = text.indexOf(',') + Number(length)
  const sum = /\*([0-9A-Fa-f]{2})\s*$/.exec(text.slice(0, end + 4))
  const broken = sum === null ? null : meitrackFault(text, sum[1]!)
  if (broken !== null) return broken
  if (type === 'CCE') return cceFrame(Buffer.from(text, 'latin1').subarray(head.length), device)
  const place =
    /,([0-9]+)?,(-?\d+\.\d+),(-?\d+\.\d+),(\d{6})(\d{6}),([AV]),(\d+),(\d+),([\d.]+),(\d+),([\d.]+),(-?\d+)/.exec(
      text,
    )
  const position =
    place === null
      ? null
      : positionOf({
          event: numberOf(place[1]),
          latitude: numberOf(place[2]),
          longitude: numberOf(place[3]),
          time: utc(place[4]!, 'ymd', place[5]!),
          valid: place[6] === 'A',
          satellites: numberOf(place[7]),
          speed: numberOf(place[9]),
          course: numberOf(place[10]),
          altitude: numberOf(place[12]),
        })
  return frameOf({
    protocol: 'meitrack',
    type,
    device,
    positions: position === null ? [] : [position],
  })
}

function meitrackFault(text: string, told: string): Broken | null {
  const counted = sumOf(Buffer.from(text.slice(0, text.lastIndexOf('*') + 1), 'latin1'))
  return counted === Number.parseInt(told, 16)
    ? null
    : { broken: 'control-total', detail: `The checksum is ${told}, counted is ${hex(counted, 2)}.` }
}

const epoch2000 = 946_684_800

/** Meitrack's CCE: records of parameters of one, two, four and any bytes, each an id and a value, little endian. */
function cceFrame(bytes: Buffer, device: string): Frame | Broken {
  const positions: Position[] = []
  if (bytes.length < 6) return { broken: 'truncated', detail: 'The record list is cut off.' }
  const count = bytes.readUInt16LE(4)
  let at = 6
  for (let record = 0; record < count && at + 4 <= bytes.length; record++) {
    const size = bytes.readUInt16LE(at)
    const values = cceValues(bytes.subarray(at + 4, at + 2 + size))
    const lat = values.get(2)
    const lon = values.get(3)
    const time = values.get(4)
    const position = positionOf({
      latitude: lat === undefined ? undefined : (lat | 0) / 1e6,
      longitude: lon === undefined ? undefined : (lon | 0) / 1e6,
      time: time === undefined ? null : new Date((epoch2000 + time) * 1000).toISOString(),
      valid: (values.get(5) ?? 0) > 0,
      satellites: values.get(6),
      speed: values.get(8),
      course: values.get(9),
      altitude: values.get(11),
      event: values.get(1),
    })
    if (position !== null) positions.push(position)
    at += 2 + size
  }
  return frameOf({ protocol: 'meitrack', type: 'CCE', device, positions })
}

function cceValues(record: Buffer): Map<number, number> {
  const values = new Map<number, number>()
  let at = 0
  for (const width of [1, 2, 4]) {
    if (at >= record.length) return values
    for (let left = record[at++]!; left > 0; left--) {
      const long = record[at] === 0xfe
      const id = long ? 0xfe00 + (record[at + 1] ?? 0) : (record[at] ?? 0)
      at += long ? 2 : 1
      if (at + width > record.length) return values
      values.set(id, record.readUIntLE(at, width))
      at += width
    }
  }
  return values
}
