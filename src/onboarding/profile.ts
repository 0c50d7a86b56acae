import { numberedAs, type Numbered } from './check-digits.ts'
import type { Field } from './flatten.ts'
import { guessTime, isClock, type TimeGuess } from './time-guess.ts'

/** What the values of a field look like. Shares are of its values, 0 to 1. */
export type Profile = {
  readonly count: number
  readonly distinct: number
  readonly examples: readonly string[]
  readonly numeric: number
  readonly whole: number
  readonly decimalComma: boolean
  readonly letters: number
  readonly charsMean: number
  readonly wordsMean: number
  readonly truth: boolean
  readonly currency: number
  readonly country: number
  readonly province: number
  readonly zone: number
  readonly address: number
  readonly time: TimeGuess | null
  readonly clock: string | null
  readonly numbered: Numbered | null
  /** Different values and how often each stands, the most frequent first. */
  readonly words: readonly (readonly [word: string, count: number])[]
}

const currencies = new Set(
  'EUR USD GBP CHF JPY CNY SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH INR AUD NZD CAD MXN BRL ARS CLP COP PEN ZAR SGD HKD TWD KRW THB MYR IDR PHP VND AED SAR ILS EGP MAD ISK KWD QAR NGN KES'.split(
    ' ',
  ),
)
const countries = new Set(
  'DE US GB UK FR IT ES NL BE AT CH PL CZ DK SE NO FI IE PT LU HU RO BG GR TR RU UA IN CN JP KR SG MY TH VN ID PH AU NZ CA MX BR AR CL CO PE ZA AE SA IL EG HK TW DEU USA GBR FRA ITA ESP NLD BEL AUT CHE POL CHN JPN IND CAN MEX BRA AUS GERMANY FRANCE ITALY SPAIN NETHERLANDS BELGIUM AUSTRIA SWITZERLAND POLAND MEXICO BRAZIL CANADA CHINA JAPAN INDIA SWEDEN NORWAY DENMARK FINLAND IRELAND PORTUGAL VENEZUELA ARGENTINA DEUTSCHLAND FRANKREICH ITALIEN SPANIEN NIEDERLANDE BELGIEN'.split(
    ' ',
  ),
)
/** States of the USA and provinces of Canada. */
const provinces = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK'.split(
    ' ',
  ),
)
const zoneLike =
  /^(?:UTC|GMT|Z|[A-Z][a-z]+\/[A-Za-z_]+(?:\/[A-Za-z_]+)?|[+-]\d\d:?\d\d|[ECMP][SD]?T)$/
const numberLike = /^[-+]?(?:\d+|\d{1,3}(?:[.,' ]\d{3})+)?(?:[.,]\d+)?$/
const wordsMax = 500

/** Looks at the values once. */
export function profileOf({ values }: Pick<Field, 'values'>): Profile {
  const counts = new Map<string, number>()
  for (const value of values) {
    const text = String(value).trim()
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const texts = values.map((value) => String(value).trim())
  const share = (test: (text: string) => boolean): number =>
    texts.filter(test).length / Math.max(1, texts.length)
  const mean = (size: (text: string) => number): number =>
    texts.reduce((sum, text) => sum + size(text), 0) / Math.max(1, texts.length)
  const words = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, wordsMax)
  const isNumber = (text: string): boolean => /\d/.test(text) && numberLike.test(text)
  return {
    count: texts.length,
    distinct: counts.size,
    examples: [...counts.keys()].slice(0, 3),
    numeric: share(isNumber),
    whole: share((text) => /^[-+]?\d+(?:[.,]0+)?$/.test(text)),
    decimalComma: texts.some(
      (text) => /^[-+]?[\d.' ]*,\d{1,2}$|^[-+]?\d+,\d+$/.test(text) && !/,\d{3}$/.test(text),
    ),
    letters: share((text) => /\p{L}/u.test(text)),
    charsMean: mean((text) => text.length),
    wordsMean: mean((text) => text.split(/\s+/).length),
    truth:
      texts.length > 0 &&
      texts.every((text) => /^(true|false|yes|no|ja|nein|y|n|0|1)$/i.test(text)),
    currency: share((text) => currencies.has(text.toUpperCase())),
    country: share((text) => countries.has(text.toUpperCase())),
    province: share((text) => provinces.has(text)),
    zone: share((text) => zoneLike.test(text)),
    address: share((text) =>
      /^[\w.+-]+@[\w-]+\.|^https?:\/\/|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(text),
    ),
    time: guessTime(values),
    clock: isClock(values),
    numbered: numberedAs([...counts.keys()]),
    words,
  }
}
