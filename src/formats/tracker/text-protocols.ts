import {
  compactTime,
  frameOf,
  fromMinutes,
  instantText,
  numberOf,
  positionOf,
  utc,
  type Frame,
  type Position,
  type TextProtocol,
} from './frame.ts'
import { knots } from './nmea.ts'

/** The part of Queclink's reports that all have: speed, course, altitude, longitude, latitude, time. */
const queclinkPlace =
  /,(\d{1,3}\.\d)?,(\d{1,3})?,(-?\d{1,5}\.\d)?,(-?\d{1,3}\.\d{4,7}),(-?\d{1,2}\.\d{4,7}),(\d{14})(?=,)/g

/** Queclink's @Track: `+RESP:GTFRI,<version>,<IMEI>,...,<sent>,<count>$`. Reports may hold several positions. */
export const queclink: TextProtocol = (text) => {
  const found = /^\+(RESP|BUFF|ACK):(GT[A-Z]{3}),([0-9A-Fa-f]{6,10})?,([^,]*),/.exec(text)
  if (found === null) return null
  const [, report, type = '', , device = ''] = found
  const positions: Position[] = []
  for (const [, speed, course, altitude, lon, lat, time = ''] of text.matchAll(queclinkPlace)) {
    const position = positionOf({
      time: compactTime(time),
      latitude: numberOf(lat),
      longitude: numberOf(lon),
      altitude: numberOf(altitude),
      speed: numberOf(speed),
      course: numberOf(course),
    })
    if (position !== null) positions.push(position)
  }
  const sent = /,(\d{14}),[0-9A-Fa-f]{4}\$?\s*$/.exec(text)?.[1]
  return frameOf({
    protocol: 'queclink',
    type,
    device: device === '' ? null : device,
    time: sent === undefined ? null : compactTime(sent),
    ...(type === 'GTHBD' || report === 'ACK' ? { kind: 'heartbeat' } : {}),
    positions,
  })
}

/** H02: `*HQ,<id>,V1,hhmmss,A,ddmm.mmmm,N,dddmm.mmmm,E,<knots>,<course>,ddmmyy,<flags>,...#`; degrees may lack their point. */
export const h02: TextProtocol = (text) => {
  const found = /^\*([A-Za-z]{2}),(\d{0,17}),([A-Za-z0-9]+)(?:,|#|$)/.exec(text)
  if (found === null) return null
  const place =
    /,(\d{6})?,?([AVB01])?,(-?[\d.-]{6,11}),([NS]),(-?[\d.-]{5,12}),([EW]),\s*([\d.]*),\s*([\d.]*)?,?(?:\d+,)?(\d{6})(?!\d)/.exec(
      text,
    )
  const position =
    place === null
      ? null
      : positionOf({
          time: utc(place[9]!, 'dmy', place[1] ?? ''),
          valid: place[2] === 'A' || place[2] === '1',
          latitude: pointed(place[3]!, place[4]!, 2),
          longitude: pointed(place[5]!, place[6]!, 3),
          speed: knots(place[7]),
          course: numberOf(place[8]),
        })
  const type = found[3]!
  return frameOf({
    protocol: 'h02',
    type,
    device: found[2] === '' ? null : found[2]!,
    ...(type === 'HTBT' || type === 'XT' || type === 'LINK' ? { kind: 'heartbeat' } : {}),
    positions: position === null ? [] : [position],
  })
}

function pointed(text: string, hemisphere: string, degreeDigits: number): number | undefined {
  const parted = /^-?(\d{1,3})-(\d{1,2}\.\d+)$/.exec(text)
  const digits =
    parted === null
      ? text.replaceAll('-', '')
      : parted[1]! +
        parted[2]!.padStart(parted[2]!.indexOf('.') < 2 ? parted[2]!.length + 1 : 0, '0')
  const at = degreeDigits + 2
  return fromMinutes(
    digits.includes('.') ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`,
    hemisphere,
  )
}

/** TK103: `(<id 12><command 4>...yymmddAddmm.mmmmNdddmm.mmmmE<speed 5>hhmmss<course 6>...)`, or with commas and an IMEI. */
export const tk103: TextProtocol = (text) => {
  const commas = /^\((\d{12,16}),([A-Z0-9]{4}),/.exec(text)
  if (commas !== null) return withCommas(text, commas[1]!, commas[2]!)
  const found = /^\((\d{15}|[0-9A-Z]{11}\d)([A-Z]{2}\d{2})(.*)/s.exec(text)
  if (found === null) return null
  const [, device = '', type = '', rest = ''] = found
  const place =
    /(\d{6}),?([AV])(\d{2}\d{2}\.\d+)([NS]) ?(\d{2,3}\d{2}\.\d+)([EW])([\d. ]{5})(\d{6})([\d. ]{6})?/.exec(
      rest,
    )
  const position =
    place === null
      ? null
      : positionOf({
          time: utc(place[1]!, 'ymd', place[8]!),
          valid: place[2] === 'A',
          latitude: fromMinutes(place[3]!, place[4]!),
          longitude: fromMinutes(place[5]!, place[6]!),
          speed: numberOf(place[7]),
          course: numberOf(place[9]),
        })
  return frameOf({
    protocol: 'tk103',
    type,
    device,
    ...(type === 'BP00'
      ? { kind: 'heartbeat' }
      : type === 'BP05' && position === null
        ? { kind: 'login' }
        : {}),
    positions: position === null ? [] : [position],
  })
}

function withCommas(text: string, device: string, type: string): Frame {
  const place =
    /,(\d{6}),([AV]),(\d{4}\.\d+)([NS]),(\d{2,5}\.\d+)([EW]),([\d.]+),(\d{6}),([\d.]+)(?:,(-?[\d.]+),(\d+)(?=,))?/.exec(
      text,
    )
  const position =
    place === null
      ? null
      : positionOf({
          time: utc(place[1]!, 'dmy', place[8]!),
          valid: place[2] === 'A',
          latitude: fromMinutes(place[3]!, place[4]!),
          longitude: fromMinutes(place[5]!, place[6]!),
          speed: knots(place[7]),
          course: numberOf(place[9]),
          altitude: numberOf(place[10]),
          satellites: numberOf(place[11]),
        })
  return frameOf({
    protocol: 'tk103',
    type,
    device,
    positions: position === null ? [] : [position],
  })
}

/** GPS103 (Coban): `imei:<IMEI>,<word>,yymmddhhmm,<phone>,F,hhmmss.sss,A,ddmm.mmmm,N,dddmm.mmmm,E,<knots>,<course>,...;` */
export const gps103: TextProtocol = (text) => {
  const login = /^##,imei:(\d{15}),A/.exec(text)
  if (login !== null)
    return frameOf({ protocol: 'gps103', type: 'login', kind: 'login', device: login[1]! })
  const found = /^\d*imei:(\d{15}),([^,;*]*)/.exec(text)
  if (found === null) return null
  const [, device = '', type = ''] = found
  const place =
    /,(\d{2}\/?\d{2}\/?\d{2}) ?(\d{2}:?\d{2})?\d*,[^,]*,[FL],(\d{6})?(?:\.\d+)?,([AV]),(\d{3,4}\.\d+),([NS]),(\d{4,5}\.\d+),([EW]),([\d.]*),?([\d.]*)/.exec(
      text,
    )
  const position =
    place === null
      ? decimalPlace(text)
      : positionOf({
          time: nearest(
            place[1]!.replaceAll('/', ''),
            (place[2] ?? '').replace(':', ''),
            place[3] ?? '',
          ),
          valid: place[4] === 'A',
          latitude: fromMinutes(place[5]!, place[6]!),
          longitude: fromMinutes(place[7]!, place[8]!),
          speed: knots(place[9]),
          course: numberOf(place[10]),
        })
  return frameOf({
    protocol: 'gps103',
    type,
    device,
    positions: position === null ? [] : [position],
  })
}

/** `...,hhmmss,ddmmyy,<satellites>,<valid>,<lat>,<lon>,<km/h>,<course>,<altitude>,...*` */
function decimalPlace(text: string): Position | null {
  const place = /,(\d{6}),(\d{6}),(\d+),([01]),(-?\d+\.\d+),(-?\d+\.\d+),(\d+),(\d+),(-?\d+)/.exec(
    text,
  )
  if (place === null) return null
  return positionOf({
    time: utc(place[2]!, 'dmy', place[1]!),
    satellites: numberOf(place[3]),
    valid: place[4] === '1',
    latitude: numberOf(place[5]),
    longitude: numberOf(place[6]),
    speed: numberOf(place[7]),
    course: numberOf(place[8]),
    altitude: numberOf(place[9]),
  })
}

const halfDayMs = 43_200_000

/** The date is the device's local one, the clock is UTC's: the day that brings the two within half a day of each other. */
function nearest(date: string, local: string, clock: string): string | null {
  const there = utc(date, 'ymd', `${local === '' ? '1200' : local}00`)
  if (clock === '') return there
  const here = utc(date, 'ymd', clock)
  if (here === null || there === null || local === '') return here
  const apart = Date.parse(there) - Date.parse(here)
  const days = apart > halfDayMs ? 1 : apart < -halfDayMs ? -1 : 0
  return new Date(Date.parse(here) + days * 2 * halfDayMs).toISOString()
}

/** Suntech: fields between semicolons, `<message>;<id>;...;yyyymmdd;hh:mm:ss;...;<lat>;<lon>;<km/h>;<course>;<satellites>;<fix>`. */
export const suntech: TextProtocol = (text) => {
  const found =
    /^((?:S[TA]\d{3})?(?:STT|EMG|EVT|ALT|ALV|UEX|DEX|CRR|BLE|BSA|BTE|RES|CMD|TRV|RGP|SNB|HTE|TRR|NPT|STL)|S[TA]\d{3}[A-Z]{3}|ST\d{3};[A-Z][a-z]+);(?:Res;)?([0-9A-Za-z]{5,16});/.exec(
      text,
    )
  if (found === null) return null
  const [, type = '', device = ''] = found
  const when = /;(\d{4})(\d{2})(\d{2});(\d{2}):(\d{2}):(\d{2})(?=;|$)/.exec(text)
  const place =
    /;([+-]?\d{1,2}\.\d{4,7});([+-]?\d{1,3}\.\d{4,7})(?:;(\d{1,3}\.\d{1,3});(\d{1,3}\.\d{1,2})(?:;(\d{1,2});([01])(?=;|$)|;([01])(?=;))?)?(?=;|$)/.exec(
      text,
    )
  const [year = 0, month = 0, day = 0, ...clock] = when?.slice(1).map(Number) ?? []
  const position =
    place === null || when === null
      ? null
      : positionOf({
          time: instantText(year, month, day, clock),
          latitude: numberOf(place[1]),
          longitude: numberOf(place[2]),
          speed: numberOf(place[3]),
          course: numberOf(place[4]),
          satellites: numberOf(place[5]),
          valid: (place[6] ?? place[7]) !== '0',
        })
  return frameOf({
    protocol: 'suntech',
    type,
    device,
    ...(type.endsWith('ALV') ? { kind: 'heartbeat' } : {}),
    positions: position === null ? [] : [position],
  })
}
