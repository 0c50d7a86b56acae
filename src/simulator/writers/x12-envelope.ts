/** Interchange and group envelopes around X12 transaction sets. */
import type { Instant } from '#model/time.ts'
import { compactDate, compactTime, wall, type Zone } from '../calendar.ts'

export type Envelope = {
  readonly sender: string
  readonly receiver: string
  readonly version: '004010' | '005010'
  readonly zone: Zone
}

/** Functional identifier codes of the sets the simulator writes. */
const groups: Readonly<Record<string, string>> = {
  '850': 'PO',
  '855': 'PR',
  '856': 'SH',
  '997': 'FA',
  '214': 'QM',
}

/**
 * One interchange with a group per kind of set. `sets` are segments ST to SE, keyed by their code; `control` is the
 * interchange's number, group numbers follow from it (`control * 10 + n`, at most nine digits).
 */
export function interchange(
  envelope: Envelope,
  control: number,
  at: Instant,
  sets: ReadonlyMap<string, readonly string[]>,
): string {
  const w = wall(at, envelope.zone)
  const date = compactDate(w)
  const time = compactTime(w).slice(0, 4)
  const repetition = envelope.version === '005010' ? '^' : 'U'
  const number = String(control).padStart(9, '0')
  let text = `ISA*00*          *00*          *ZZ*${envelope.sender.padEnd(15)}*ZZ*${envelope.receiver.padEnd(15)}*${date.slice(2)}*${time}*${repetition}*${envelope.version.slice(0, 5)}*${number}*0*P*>~\n`
  let nth = 0
  for (const [code, texts] of sets) {
    const group = groupControl(control, nth++)
    text += `GS*${groups[code]}*${envelope.sender}*${envelope.receiver}*${date}*${time}*${group}*X*${envelope.version}~\n`
    text += texts.join('')
    text += `GE*${texts.length}*${group}~\n`
  }
  return `${text}IEA*${nth}*${number}~\n`
}

/** The number of the nth group (from 0) of an interchange. */
export function groupControl(control: number, nth: number): number {
  return ((control % 100_000_000) * 10 + nth) % 1_000_000_000
}
