/** Transitions the lifecycle does not know: collated all the same, and flagged. */
import type { Milestone } from '#model/milestone.ts'
import type { OrderView } from '#model/view.ts'
import { lifecycle } from './lifecycle.ts'
import type { Occurrence, OrderState, PartState } from './state.ts'

export type Flag = OrderView['flags'][number]

type Told = { milestone: Milestone; occurrence: Occurrence; source: string; part: string }

/**
 * A milestone is flagged when what must precede it was told with a later time, or when the order's story goes on after
 * its end. What was never told is no violation: systems are silent more often than wrong.
 */
export function transitionFlags(state: OrderState): Flag[] {
  const firsts = new Map<Milestone, Told>()
  for (const part of state.parts)
    for (const told of firstsOf(part, state.sources)) keepFirst(firsts, told)
  const flags: Flag[] = []
  for (const told of firsts.values()) {
    const stage = lifecycle[told.milestone]
    if (stage === undefined || stage.after.length === 0) continue
    const before = stage.after
      .map((name) => firsts.get(name))
      .filter((entry) => entry !== undefined)
    if (before.length === 0) continue
    const earliest = before.reduce((a, b) => (a.occurrence[0] <= b.occurrence[0] ? a : b))
    if (earliest.occurrence[0] <= told.occurrence[0] + toleranceMs(told, earliest)) continue
    flags.push(
      flag(
        told,
        `${told.milestone} is told ${day(told)} by ${told.source}, before ${earliest.milestone} ${day(earliest)} by ${earliest.source}`,
      ),
    )
  }
  return [...flags, ...afterTheEnd(firsts, state)]
}

/** Two systems' clocks may differ, and a date without a time says nothing about hours. */
function toleranceMs(a: Told, b: Told): number {
  return a.source === b.source ? 0 : isDate(a) || isDate(b) ? 24 * 3_600_000 : 5 * 60_000
}

/** A day without a time is read as noon UTC. */
function isDate(told: Told): boolean {
  return told.occurrence[0] % 86_400_000 === 43_200_000
}

function afterTheEnd(firsts: ReadonlyMap<Milestone, Told>, state: OrderState): Flag[] {
  const end = firsts.get('cancelled') ?? firsts.get('rejected')
  if (end === undefined || end.part !== '') return []
  const flags: Flag[] = []
  for (const part of state.parts) {
    for (const told of firstsOf(part, state.sources)) {
      if (told.milestone !== 'shipped' && told.milestone !== 'delivered') continue
      if (told.occurrence[0] <= end.occurrence[0]) continue
      flags.push(
        flag(
          told,
          `${told.milestone} is told ${day(told)} by ${told.source}, after ${end.milestone} ${day(end)} by ${end.source}`,
        ),
      )
    }
  }
  return flags
}

function firstsOf(part: PartState, sources: readonly string[]): Told[] {
  return part[1]
    .filter((entry) => entry[1] === 'ACT')
    .map(([milestone, , source, occurrences]) => ({
      milestone: milestone as Milestone,
      occurrence: occurrences[0]!,
      source: sources[source]!,
      part: part[0],
    }))
}

function keepFirst(firsts: Map<Milestone, Told>, told: Told): void {
  const found = firsts.get(told.milestone)
  if (
    found === undefined ||
    told.occurrence[0] < found.occurrence[0] ||
    (told.occurrence[0] === found.occurrence[0] && told.source < found.source)
  ) {
    firsts.set(told.milestone, told)
  }
}

function flag(told: Told, text: string): Flag {
  const [at, event] = told.occurrence
  return {
    kind: 'invalid-transition',
    text,
    part: told.part,
    evidence: { event, source: told.source, at: new Date(at).toISOString() },
  }
}

function day(told: Told): string {
  return `on ${new Date(told.occurrence[0]).toISOString().slice(0, 16).replace('T', ' ')}`
}
