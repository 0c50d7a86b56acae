/** Bad links as real systems make them: a PO "N/A" on many orders, an order with a pile of POs, a default waybill. */
import type { HubEvent } from '#model/event.ts'
import type { Identifier } from '#model/identifier.ts'
import type { Random } from '#simulator/random.ts'
import { eventOf } from './told-event.ts'
import type { Trait } from './trait.ts'

/** Now and then the events around an identifier that is at, just below or beyond its fan-out; mostly none. */
export function badLinks(dice: Random, traits: Set<Trait>): HubEvent[] {
  if (!dice.chance(0.15)) return []
  traits.add('fan-out')
  switch (dice.int(0, 4)) {
    case 0:
      return manyOrdersOfOnePo(dice)
    case 1:
      return inOneEvent(dice, traits)
    case 2:
      return badPair(dice, traits)
    default:
      return manyPosOfOneOrder(dice)
  }
}

function po(value: string): Identifier {
  return { ns: 'customer:acme', type: 'purchase-order', value }
}

function order(value: string): Identifier {
  return { ns: 'servers', type: 'order', value }
}

/** An order takes 10 POs. */
function manyPosOfOneOrder(dice: Random): HubEvent[] {
  return Array.from({ length: dice.int(9, 14) }, (_, i) => {
    const names = [order('1000-0'), po(`P${i}`)]
    if (dice.chance(0.1)) names.push(po(`P${i + 1}`))
    return eventOf(dice.chance(0.7) ? names : names.toReversed(), dice)
  })
}

/** A PO takes 25 orders. */
function manyOrdersOfOnePo(dice: Random): HubEvent[] {
  return Array.from({ length: dice.int(24, 29) }, (_, i) => {
    const names = [order(`O${i}`), po('N/A')]
    if (dice.chance(0.1)) names.push({ ns: 'servers', type: 'delivery', value: `D${i}` })
    return eventOf(dice.chance(0.8) ? names : names.toReversed(), dice)
  })
}

/** One record that names more POs than its order may have, beside some that do not. */
function inOneEvent(dice: Random, traits: Set<Trait>): HubEvent[] {
  traits.add('many-in-one')
  const names = Array.from({ length: dice.int(4, 14) }, (_, i) => po(`P${i}`))
  const others = Array.from({ length: dice.int(0, 6) }, (_, i) =>
    eventOf([order('1000-0'), po(`P${i + 8}`)], dice),
  )
  return [eventOf([order('1000-0'), ...names], dice), ...others]
}

/** Two identifiers near their fan-out that name each other: what one is held back from still counts for the other. */
function badPair(dice: Random, traits: Set<Trait>): HubEvent[] {
  traits.add('bad-pair')
  const both = Array.from({ length: dice.int(9, 11) }, (_, i) =>
    eventOf([order('1000-0'), po(`P${i}`)], dice),
  )
  const po0 = Array.from({ length: dice.int(23, 26) }, (_, i) =>
    eventOf([po('P0'), order(`O${i}`)], dice),
  )
  return [...both, ...po0]
}
