/** Values that binary formats keep as numbers or bytes, as the texts people and mappings read. */

const dayMs = 86_400_000
const instantMax = 8.64e15

/** Days since 1970-01-01 as `2026-03-01`; null when there is no such day. */
export function dateText(days: number): string | null {
  const ms = days * dayMs
  return Number.isInteger(days) && Math.abs(ms) <= instantMax
    ? new Date(ms).toISOString().slice(0, -14)
    : null
}

/** Units since 1970 as `2026-03-01T10:15:00.000`, with Z when it is an instant and not a wall clock's reading. */
export function timestampText(
  value: number | bigint,
  perMs: number,
  instant: boolean,
): string | null {
  const ms = typeof value === 'bigint' ? Number(value / BigInt(perMs)) : Math.floor(value / perMs)
  if (!(Math.abs(ms) <= instantMax)) return null
  const text = new Date(ms).toISOString()
  return instant ? text : text.slice(0, -1)
}

/** Units since midnight as `10:15:00.000`; null beyond a day. */
export function timeText(value: number | bigint, perMs: number): string | null {
  const ms = Number(value) / perMs
  return ms >= 0 && ms < dayMs ? new Date(Math.floor(ms)).toISOString().slice(11, -1) : null
}

/** Big-endian two's complement with a decimal scale, as a decimal text; null beyond any sense. */
export function decimalText(bytes: Buffer, scale: number): string | null {
  if (bytes.length > 256 || !Number.isInteger(scale) || Math.abs(scale) > 256) return null
  if (bytes.length === 0) return '0'
  let number = BigInt(`0x${bytes.toString('hex')}`)
  if (bytes[0]! >= 128) number -= 1n << BigInt(bytes.length * 8)
  return scaled(number, scale)
}

function scaled(number: bigint, scale: number): string {
  if (scale <= 0) return String(number * 10n ** BigInt(-scale))
  const sign = number < 0n ? '-' : ''
  const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** A whole number as a number while it keeps its digits, else as text. */
export function exact(value: bigint): number | string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : String(value)
}
