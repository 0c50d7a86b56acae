import type { Profile } from './profile.ts'
import type { Role } from './roles.ts'

/** How well values suit a role: 0 not at all, 1 as well as can be without a proof, above 1 where they speak for it. */
export type Suits = { readonly factor: number; readonly because: string }

const no = (because: string): Suits => ({ factor: 0, because })
const yes = (factor: number, because: string): Suits => ({ factor, because })
const plain: Suits = { factor: 1, because: '' }

/** Judges a role by the look of the values alone. */
export function suits(role: Role, profile: Profile): Suits {
  const [kind = '', name = ''] = role.split(':')
  if (kind === 'id') return identifier(name, profile)
  if (kind === 'date' || role === 'time') return moment(profile)
  if (role === 'clock')
    return profile.clock === null ? no('no times of day') : yes(1.1, 'times of day')
  if (role === 'zone')
    return profile.zone > 0.8 ? yes(1.1, 'names of time zones') : no('no time zones')
  if (role === 'term') return term(profile)
  if (role === 'sequence')
    return profile.whole === 1 && profile.time === null ? plain : no('no whole numbers')
  if (kind === 'place' || kind === 'fact' || kind === 'line') return fact(kind, name, profile)
  if (role === 'line-key')
    return profile.charsMean <= 12 && profile.wordsMean < 1.5 && !isTime(profile)
      ? plain
      : no('too long for a line number')
  if (role === 'words' || role === 'reason')
    return profile.letters > 0.3 && !isTime(profile) ? plain : yes(0.4, 'hardly any words')
  return plain
}

function isTime({ time, numeric }: Profile): boolean {
  return time !== null && numeric < 0.9
}

function identifier(type: string, profile: Profile): Suits {
  const { numbered, count, distinct } = profile
  if (isTime(profile)) return no('these are times')
  if (profile.truth && count > 3) return no('these are yes and no')
  if (profile.numeric > 0.5 && profile.whole < 0.9) return no('these are amounts')
  if (profile.address > 0.3) return yes(0.2, 'these are addresses or keys of a program')
  if (
    profile.charsMean < 4 &&
    /^(tracking|package|serial|shipment|delivery|invoice|bol|mac)$/.test(type)
  )
    return yes(0.4, 'too short for such a number')
  if (profile.wordsMean > 2.5 || profile.charsMean > 45) return yes(0.3, 'too long for a number')
  const proof = { tracking: 'tracking', package: 'package', container: 'container', mac: 'mac' }[
    type
  ]
  if (numbered !== null && numbered.kind === proof) return yes(1.25, `all are ${numbered.what}`)
  if (
    numbered !== null &&
    numbered.chance < 0.05 &&
    numbered.kind !== 'product' &&
    type !== 'message'
  )
    return yes(0.5, `these are ${numbered.what}`)
  if (profile.letters === 1 && profile.numeric === 0 && !/\d/.test(profile.examples.join('')))
    return yes(0.5, 'words without digits')
  if (count >= 20 && distinct <= Math.max(2, count * 0.02))
    return yes(0.6, 'nearly always the same')
  if (count >= 5 && distinct === count) return yes(1.05, 'every value is different')
  return plain
}

function moment(profile: Profile): Suits {
  const { time } = profile
  if (time === null) return no('these are no times')
  if (profile.numeric === 1 && profile.charsMean < 7) return yes(0.6, 'few digits for a time')
  return yes(1.05, `times, ${time.format}`)
}

function term(profile: Profile): Suits {
  if (isTime(profile) || profile.clock !== null) return no('these are times')
  if (profile.numeric > 0.5 && profile.whole < 1) return no('these are amounts')
  if (profile.address > 0) return no('these are addresses or keys')
  if (profile.province > 0.9 && profile.distinct > 1)
    return yes(0.3, 'codes of states and provinces')
  if (profile.truth && profile.letters > 0) return yes(0.5, 'yes and no')
  if (profile.wordsMean > 8) return yes(0.4, 'long texts')
  if (profile.count >= 12 && profile.distinct > profile.count * 0.6)
    return yes(profile.count >= 30 ? 0.4 : 0.85, 'nearly all are different')
  if (profile.numeric === 1) return yes(profile.distinct <= 20 ? 0.85 : 0.4, 'numbers as codes')
  return profile.count >= 8 && profile.distinct <= profile.count / 2
    ? yes(1.08, 'few words that come again')
    : plain
}

const amounts = new Set([
  'value',
  'price',
  'invoiceAmount',
  'weight',
  'quantity',
  'quantityShipped',
  'quantityConfirmed',
  'quantityBackordered',
  'pieces',
  'temperature',
])
const texts = new Set([
  'customer',
  'city',
  'shipTo',
  'description',
  'signedBy',
  'owner',
  'subject',
  'deal',
  'name',
  'note',
])

function fact(kind: string, name: string, profile: Profile): Suits {
  if (amounts.has(name)) {
    if (profile.numeric < 0.9 && !unitBehind(profile)) return no('these are no numbers')
    if (isTime(profile)) return no('these are times')
    if (/quantity|pieces/.test(name) && profile.charsMean > 9)
      return yes(0.5, 'large for a quantity')
    return yes(1.03, 'numbers')
  }
  if (isTime(profile))
    return name === 'requested' || name === 'promised' ? yes(1.05, 'times') : no('these are times')
  if (name === 'requested' || name === 'promised') return no('these are no times')
  if (name === 'currency')
    return profile.currency > 0.8
      ? yes(1.1, 'codes of currencies')
      : yes(0.3, 'no codes of currencies')
  if (name === 'country' || name === 'shipToCountry')
    return profile.country > 0.6
      ? yes(1.08, 'countries')
      : profile.numeric > 0.5
        ? no('numbers')
        : yes(0.85, 'no codes of countries')
  if (kind === 'place' && (name === 'code' || name === 'name')) {
    const code = profile.examples.every((text) => /^[A-Z0-9._-]{2,10}$/.test(text))
    return (name === 'code') === code
      ? yes(1.1, code ? 'codes' : 'names')
      : yes(0.7, code ? 'codes' : 'names')
  }
  if (texts.has(name)) {
    if (profile.numeric > 0.8) return yes(0.2, 'these are numbers')
    return profile.address > 0.3 ? yes(0.3, 'these are addresses') : plain
  }
  if (name === 'sku')
    return profile.wordsMean > 3 || profile.address > 0.3
      ? yes(0.4, 'long for an article number')
      : plain
  if (name === 'unit')
    return profile.charsMean <= 8 && profile.numeric < 0.5 ? plain : no('no units')
  if (name === 'region')
    return profile.numeric > 0.5
      ? no('numbers')
      : profile.province > 0.9
        ? yes(1.15, 'codes of states and provinces')
        : plain
  if (name === 'pieces' && profile.whole < 1) return no('no whole numbers')
  return profile.address > 0.5 ? yes(0.3, 'these are addresses') : plain
}

function unitBehind({ examples }: Profile): boolean {
  return examples.length > 0 && examples.every((text) => /^[\d.,]+ ?[a-zA-Z]{1,4}$/.test(text))
}
