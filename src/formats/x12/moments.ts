import { moment } from '../moment.ts'

/** Where segments that tell of a moment have its date and its time (numbers of elements; 0: it has no time). */
const places: Readonly<Record<string, readonly [date: number, time: number]>> = {
  ACK: [5, 0],
  AT7: [5, 6],
  B1: [3, 0],
  B3: [6, 0],
  B4: [4, 5],
  BAK: [9, 0],
  BCA: [10, 0],
  BCH: [11, 0],
  BEG: [5, 0],
  BGN: [3, 4],
  BHT: [4, 5],
  BIA: [4, 5],
  BIG: [1, 0],
  BQT: [3, 0],
  BRA: [2, 5],
  BSN: [3, 4],
  BSS: [3, 0],
  DTM: [2, 3],
  DTP: [3, 0],
  FST: [4, 7],
  G01: [1, 0],
  G50: [2, 0],
  G62: [2, 4],
  L11: [4, 5],
  M3: [2, 3],
  N9: [4, 5],
  PRF: [4, 0],
  Q5: [2, 3],
  SCH: [6, 7],
  V9: [3, 4],
  W06: [3, 0],
  W17: [2, 0],
}

type Elements = Record<string, unknown>

/**
 * Adds `at` (and `until`, the end of a period) to a segment that tells of a moment: ISO 8601, local unless its zone stands
 * beside it. What cannot be read is left out; the elements stay as they are.
 */
export function addMoment(tag: string, elements: Elements): void {
  const place = places[tag]
  if (place === undefined) return
  const key = (element: number): string => `${tag}${String(element).padStart(2, '0')}`
  const at = moment(elements[key(place[0])], place[1] === 0 ? undefined : elements[key(place[1])])
  if (at !== null) elements['at'] = at
  else if (tag === 'DTM') period(elements, elements['DTM05'], elements['DTM06'])
  else if (tag === 'DTP') period(elements, elements['DTP02'], elements['DTP03'])
}

/** Element 1250 and 1251: D8 a day, DT a day with a time, RD8 and RDT periods. */
function period(elements: Elements, code: unknown, value: unknown): void {
  if (typeof code !== 'string' || typeof value !== 'string') return
  const [from = '', to] = code.startsWith('R') ? value.split('-') : [value]
  const read = (text: string): string | null =>
    code.endsWith('DT') ? moment(text.slice(0, 8), text.slice(8)) : moment(text)
  const at = read(from)
  const until = to === undefined ? null : read(to)
  if (at !== null) elements['at'] = at
  if (until !== null) elements['until'] = until
}
