/** Random histories of a small world: what several systems say about a few orders, and what people rule about it. */
import { claims, linkingIdentifiers, type Claim } from '#identity/links.ts'
import type { HubEvent } from '#model/event.ts'
import { identifierText, type Identifier } from '#model/identifier.ts'
import { random, type Random } from '#simulator/random.ts'
import { badLinks } from './bad-links.ts'
import { eventOf, seal, timeOf } from './told-event.ts'
import type { Trait } from './trait.ts'

/** A claim declared wrong, or that declaration taken back; rulings keep their order in every permutation. */
export type Ruling = {
  readonly kind: 'void' | 'restore'
  readonly claim: Claim & { readonly source: string }
}

export type History = {
  readonly seed: number
  /** Distinct events, in the order in which they were true. */
  readonly events: readonly HubEvent[]
  readonly rulings: readonly Ruling[]
  /** Suspended identifiers that a person will allow, once they are suspended. */
  readonly approves: boolean
  readonly traits: ReadonlySet<Trait>
}

/** The history of a seed; the same on every machine. */
export function historyOf(seed: number): History {
  const dice = random(seed, 0x415)
  const traits = new Set<Trait>()
  const deals = Array.from({ length: dice.int(1, 5) }, (_, i) => dealOf(i, dice))
  const events: HubEvent[] = []
  for (const [i, deal] of deals.entries()) {
    const count = dice.int(2, 9)
    for (let n = 0; n < count; n++) {
      const stranger =
        deals.length > 1 && dice.chance(0.08) ? dice.pick(deals[(i + 1) % deals.length]!) : null
      if (stranger !== null) traits.add('merge')
      events.push(eventOf(namesOf(deal, stranger, dice), dice))
    }
  }
  correct(events, dice, traits)
  if (dice.chance(0.3)) {
    traits.add('cancellation')
    events.push(
      seal({ ...dice.pick(events), milestone: 'cancelled', classifier: 'ACT', time: timeOf(dice) }),
    )
  }
  events.push(...badLinks(dice, traits))
  const unique = [...new Map(events.map((event) => [event.id, event])).values()]
  const rulings = rulingsOn(unique, dice, traits)
  const approves = traits.has('fan-out') && dice.chance(0.4)
  if (approves) traits.add('approve')
  return { seed, events: unique, rulings, approves, traits }
}

function dealOf(index: number, dice: Random): Identifier[] {
  // The same number in two companies is not the same order.
  const number = dice.chance(0.3) ? '1000' : String(1000 + index)
  const company = dice.pick(['servers', 'storage'])
  const names: Identifier[] = [{ ns: company, type: 'order', value: `${number}-${index}` }]
  if (dice.chance(0.3)) names.push({ ns: 'networking', type: 'order', value: `${number}-${index}` })
  if (dice.chance(0.6))
    names.push({ ns: 'customer:acme', type: 'purchase-order', value: `PO-${index}` })
  if (dice.chance(0.3)) names.push({ ns: 'group', type: 'opportunity', value: `OPP-${index}` })
  for (let n = dice.int(0, 3); n > 0; n--)
    names.push({ ns: company, type: 'delivery', value: `8${index}${n}` })
  for (let n = dice.int(0, 3); n > 0; n--)
    names.push({ ns: 'fedex', type: 'tracking', value: `79${index}${n}` })
  for (let n = dice.int(0, 2); n > 0; n--)
    names.push({ ns: company, type: 'serial', value: `SN:${index}${n}` })
  if (dice.chance(0.3)) names.push({ ns: 'group', type: 'ticket', value: `T-${index}` })
  return names
}

function namesOf(
  deal: readonly Identifier[],
  stranger: Identifier | null,
  dice: Random,
): Identifier[] {
  const names = [dice.pick(deal)]
  for (let n = dice.int(0, 3); n > 0; n--) names.push(dice.pick(deal))
  if (stranger !== null) names.splice(dice.int(0, names.length), 0, stranger)
  // A device is shared by many and links nothing.
  if (dice.chance(0.2)) names.push({ ns: 'group', type: 'device', value: 'H1' })
  const unique = new Map(names.map((name) => [identifierText(name), name]))
  return [...unique.values()]
}

/** Sources take back what they said: the same statement with another value and a later sequence, sometimes told earlier. */
function correct(events: HubEvent[], dice: Random, traits: Set<Trait>): void {
  for (let n = dice.int(0, 2); n > 0; n--) {
    const wrong = dice.pick(events)
    traits.add('correction')
    events.push(
      seal({
        ...wrong,
        sequence: wrong.sequence + dice.int(0, 1),
        facts: { ...wrong.facts, customer: 'Corrected' },
        told: timeOf(dice).at,
      }),
    )
  }
}

function rulingsOn(events: readonly HubEvent[], dice: Random, traits: Set<Trait>): Ruling[] {
  const all = events.flatMap((event) =>
    claims(event, linkingIdentifiers(event)).map((claim) => ({ ...claim, source: event.source })),
  )
  const rulings: Ruling[] = []
  if (all.length === 0 || dice.chance(0.4)) return rulings
  for (let n = dice.int(1, 4); n > 0; n--) {
    const claim = dice.pick(all)
    rulings.push({ kind: 'void', claim })
    traits.add('void')
    if (!dice.chance(0.4)) continue
    rulings.push({ kind: 'restore', claim })
    traits.add('restore')
  }
  return rulings
}
