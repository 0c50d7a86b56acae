import { h02Binary, jt808 } from './binary-protocols.ts'
import type { BinaryProtocol, Broken, Frame, TextProtocol } from './frame.ts'
import { gt06, gt06Length } from './gt06.ts'
import { meitrack, osmand, wialon } from './messages.ts'
import { kindred, laipac, nmea } from './nmea.ts'
import { teltonika, teltonikaLength } from './teltonika.ts'
import { gps103, h02, queclink, suntech, tk103 } from './text-protocols.ts'

const textProtocols: readonly TextProtocol[] = [
  queclink,
  h02,
  tk103,
  gps103,
  meitrack,
  osmand,
  suntech,
  wialon,
  laipac,
  nmea,
]
const binaryProtocols: readonly BinaryProtocol[] = [gt06, teltonika, jt808, h02Binary]

/** A frame of text. `loose`: also one of a protocol nobody has named that holds a device and a position as NMEA writes them. */
export function textFrame(text: string, loose = true): Frame | Broken | null {
  for (const protocol of textProtocols) {
    const frame = protocol(text)
    if (frame !== null) return frame
  }
  return loose ? kindred(text) : null
}

/** A frame of bytes: of a binary protocol, or of one of text. */
export function binaryFrame(bytes: Buffer): Frame | Broken | null {
  for (const protocol of binaryProtocols) {
    const frame = protocol(bytes)
    if (frame !== null) return frame
  }
  return textFrame(bytes.toString('latin1'))
}

/** The length of the binary frame that begins at `at`; 0 when none is known to. */
export function binaryLength(bytes: Buffer, at: number): number {
  const rest = bytes.subarray(at)
  const fixed = gt06Length(rest) || teltonikaLength(rest)
  if (fixed > 0) return fixed
  if (rest[0] !== 0x7e) return 0
  const end = rest.indexOf(0x7e, 1)
  return end < 13 ? 0 : end + 1
}
