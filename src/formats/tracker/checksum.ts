/** Checksums of tracker protocols: all are asked about whole frames, short by nature. */

/** Exclusive or of all bytes, as NMEA 0183 and JT/T 808 have it. */
export function xorOf(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum ^= byte
  return sum
}

export function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = (sum + byte) & 0xff
  return sum
}

/** CRC-16 with reflected polynomials. `arc`: 0xA001 from 0 (Teltonika, Wialon); `x25`: 0x8408 from 0xFFFF, inverted (GT06). */
export function crc16(bytes: Uint8Array, kind: 'arc' | 'x25'): number {
  const polynomial = kind === 'arc' ? 0xa001 : 0x8408
  let crc = kind === 'arc' ? 0 : 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  }
  return kind === 'arc' ? crc : crc ^ 0xffff
}

export function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
