import { timeFormat, type Reading } from '#language/times.ts'

/** How the texts of a field tell time. `undecided`: the other way of reading days and months that fits as well. */
export type TimeGuess = {
  readonly format: string
  readonly kind: Reading['kind']
  readonly undecided: string | null
  readonly because: string
}

/** Formats that are tried, in this order; pairs that differ in day and month only stand side by side. */
const candidates: readonly (readonly [format: string, other?: string])[] = [
  ['iso'],
  ['yyyyMMddHHmmss'],
  ['yyyyMMddHHmm'],
  ['yyyyMMdd:HHmmss'],
  ['epoch-ms'],
  ['epoch-us'],
  ['epoch-s'],
  ['dd.MM.yyyy HH:mm:ss', 'MM.dd.yyyy HH:mm:ss'],
  ['dd.MM.yyyy HH:mm', 'MM.dd.yyyy HH:mm'],
  ['dd.MM.yyyy', 'MM.dd.yyyy'],
  ['dd/MM/yyyy HH:mm:ss', 'MM/dd/yyyy HH:mm:ss'],
  ['dd/MM/yyyy HH:mm', 'MM/dd/yyyy HH:mm'],
  ['dd/MM/yyyy', 'MM/dd/yyyy'],
  ['dd-MM-yyyy HH:mm:ss', 'MM-dd-yyyy HH:mm:ss'],
  ['dd-MM-yyyy HH:mm', 'MM-dd-yyyy HH:mm'],
  ['dd-MM-yyyy', 'MM-dd-yyyy'],
  ['yyyy/MM/dd HH:mm:ss'],
  ['yyyy/MM/dd HH:mm'],
  ['yyyy/MM/dd'],
  ['yyyy.MM.dd HH:mm:ss'],
  ['yyyy.MM.dd'],
  ['dd.MM.yy', 'MM.dd.yy'],
  ['dd/MM/yy', 'MM/dd/yy'],
  ['ddMMyyyy', 'MMddyyyy'],
  ['ddMMyyyyHHmmss', 'MMddyyyyHHmmss'],
  ['yyMMdd'],
  ['any', 'any-mdy'],
]

/** Dates that stand for none. */
const nothing = /^0+(?:[-.: /]*0+)*$|^9999|^1900-01-01|^1970-01-01T00:00:00Z?$|^0001-01-01/

const plausibleFrom = Date.UTC(1990, 0, 1)
const plausibleTo = Date.UTC(2045, 0, 1)
/** Of the values, how many must be readable. */
const shareMin = 0.65
const valuesTried = 1_000

/**
 * The format in which nearly all values are times, or null. Digits alone are times only where their number and range leave
 * little doubt. Where days and months could be either way, all values are evidence: one day above 12 decides, else the reading
 * under which the values run more evenly through the file; what stays open is told.
 */
export function guessTime(values: readonly (string | number | boolean)[]): TimeGuess | null {
  const all = values
    .slice(0, valuesTried)
    .filter((value) => typeof value !== 'boolean')
    .map((value) => String(value).trim())
    .filter((text) => !nothing.test(text))
  const numbers = all.filter((text) => /^\d+$/.test(text))
  // One word among numbers is a mistake of the source, not another way to write times.
  const digits = numbers.length >= all.length * shareMin
  const texts = digits ? numbers : all
  if (texts.length === 0) return null
  const plain = texts.every((text) => /^[-+]?\d+(?:[.,]\d+)?$/.test(text))
  if (plain && !digits) return null
  if (
    digits &&
    !texts.every((text) => [8, 10, 12, 13, 14, 16].includes(text.length) || /^\d{6}$/.test(text))
  )
    return null
  if (!texts.some((text) => /\d/.test(text))) return null
  for (const [format, other] of candidates) {
    if (format.startsWith('any') && (digits || !texts.every(looksWritten))) continue
    if (format === 'yyMMdd' && !digits) continue
    const read = readings(texts, format)
    const turned = other === undefined ? null : readings(texts, other)
    if (read === null && turned === null) continue
    if (other === undefined || turned === null)
      return {
        format,
        kind: kindOf(format, texts),
        undecided: null,
        because: `every value reads as ${format}`,
      }
    if (read === null)
      return {
        format: other,
        kind: kindOf(other, texts),
        undecided: null,
        because: 'the second number passes 12: months stand first',
      }
    return decided(format, other, read, turned, texts)
  }
  return null
}

function looksWritten(text: string): boolean {
  return /\d[-/. ]\s?(?:\d|\p{L})|\p{L}{3,}\.? \d|Date\(/u.test(text)
}

/** The instants, or null when too few values can be read or they are not of our time. */
function readings(texts: readonly string[], format: string): number[] | null {
  const compiled = timeFormat(format)
  if (!compiled.ok) return null
  const into: Reading = { ms: 0, kind: 'date' }
  const found: number[] = []
  for (const text of texts)
    if (compiled.read(text, into) && into.ms > plausibleFrom && into.ms < plausibleTo)
      found.push(into.ms)
  return found.length >= texts.length * shareMin && found.length > 0 ? found : null
}

function kindOf(format: string, texts: readonly string[]): Reading['kind'] {
  const compiled = timeFormat(format)
  const into: Reading = { ms: 0, kind: 'date' }
  const kinds = texts
    .slice(0, 50)
    .map((text) => (compiled.ok && compiled.read(text, into) ? into.kind : 'date'))
  return kinds.includes('instant') ? 'instant' : kinds.includes('local') ? 'local' : 'date'
}

function decided(
  format: string,
  other: string,
  read: readonly number[],
  turned: readonly number[],
  texts: readonly string[],
): TimeGuess {
  const kind = kindOf(format, texts)
  if (read.every((at, index) => at === turned[index]))
    return { format, kind, undecided: null, because: `every value reads as ${format}` }
  if (format === 'any' && read.length !== turned.length) {
    const best = read.length > turned.length ? format : other
    return { format: best, kind, undecided: null, because: `more values read as ${best}` }
  }
  const [days, months] = [roughness(read), roughness(turned)]
  if (read.length >= 4 && days < months * 0.5)
    return {
      format,
      kind,
      undecided: null,
      because: 'days first: the values then run evenly through the file',
    }
  if (read.length >= 4 && months < days * 0.5)
    return {
      format: other,
      kind,
      undecided: null,
      because: 'months first: the values then run evenly through the file',
    }
  // A point between the numbers is written where days stand first.
  if (format.includes('.'))
    return { format, kind, undecided: null, because: 'dates with points have the day first' }
  return {
    format,
    kind,
    undecided: other,
    because: 'no value shows whether days or months stand first',
  }
}

/** How far it is through all instants in the order of the file. */
function roughness(instants: readonly number[]): number {
  let way = 1
  for (let index = 1; index < instants.length; index++)
    way += Math.abs(instants[index]! - instants[index - 1]!)
  return way
}

/** Whether nearly all values are a time of day: 09:15, 09:15:30, 091530. */
export function isClock(values: readonly (string | number | boolean)[]): string | null {
  const shapes = [
    ['HH:mm:ss', /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/],
    ['HH:mm', /^([01]\d|2[0-3]):[0-5]\d$/],
    ['HHmmss', /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/],
    ['HHmm', /^([01]\d|2[0-3])[0-5]\d$/],
  ] as const
  const texts = values.slice(0, valuesTried).map((value) => String(value).trim())
  const found = shapes.find(
    ([, shape]) => texts.filter((text) => shape.test(text)).length >= texts.length * shareMin,
  )
  return texts.length > 0 ? (found?.[0] ?? null) : null
}
