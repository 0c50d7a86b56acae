import { hex, xorOf } from './checksum.ts'
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

/**
 * The core of NMEA's RMC, which many protocols carry inside of their own sentences:
 * time, validity, latitude, N, longitude, E, speed in knots, course, date as ddmmyy.
 */
const recommended =
  /(\d{6}(?:\.\d+)?),([AVRParvp]),(\d{1,4}\.\d+),([NS]),(\d{1,5}\.\d+),([EW]),([\d. ]*),([\d. ]*),(\d{6})(?!\d)/

export function recommendedIn(text: string): Position | null {
  const found = recommended.exec(text)
  if (found === null) return null
  const [, clock = '', valid = '', lat = '', ns = '', lon = '', ew = '', speed, course, date = ''] =
    found
  return positionOf({
    time: utc(date, 'dmy', clock),
    valid: !'Vv'.includes(valid),
    latitude: fromMinutes(lat, ns),
    longitude: fromMinutes(lon, ew),
    speed: knots(speed),
    course: numberOf(course),
  })
}

export function knots(text: string | undefined): number | undefined {
  const value = numberOf(text)
  return value === undefined ? undefined : value * kmhPerKnot
}

/** What is wrong with the checksum behind `*` of a sentence; null when it is right or there is none. */
export function sentenceFault(text: string): Broken | null {
  const found = /\$([^$*]*)\*([0-9A-Fa-f]{2})\s*$/.exec(text)
  if (found === null) return null
  const counted = xorOf(Buffer.from(found[1]!, 'latin1'))
  return counted === Number.parseInt(found[2]!, 16)
    ? null
    : {
        broken: 'control-total',
        detail: `The checksum is ${found[2]}, counted is ${hex(counted, 2)}.`,
      }
}

/** Laipac's StarFinder: NMEA sentences of its own with the device's number in them. */
export const laipac: TextProtocol = (text) => {
  const found = /^\$(AVRMC|E?AVSYS|AVCFG|AVGST|ECHK|AVREQ|EAV[A-Z]{3}|AVTRN),([^,*]*)/.exec(text)
  if (found === null) return null
  const broken = sentenceFault(text)
  if (broken !== null) return broken
  const position = found[1] === 'AVRMC' ? recommendedIn(text) : null
  return frameOf({
    protocol: 'laipac',
    type: found[1]!,
    device: found[2] === '' ? null : found[2]!,
    ...(found[1] === 'ECHK' ? { kind: 'heartbeat' } : {}),
    positions: position === null ? [] : [position],
  })
}

/** Plain NMEA 0183 of a device that tells its number in a sentence or a line of its own (T55 and its kin). */
export const nmea: TextProtocol = (text) => {
  const named = /^\$(?:PGID,|IMEI=|DEVID,|PCPTI,|PSIWMDID,)([0-9A-Za-z]{4,24})/.exec(text)
  if (named !== null) return sentenceFault(text) ?? login(named[1]!)
  const bare = /^(?:IMEI[=: ]*)?(\d{15})$/.exec(text.trim())
  if (bare !== null) return login(bare[1]!)
  const sentence =
    /^(?:([0-9A-Za-z]{6,20})?,?)?\$(?:([A-Z]{2})?(RMC|GGA|GLL|GSV|GSA|VTG|TXT|IOP)|PUBX),/.exec(
      text,
    )
  if (sentence === null) return telegram(text)
  const broken = sentenceFault(text)
  if (broken !== null) return broken
  const position = recommendedIn(text)
  return frameOf({
    protocol: 'nmea',
    type: sentence[3] ?? 'PUBX',
    device: sentence[1] ?? null,
    positions: position === null ? [] : [position],
  })
}

function login(device: string): Frame {
  return frameOf({ protocol: 'nmea', type: 'login', kind: 'login', device })
}

/** `QZE,<imei>,<event>,ddmmyyyy,hhmmss,<lat>,<lon>,<speed>,<course>,<valid>,...` */
function telegram(text: string): Frame | null {
  const found =
    /^QZE,(\d{15}),(\d+),(\d{2})(\d{2})\d{2}(\d{2}),(\d{6}),(-?\d+\.\d+),(-?\d+\.\d+),(\d+),(\d+),([AV]),/.exec(
      text,
    )
  if (found === null) return null
  const [, device = '', event, day = '', month = '', year = '', clock = ''] = found
  const position = positionOf({
    time: utc(`${day}${month}${year}`, 'dmy', clock),
    valid: found[11] === 'A',
    latitude: numberOf(found[7]),
    longitude: numberOf(found[8]),
    speed: numberOf(found[9]),
    course: numberOf(found[10]),
    event: numberOf(event),
  })
  return frameOf({
    protocol: 'nmea',
    type: 'QZE',
    device,
    positions: position === null ? [] : [position],
  })
}

/** Any sentence that holds an IMEI and a position in the order of RMC: what protocols nobody has named have in common. */
export const kindred: TextProtocol = (text) => {
  const position = recommendedIn(text)
  const device = /(?<!\d)\d{14,15}(?!\d)/.exec(text)?.[0] ?? null
  if (position === null || device === null) return null
  return (
    sentenceFault(text) ??
    frameOf({ protocol: 'nmea-like', type: '', device, positions: [position] })
  )
}
