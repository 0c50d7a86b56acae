import type { Flat } from './flatten.ts'
import { readName } from './names.ts'
import type { Candidate, ScoredField } from './score-fields.ts'
import { suits } from './suits.ts'

/** Whether records tell of parcels on their way, as carriers do, and not of orders. */
export function isOfParcels(flat: Flat, topic: string): boolean {
  const [fields, orders] = [flat.fields, new Set<string>()]
  let tracked = readName(topic).concepts.has('track')
  let scanned = false
  for (const { segments } of fields) {
    for (const name of segments) {
      if (name === '[]') continue
      const { concepts } = readName(name)
      tracked ||= concepts.has('track')
      scanned ||= concepts.has('event') && segments.includes('[]')
      if (
        (concepts.has('order') && !concepts.has('sequence')) ||
        concepts.has('purchase') ||
        concepts.has('price')
      )
        orders.add(name)
    }
  }
  const shipped = fields.some(({ segments }) =>
    segments.some(
      (name) => readName(name).concepts.has('ship') || readName(name).concepts.has('package'),
    ),
  )
  return orders.size <= fields.length / 40 && (tracked || (scanned && shipped))
}

const surely = 0.6

/**
 * What fields of a carrier mean: its number of a shipment or piece is the tracking number when nothing else is, products are
 * services, and what is scheduled is an estimate.
 */
export function asParcels(fields: readonly ScoredField[]): ScoredField[] {
  const tracked = fields.some(({ candidates }) =>
    candidates.some(({ role, confidence }) => role === 'id:tracking' && confidence >= surely),
  )
  const turned = fields.map((one) => {
    const { profile } = one
    const ownNumber = !tracked && !(profile.numbered?.kind === 'package')
    const candidates = one.candidates.map((candidate): Candidate => {
      const { role } = candidate
      const bare = /^(?:number|no|id|code)$/i.test(one.field.segments.at(-1) ?? '')
      if (ownNumber && bare && /^(?:id:(?:ticket|order|message)|fact:customerNumber)$/.test(role))
        return { ...candidate, role: 'id:tracking', because: 'the number of a carrier' }
      if (ownNumber && (role === 'id:shipment' || role === 'id:package'))
        return {
          ...candidate,
          role: 'id:tracking',
          because: `${candidate.because}; of a carrier that names no other`,
        }
      if (role === 'line:sku' || role === 'line:description' || role === 'line-key')
        return { ...candidate, role: 'fact:service', confidence: candidate.confidence * 0.85 }
      if (role === 'date:delivered:PLN') return { ...candidate, role: 'date:delivered:EST' }
      if (role === 'date:shipped:PLN') return { ...candidate, role: 'date:shipped:EST' }
      return candidate
    })
    return { ...one, candidates: candidates.toSorted((a, b) => b.confidence - a.confidence) }
  })
  return withNumber(turned, 'id:tracking')
}

/** In records of tickets the status is that of the ticket, and its priority says how bad things are. */
export function asTickets(fields: readonly ScoredField[]): ScoredField[] {
  const best = (role: RegExp): number =>
    Math.max(
      0,
      ...fields.flatMap(({ candidates }) =>
        candidates.filter((one) => role.test(one.role)).map(({ confidence }) => confidence),
      ),
    )
  if (best(/^id:ticket$/) < ticketFrom || best(/^(?:id:tracking|line:quantity)$/) >= ticketFrom)
    return [...fields]
  const turned: Readonly<Record<string, string>> = {
    term: 'fact:ticketState',
    'fact:priority': 'fact:severity',
  }
  return fields.map((one) => ({
    ...one,
    candidates: one.candidates.map((candidate) => {
      const { role, confidence } = candidate
      if (/^date:.*:ACT$/.test(role))
        return { ...candidate, role: 'time', confidence: confidence * 0.7 }
      return { ...candidate, role: turned[role] ?? role }
    }),
  }))
}

const ticketFrom = 0.75
const numberFrom = 0.45
const guess = 0.5

/** Where no field is likely to link records, the first that is called a number and looks like one. */
export function withNumber(
  fields: readonly ScoredField[],
  role: 'id:tracking' | 'id:order',
): ScoredField[] {
  const links = /^id:(?!device|message|customer|container)/
  if (
    fields.some(({ candidates }) =>
      candidates.some((one) => links.test(one.role) && one.confidence >= numberFrom),
    )
  )
    return [...fields]
  const numbers = fields.filter(({ field, profile, candidates }) => {
    const name = readName(field.segments.filter((one) => one !== '[]').at(-1) ?? '')
    const free = (candidates[0]?.confidence ?? 0) < 0.7 || candidates[0]?.role === 'none'
    return (
      name.concepts.has('number') &&
      free &&
      suits(role, profile).factor >= 0.9 &&
      profile.charsMean >= 4
    )
  })
  const [first] = numbers.toSorted((a, b) => a.field.segments.length - b.field.segments.length)
  if (first === undefined) return [...fields]
  const candidate = {
    role,
    confidence: guess,
    because: 'nothing else looks like the number of a record',
  }
  return fields.map((one) => (one === first ? { ...one, candidates: [candidate] } : one))
}
