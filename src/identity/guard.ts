/**
 * The guard against a bad link: an identifier (a PO "N/A", a waybill "0000") that would join too many orders stops
 * linking and goes up for review. The rule looks only at which distinct identifiers claim it, so that it decides the
 * same whatever the order of arrival.
 */
import type { IdentifierText, IdentifierType } from '#model/identifier.ts'

/** How many distinct neighbours of one type an identifier may have before it is suspended. */
const neighboursMaxDefault = 25
const neighboursMax: Partial<Record<IdentifierType, Partial<Record<IdentifierType, number>>>> = {
  order: {
    tracking: 2_000,
    package: 20_000,
    serial: 20_000,
    mac: 20_000,
    delivery: 2_000,
    shipment: 2_000,
    invoice: 500,
    ticket: 500,
    production: 2_000,
    return: 500,
    'purchase-order': 10,
  },
  delivery: { tracking: 2_000, package: 20_000, serial: 20_000, mac: 20_000 },
  shipment: { tracking: 2_000, package: 20_000, serial: 20_000, mac: 20_000 },
  tracking: { package: 5_000, serial: 5_000 },
  opportunity: { order: 50, quote: 50 },
}

/** The limit for an identifier of type `of` and neighbours of type `neighbour`. */
export function fanOutMax(of: IdentifierType, neighbour: IdentifierType): number {
  return neighboursMax[of]?.[neighbour] ?? neighboursMaxDefault
}

/** Which of a pair's identifiers exceed their fan-out, given all pairs that touch them. */
export function overFanOut(id: IdentifierText, neighbours: Iterable<IdentifierText>): boolean {
  const counts = new Map<string, number>()
  const type = typeOf(id)
  for (const neighbour of neighbours) {
    const other = typeOf(neighbour)
    const count = (counts.get(other) ?? 0) + 1
    if (count > fanOutMax(type, other)) return true
    counts.set(other, count)
  }
  return false
}

function typeOf(text: IdentifierText): IdentifierType {
  return text.slice(0, text.indexOf(':')) as IdentifierType
}
