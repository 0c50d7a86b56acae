/**
 * Payloads by filling gaps: the world's own writers write a message once with marker values, later ones only replace
 * the markers. So load has the shape of the real thing and costs little more than copying.
 */
import { compactDate, compactTime, isoDate, isoText, two, wall, type Zone } from '../calendar.ts'
import { stamp } from '../writers/storage-csv.ts'

/** What is filled in. `second` is the event time in whole seconds since 1970, `ms` the same in milliseconds. */
export type Gaps = {
  order: string
  po: string
  delivery: string
  tracking: string
  opportunity: string
  control: string
  at: number
}

export const markers = {
  order: '7770001',
  po: 'PO-MARKER',
  delivery: '88880001',
  tracking: '799900000001',
  opportunity: 'OPP-MARKER',
  control: '4444',
} as const

/** The instant that markers stand for: every text of it is unlike any other digits of a message. */
export const markedAt = Date.UTC(2001, 1, 3, 4, 5, 7)

type Part = string | ((gaps: Gaps) => string)

/** Makes a filler out of a message written with the markers, its times told in `zone`. */
export function template(text: string, zone: Zone): (gaps: Gaps) => string {
  const clock = clockOf(zone)
  const fills: [string, (gaps: Gaps) => string][] = [
    [markers.order, (gaps) => gaps.order],
    [markers.po, (gaps) => gaps.po],
    [markers.delivery, (gaps) => gaps.delivery],
    [markers.tracking, (gaps) => gaps.tracking],
    [markers.opportunity, (gaps) => gaps.opportunity],
    [markers.control, (gaps) => gaps.control],
    [String(markedAt), (gaps) => String(gaps.at)],
    [isoText(markedAt, zone), (gaps) => clock(gaps.at).iso],
    [stamp(markedAt), (gaps) => clock(gaps.at).stamp],
    [isoDate(wall(markedAt, zone)), (gaps) => clock(gaps.at).isoDate],
    [compactDate(wall(markedAt, zone)), (gaps) => clock(gaps.at).date],
    [compactTime(wall(markedAt, zone)), (gaps) => clock(gaps.at).time],
  ]
  let parts: Part[] = [text]
  for (const [marker, fill] of fills)
    parts = parts.flatMap((part) => (typeof part === 'string' ? cut(part, marker, fill) : [part]))
  return (gaps) => {
    let filled = ''
    for (const part of parts) filled += typeof part === 'string' ? part : part(gaps)
    return filled
  }
}

function cut(text: string, marker: string, fill: (gaps: Gaps) => string): Part[] {
  return text.split(marker).flatMap((piece, nth) => (nth === 0 ? [piece] : [fill, piece]))
}

type Face = {
  second: number
  iso: string
  isoDate: string
  date: string
  time: string
  stamp: string
}

// Neighbouring events share their second; writing it once is enough.
const clocks = new Map<Zone, (at: number) => Face>()

function clockOf(zone: Zone): (at: number) => Face {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  let face: Face = { second: -1, iso: '', isoDate: '', date: '', time: '', stamp: '' }
  const clock = (at: number) => {
    const second = Math.floor(at / 1000)
    if (second === face.second) return face
    const w = wall(at, zone)
    face = {
      second,
      iso: isoText(at, zone),
      isoDate: isoDate(w),
      date: compactDate(w),
      time: compactTime(w),
      stamp: `${two(w.day)}/${two(w.month)}/${w.year} ${two(w.hour)}:${two(w.minute)}:${two(w.second)}`,
    }
    return face
  }
  clocks.set(zone, clock)
  return clock
}
