/** Identifiers of things in EPCIS: EPC pure identity URIs and patterns (TDS 2.0) and GS1 Digital Link URIs. */

/**
 * What a thing is for the hub: a package, an item of its own number, a shipment, an asset that serves many orders, a container,
 * a lot, a mere class of goods, or something else. `value` is the bare SSCC of a package, else the element string as on labels.
 */
export type Thing = {
  readonly kind:
    | 'package'
    | 'serial'
    | 'shipment'
    | 'asset'
    | 'container'
    | 'lot'
    | 'class'
    | 'other'
  readonly value: string
  readonly uri: string
}

/** Reads an identifier; what follows no scheme is a thing of its own by its URI. */
export function thingOf(uri: string): Thing {
  const pure = /^urn:epc:(id|class|idpat):([a-z0-9]+):(.+)$/i.exec(uri)
  if (pure !== null) return { ...pureIdentity(pure[2]!.toLowerCase(), pure[3]!, uri), uri }
  return digitalLink(uri) ?? { kind: 'other', value: uri, uri }
}

type Found = Omit<Thing, 'uri'>

/** GS1 check digit of a number without it (GS1 General Specifications, 7.9). */
export function checkDigit(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    sum += (digits.charCodeAt(digits.length - 1 - i) - 48) * (i % 2 === 0 ? 3 : 1)
  }
  return String((10 - (sum % 10)) % 10)
}

const withCheck = (digits: string): string =>
  /^\d+$/.test(digits) ? digits + checkDigit(digits) : digits

/** Company prefix and reference whose first digit stands in front: GTIN and SSCC. */
const shifted = (prefix: string, reference: string): string =>
  withCheck(`${reference.slice(0, 1)}${prefix}${reference.slice(1)}`)

function pureIdentity(scheme: string, rest: string, uri: string): Found {
  const parts = rest.split('.')
  const [prefix = '', second = ''] = parts
  const tail = decoded(parts.slice(2).join('.'))
  const joined = prefix + second
  switch (scheme) {
    case 'sgtin':
      return serialOf(`(01)${shifted(prefix, second)}`, '(21)', tail)
    case 'lgtin':
      return { kind: 'lot', value: `(01)${shifted(prefix, second)}(10)${tail}` }
    case 'itip':
      return serialOf(
        `(8006)${shifted(prefix, second)}${parts.slice(2, 4).join('')}`,
        '(21)',
        parts.slice(4).join('.'),
      )
    case 'upui':
      return serialOf(`(01)${shifted(prefix, second)}`, '(235)', tail)
    case 'cpi':
      return serialOf(`(8010)${decoded(joined)}`, '(8011)', tail)
    case 'sgcn':
      return serialOf(`(255)${withCheck(joined)}`, '', tail)
    case 'gid':
      return serialOf(`gid:${joined}`, '.', tail)
    case 'usdod':
    case 'adi':
      return { kind: 'serial', value: `${scheme}:${decoded(rest)}` }
    case 'sscc':
      return { kind: 'package', value: shifted(prefix, second) }
    default:
      return logistic(scheme, prefix, second, tail, uri)
  }
}

function logistic(
  scheme: string,
  prefix: string,
  second: string,
  tail: string,
  uri: string,
): Found {
  const joined = prefix + second
  switch (scheme) {
    case 'gsin':
      return { kind: 'shipment', value: `(402)${withCheck(joined)}` }
    case 'ginc':
      return { kind: 'shipment', value: `(401)${decoded(joined)}` }
    case 'grai':
      return serialOf(`(8003)0${withCheck(joined)}`, '', tail, 'asset')
    case 'giai':
      return {
        kind: 'asset',
        value: `(8004)${prefix}${decoded([second, tail].filter(Boolean).join('.'))}`,
      }
    case 'gsrn':
      return { kind: 'asset', value: `(8018)${withCheck(joined)}` }
    case 'gsrnp':
      return { kind: 'asset', value: `(8017)${withCheck(joined)}` }
    case 'gdti':
      return serialOf(`(253)${withCheck(joined)}`, '', tail, 'other')
    case 'sgln':
    case 'pgln':
      return { kind: 'other', value: glnOf(uri) ?? uri }
    case 'bic':
      return { kind: 'container', value: prefix }
    default:
      return { kind: 'other', value: uri }
  }
}

/** A serialised key; a pattern for all serials, or none, is a class. */
function serialOf(
  key: string,
  qualifier: string,
  serial: string,
  kind: Thing['kind'] = 'serial',
): Found {
  if (serial === '' || serial === '*') return { kind: 'class', value: key }
  return { kind, value: `${key}${qualifier}${serial}` }
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A GS1 Digital Link (GS1 Digital Link URI Syntax 1.2) with numeric application identifiers, on any host. */
function digitalLink(uri: string): Thing | null {
  const found =
    /^https?:\/\/[^/?#]+(?:\/[^?#]*?)??\/(01|00|8003|8004|8006|8010|8017|8018|253|255|401|402|414|417)\/([^/?#]+)((?:\/[^/?#]+\/[^/?#]+)*)\/?(?:[?#].*)?$/.exec(
      uri,
    )
  if (found === null) return null
  const [, ai = '', raw = '', rest = ''] = found
  const key = decoded(raw)
  const qualifiers = new Map<string, string>()
  const pieces = rest.split('/').slice(1)
  for (let i = 0; i + 1 < pieces.length; i += 2) qualifiers.set(pieces[i]!, decoded(pieces[i + 1]!))
  return { ...linked(ai, ai === '01' ? key.padStart(14, '0') : key, qualifiers, uri), uri }
}

function linked(
  ai: string,
  key: string,
  qualifiers: ReadonlyMap<string, string>,
  uri: string,
): Found {
  const base = `(${ai})${key}`
  const lot = qualifiers.get('10')
  switch (ai) {
    case '00':
      return { kind: 'package', value: key }
    case '01': {
      const third = qualifiers.get('235')
      if (third !== undefined) return { kind: 'serial', value: `${base}(235)${third}` }
      const serial = qualifiers.get('21')
      if (serial !== undefined) return { kind: 'serial', value: `${base}(21)${serial}` }
      return lot === undefined
        ? { kind: 'class', value: base }
        : { kind: 'lot', value: `${base}(10)${lot}` }
    }
    case '8006':
      return serialOf(base, '(21)', qualifiers.get('21') ?? '')
    case '8010':
      return serialOf(base, '(8011)', qualifiers.get('8011') ?? '')
    case '255':
      return key.length > 13 ? { kind: 'serial', value: base } : { kind: 'class', value: base }
    case '401':
    case '402':
      return { kind: 'shipment', value: base }
    case '8003':
      return key.length > 14 ? { kind: 'asset', value: base } : { kind: 'class', value: base }
    case '8004':
    case '8017':
    case '8018':
      return { kind: 'asset', value: base }
    default:
      return { kind: 'other', value: ai === '414' || ai === '417' ? (glnOf(uri) ?? key) : base }
  }
}

/** The 13 digits of a place or party that is named by SGLN, PGLN or Digital Link; null when it is named otherwise. */
export function glnOf(uri: string): string | null {
  const pure = /^urn:epc:id:[sp]gln:(\d+)\.(\d*)(?:\..*)?$/i.exec(uri)
  if (pure !== null) return withCheck(pure[1]! + pure[2]!)
  return /^https?:\/\/[^?#]*\/41[47]\/(\d{13})(?:[/?#]|$)/.exec(uri)?.[1] ?? null
}

/** A business transaction: who issued its number, and the number. */
export type Transaction = { readonly type: string; readonly ns: string; readonly value: string }

/** Reads the identifier of a business transaction (CBV 2.0, 8.5): GLN and number, a document type, a URL, another URN. */
export function transactionOf(type: string, uri: string): Transaction {
  const cbv = /^urn:epcglobal:cbv:bt:(\d+):(.+)$/i.exec(uri)
  if (cbv !== null) return { type, ns: `gln:${cbv[1]!}`, value: decoded(cbv[2]!) }
  const thing = thingOf(uri)
  if (thing.kind !== 'other' || thing.value !== uri) return { type, ns: 'gs1', value: thing.value }
  const url = /^https?:\/\/([^/?#]+)\/?(.*?)\/?$/i.exec(uri)
  if (url !== null) return { type, ns: url[1]!.toLowerCase(), value: decoded(lastOf(url[2]!, '/')) }
  const urn = /^urn:([^:]+):(.+)$/i.exec(uri)
  if (urn === null) return { type, ns: 'epcis', value: uri }
  const value = lastOf(urn[2]!, ':')
  const ns = `${urn[1]!.toLowerCase()}${urn[2]!.slice(0, -value.length).replace(/^(.)/, ':$1').replace(/:$/, '')}`
  return { type, ns, value: decoded(value) }
}

function lastOf(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + 1) || text
}
