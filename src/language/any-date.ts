/** A day as written, and what stood around it. */
export type Calendar = { readonly year: number; readonly month: number; readonly day: number }

/** Beginnings of month names in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish and Swedish, without accents. */
const monthStarts: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'sty'],
  ['feb', 'fev', 'lut'],
  ['mar', 'mrt', 'maart', 'maer'],
  ['apr', 'avr', 'abr', 'kwi'],
  ['may', 'mai', 'maj', 'mag', 'mei'],
  ['jun', 'juin', 'giu', 'cze'],
  ['jul', 'juil', 'lug', 'lip'],
  ['aug', 'aou', 'ago', 'sie'],
  ['sep', 'set', 'wrz'],
  ['oct', 'okt', 'ott', 'out', 'paz'],
  ['nov', 'lis'],
  ['dec', 'dez', 'dic', 'gru'],
]

const yearFirst = /(\d{4})(?:[-/.]|年|\s)\s?(\d{1,2})(?:[-/.]|月|\s)\s?(\d{1,2})(?!\d)日?/
const yearLast = /(?<!\d)(\d{1,2})[-/.]\s?(\d{1,2})[-/.]\s?(\d{4}|\d{2})(?!\d)/
const dayMonth =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s/-]+(?:de\s+)?([a-z]{3,12})\.?,?[\s/-]+(?:de\s+)?(\d{4}|\d{2})(?!\d)/
const monthDay = /(?<![a-z])([a-z]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)/
const compact = /^(\d{4})(\d{2})(\d{2})(?=\s|t|-)/

/** The day in a lower-case text; null when there is none. `american`: 03/04 is in March. */
export function datePart(
  text: string,
  american: boolean,
): { readonly date: Calendar; readonly rest: string } | null {
  const made = (match: RegExpExecArray, year: string, month: number, day: string) => ({
    date: { year: fullYear(year), month, day: Number(day) },
    rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim(),
  })
  const first = yearFirst.exec(text) ?? compact.exec(text)
  if (first) return made(first, first[1]!, Number(first[2]), first[3]!)
  const last = yearLast.exec(text)
  if (last) {
    const [, a = '', b = '', year = ''] = last
    const monthLeads = Number(b) > 12 || (american && Number(a) <= 12)
    return made(last, year, Number(monthLeads ? a : b), monthLeads ? b : a)
  }
  const named = dayMonth.exec(text)
  if (named && monthOf(named[2]!) > 0) return made(named, named[3]!, monthOf(named[2]!), named[1]!)
  const leading = monthDay.exec(text)
  if (leading && monthOf(leading[1]!) > 0)
    return made(leading, leading[3]!, monthOf(leading[1]!), leading[2]!)
  return null
}

/** Four letters decide before three, because of juin and juillet. */
function monthOf(name: string): number {
  const longest = (size: number) =>
    monthStarts.findIndex((starts) =>
      starts.some((start) => start.length === size && name.startsWith(start)),
    )
  return [5, 4, 3].map(longest).find((index) => index >= 0)! + 1 || 0
}

function fullYear(text: string): number {
  return text.length === 4 ? Number(text) : Number(text) + (Number(text) < 80 ? 2000 : 1900)
}
