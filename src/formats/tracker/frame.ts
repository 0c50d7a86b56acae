import type { FaultCode } from '#model/record.ts'

/**
 * Where a device was. `time` is ISO 8601 (with Z where the protocol speaks UTC), null when the frame has none; degrees are
 * decimal, WGS 84, south and west negative; `speed` in km/h, `altitude` in metres, `course` in degrees from north.
 * `battery` in per cent, `temperature` in degrees Celsius. What a frame does not tell is left out.
 */
export type Position = {
  readonly time: string | null
  readonly valid: boolean
  readonly latitude: number
  readonly longitude: number
  readonly altitude?: number
  readonly speed?: number
  readonly course?: number
  readonly satellites?: number
  readonly battery?: number
  readonly temperature?: number
  readonly ignition?: boolean
  readonly moving?: boolean
  readonly event?: number
}

/**
 * One frame of a tracker. `type` is the protocol's own name of the message; `device` what identifies the sender (mostly its
 * IMEI), null when neither this frame nor one before it says so.
 */
export type Frame = {
  readonly protocol: string
  readonly kind: 'position' | 'login' | 'heartbeat' | 'status'
  readonly type: string
  readonly device: string | null
  readonly time: string | null
  readonly positions: readonly Position[]
}

/** A frame whose bytes contradict themselves. */
export type Broken = { readonly broken: FaultCode; readonly detail: string }

/** Reads a frame; null when it is none of the protocol. */
export type TextProtocol = (text: string) => Frame | Broken | null
export type BinaryProtocol = (bytes: Buffer) => Frame | Broken | null

export function isBroken(frame: Frame | Broken): frame is Broken {
  return 'broken' in frame
}

/** A frame with what is known of it; it is about a position when it has one. */
export function frameOf(parts: Partial<Frame> & Pick<Frame, 'protocol' | 'type'>): Frame {
  const positions = parts.positions ?? []
  return {
    kind: positions.length > 0 ? 'position' : 'status',
    device: null,
    time: positions[0]?.time ?? null,
    ...parts,
    positions,
  }
}

type Loose = { [Name in keyof Position]?: Position[Name] | null | undefined }

/** A position, if the degrees are such; without what is not known. */
export function positionOf(parts: Loose): Position | null {
  const { latitude, longitude } = parts
  if (!degrees(latitude, 90) || !degrees(longitude, 180)) return null
  const position: Record<string, unknown> = {
    time: parts.time ?? null,
    valid: parts.valid ?? true,
    latitude: rounded(latitude, 6),
    longitude: rounded(longitude, 6),
  }
  for (const name of optional) {
    const value = parts[name]
    if (typeof value === 'boolean') position[name] = value
    if (typeof value === 'number' && Number.isFinite(value)) position[name] = rounded(value, 2)
  }
  return position as Position
}

const optional = [
  'altitude',
  'speed',
  'course',
  'satellites',
  'battery',
  'temperature',
  'ignition',
  'moving',
  'event',
] as const

function degrees(value: number | null | undefined, max: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= max
}

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}

export const kmhPerKnot = 1.852

/** A number out of digits; undefined when there is none. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text.trim())
  return Number.isFinite(value) ? value : undefined
}

/** `ddmm.mmmm` and a hemisphere as degrees; the minutes begin two digits before the point. */
export function fromMinutes(text: string, hemisphere: string): number | undefined {
  const point = text.indexOf('.')
  const cut = Math.max(0, (point < 0 ? text.length : point) - 2)
  const whole = text.slice(0, cut)
  const minutes = Number(text.slice(cut))
  const value = Number(whole === '' ? 0 : whole) + minutes / 60
  if (!(minutes < 60)) return undefined
  return hemisphere === 'S' || hemisphere === 'W' ? -value : value
}

/** Date and time of day as ISO 8601 in UTC; null when they are none. `date` in the order given, two digits each. */
export function utc(date: string, order: 'ymd' | 'dmy', clock: string): string | null {
  const parts = /^(\d{2})(\d{2})(\d{2})$/.exec(date)
  const time = /^(\d{2})(\d{2})(\d{2})/.exec(clock)
  if (parts === null || time === null) return null
  const [, a = '', month = '', c = ''] = parts
  const [year, day] = order === 'ymd' ? [a, c] : [c, a]
  return instantText(2000 + Number(year), Number(month), Number(day), time.slice(1).map(Number))
}

/** Numbers as an instant's text; null when there is no such day or time. */
export function instantText(
  year: number,
  month: number,
  day: number,
  [hour = 0, minute = 0, second = 0]: readonly number[],
): string | null {
  if (!(month >= 1 && month <= 12 && hour < 24 && minute < 60 && second < 60)) return null
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  return new Date(ms).getUTCDate() === day ? new Date(ms).toISOString() : null
}

/** `yyyyMMddHHmmss` as ISO 8601 in UTC. */
export function compactTime(text: string): string | null {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text)
  if (parts === null) return null
  const [year, month, day, ...clock] = parts.slice(1).map(Number)
  return instantText(year!, month!, day!, clock)
}
