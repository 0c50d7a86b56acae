/** Makes a failing history small enough to read. */
import type { HubEvent } from '#model/event.ts'
import { play } from './engine.ts'
import type { History } from './history.ts'
import { truthOf } from './oracle.ts'
import { playOf, type Step } from './play.ts'

export type Difference = {
  readonly seed: number
  readonly nth: number
  readonly reason: string
  readonly history: History
  readonly steps: readonly Step[]
}

/** What is wrong with the nth way of a history; null when nothing is. */
export function differenceOf(
  history: History,
  nth: number,
  steps = playOf(history, nth),
): Difference | null {
  const truth = truthOf(history)
  let reason = ''
  try {
    const hash = play(steps)
    if (hash !== truth.hash)
      reason = `hash ${hash.slice(0, 12)} instead of ${truth.hash.slice(0, 12)}`
  } catch (error) {
    reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  return reason === '' ? null : { seed: history.seed, nth, reason, history, steps }
}

/** Leaves out events and rulings as long as the difference stays; a local minimum. */
export function shrink(found: Difference): Difference {
  let best = found
  for (let again = true; again;) {
    again = false
    for (const event of best.history.events) {
      const smaller = without(best, event)
      if (smaller === null) continue
      best = smaller
      again = true
    }
    for (const ruling of best.history.rulings) {
      const history = {
        ...best.history,
        rulings: best.history.rulings.filter((other) => other !== ruling),
      }
      const steps = best.steps.filter((step) => step.kind !== 'ruling' || step.ruling !== ruling)
      const smaller = differenceOf(history, best.nth, steps)
      if (smaller === null) continue
      best = smaller
      again = true
    }
  }
  return best
}

function without(found: Difference, event: HubEvent): Difference | null {
  const history = {
    ...found.history,
    events: found.history.events.filter((other) => other !== event),
  }
  const steps = found.steps
    .map((step): Step =>
      step.kind === 'batch'
        ? { ...step, events: step.events.filter((other) => other.id !== event.id) }
        : step,
    )
    .filter((step) => step.kind !== 'batch' || step.events.length > 0)
  return differenceOf(history, found.nth, steps)
}

/** A difference as text: what arrived, in which order. */
export function tell(found: Difference): string {
  const lines = found.steps.map((step) => {
    if (step.kind === 'approve') return '  approve'
    if (step.kind === 'ruling')
      return `  ${step.ruling.kind} ${step.ruling.claim.source}: ${step.ruling.claim.a} - ${step.ruling.claim.b}`
    return `  batch ${step.events.map((event) => `${event.source}[${event.identifiers.map((id) => `${id.type}:${id.value}`).join(' ')}] ${event.milestone} ${event.id.slice(0, 6)}`).join('; ')}`
  })
  return `seed ${found.seed}, way ${found.nth}: ${found.reason}\n${lines.join('\n')}`
}
