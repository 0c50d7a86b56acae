/** Numbers that prove what they are: check digits of carriers and of GS1, ISO and others. */

/** A kind of number; `chance`: how likely a number of this look passes by accident. */
export type Numbered = {
  readonly kind: 'tracking' | 'package' | 'container' | 'product' | 'mac'
  readonly issuer: string
  readonly what: string
  readonly chance: number
  readonly test: (text: string) => boolean
}

const digitsOf = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0) - 48)

/** GS1 mod 10: weights 3 and 1 from the right, the check digit last. */
function mod10(text: string): boolean {
  const digits = digitsOf(text)
  const check = digits.pop()
  const sum = digits
    .toReversed()
    .reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0)
  return (10 - (sum % 10)) % 10 === check
}

/** UPS: 1Z and 16 letters and digits; the check digit is left alone, because test numbers of UPS itself have wrong ones. */
function ups(text: string): boolean {
  return /^1Z[0-9A-Z]{16}$/.test(text)
}

/** FedEx Express, 12 digits: weights 3 1 7, mod 11 mod 10. */
function fedex(text: string): boolean {
  if (!/^\d{12}$/.test(text)) return false
  const weights = [3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return (sum % 11) % 10 === Number(text[11])
}

/** UPU S10: two letters, eight digits and a check digit, country. The check is left alone: many systems print wrong ones. */
function s10(text: string): boolean {
  return /^[A-Z]{2}\d{9}[A-Z]{2}$/.test(text)
}

/** Air waybills and DHL Express: the number without its last digit, mod 7. */
function mod7(text: string): boolean {
  return Number(text.slice(0, -1)) % 7 === Number(text.slice(-1))
}

/** ISO 6346: letters count from 10 without multiples of 11, weights are powers of 2. */
function container(text: string): boolean {
  if (!/^[A-Z]{3}[UJZ]\d{7}$/.test(text)) return false
  let value = 10
  const values = new Map<string, number>()
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    if (value % 11 === 0) value++
    values.set(letter, value++)
  }
  const sum = Array.from(text.slice(0, 10)).reduce(
    (total, sign, index) => total + (values.get(sign) ?? Number(sign)) * 2 ** index,
    0,
  )
  return (sum % 11) % 10 === Number(text[10])
}

/** Kinds in the order of how much their look alone says. */
export const numbered: readonly Numbered[] = [
  { kind: 'tracking', issuer: 'ups', what: 'UPS numbers (1Z)', chance: 0.001, test: ups },
  {
    kind: 'tracking',
    issuer: 'postal',
    what: 'postal S10 numbers',
    chance: 0.002,
    test: s10,
  },
  {
    kind: 'container',
    issuer: '',
    what: 'container numbers (ISO 6346 check digit)',
    chance: 0.001,
    test: container,
  },
  {
    kind: 'package',
    issuer: 'gs1',
    what: 'SSCC numbers (18 digits, mod 10)',
    chance: 0.05,
    test: (text) => /^(?:00)?\d{18}$/.test(text) && mod10(text.slice(-18)),
  },
  {
    kind: 'mac',
    issuer: '',
    what: 'MAC addresses',
    chance: 0.001,
    test: (text) => /^[0-9A-F]{2}([:-][0-9A-F]{2}){5}$/i.test(text),
  },
  {
    kind: 'tracking',
    issuer: 'usps',
    what: 'USPS numbers (9x, mod 10)',
    chance: 0.03,
    test: (text) => /^9[1-5]\d{18}(?:\d\d)?$/.test(text) && mod10(text),
  },
  {
    kind: 'tracking',
    issuer: 'fedex',
    what: 'FedEx numbers (12 digits with check digit)',
    chance: 0.1,
    test: fedex,
  },
  {
    kind: 'tracking',
    issuer: 'dhl',
    what: 'DHL license plates',
    chance: 0.01,
    test: (text) => /^(JJD|JVGL|GM|LX|RX)\d{8,20}$|^JD\d{16,18}$/.test(text),
  },
  {
    kind: 'tracking',
    issuer: 'postnl',
    what: 'PostNL 3S barcodes',
    chance: 0.01,
    test: (text) => /^3S[A-Z]{4}\d{7,9}$/.test(text),
  },
  {
    kind: 'tracking',
    issuer: 'amazon',
    what: 'Amazon TBA numbers',
    chance: 0.001,
    test: (text) => /^TB[ACM]\d{12}$/.test(text),
  },
  {
    kind: 'tracking',
    issuer: '',
    what: 'air waybills (mod 7)',
    chance: 0.1,
    test: (text) => /^\d{3}-\d{8}$/.test(text) && mod7(text.slice(4)),
  },
  {
    kind: 'tracking',
    issuer: 'dhl',
    what: 'DHL Express numbers (10 digits, mod 7)',
    chance: 0.15,
    test: (text) => /^\d{10}$/.test(text) && mod7(text),
  },
  {
    kind: 'product',
    issuer: 'gs1',
    what: 'GTINs (mod 10)',
    chance: 0.1,
    test: (text) => /^(\d{8}|\d{12,14})$/.test(text) && mod10(text),
  },
]

/**
 * What kind of numbers the values are, when all of them prove it and chance does not explain it; else null. `values`: the
 * different ones.
 */
export function numberedAs(values: readonly string[]): Numbered | null {
  const texts = values.slice(0, 200).map((value) => value.replaceAll(' ', '').toUpperCase())
  if (texts.length === 0) return null
  return (
    numbered.find(({ test, chance }) => {
      const passed = texts.filter(test).length
      return passed >= texts.length * 0.95 && chance ** passed < 0.02
    }) ?? null
  )
}
