/** One way in which a history may reach the hub: permuted, repeated, in batches, with rulings in between. */
import type { HubEvent } from '#model/event.ts'
import { random, type Random } from '#simulator/random.ts'
import type { History, Ruling } from './history.ts'
import { retold } from './told-event.ts'

/** `approve`: allows every identifier that is suspended at that moment. */
export type Step =
  | { readonly kind: 'batch'; readonly events: readonly HubEvent[] }
  | { readonly kind: 'ruling'; readonly ruling: Ruling }
  | { readonly kind: 'approve' }

/** The nth way: events in any order, up to 30 % of them told twice, rulings in their own order at any time. */
export function playOf(history: History, nth: number): Step[] {
  const dice = random(history.seed, 0x9000 + nth)
  const share = dice.between(0, 0.3)
  const again = history.events.filter(() => dice.chance(share)).map((event) => retold(event, dice))
  const events = shuffled([...history.events, ...again], dice)
  const sizeMax = dice.pick([1, 3, 12, 60])
  const steps: Step[] = []
  while (events.length > 0)
    steps.push({ kind: 'batch', events: events.splice(0, dice.int(1, sizeMax)) })
  const places = history.rulings.map(() => dice.int(0, steps.length)).toSorted((a, b) => b - a)
  history.rulings
    .toReversed()
    .forEach((ruling, i) => steps.splice(places[i]!, 0, { kind: 'ruling', ruling }))
  if (history.approves) {
    if (dice.chance(0.5)) steps.splice(dice.int(0, steps.length), 0, { kind: 'approve' })
    steps.push({ kind: 'approve' })
  }
  return steps
}

export function shuffled<T>(list: readonly T[], dice: Random): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = dice.int(0, i)
    const kept = result[i]!
    result[i] = result[j]!
    result[j] = kept
  }
  return result
}
