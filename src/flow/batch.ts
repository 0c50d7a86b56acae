/** A batch on its way through the pipeline: what goes in together, and what is known of its outcome. */
import type { Mapped, Outcome, Receipt, Totals } from '#model/record.ts'
import type { Instant } from '#model/time.ts'
import type { Source } from '#model/source.ts'
import { plan, type Placed } from './decide.ts'

/** A source as it runs: its definition, and the keys under which the database knows it. */
export type RunningSource = {
  readonly source: Source
  readonly scopeKey: number
  readonly mappingKey: number
  readonly version: number
}

/** A receipt, read and mapped, that waits for its transaction. */
export type Item = {
  readonly running: RunningSource
  readonly receipt: Receipt
  readonly mapped: readonly Mapped[]
  readonly events: number
  readonly resolve: (totals: Totals) => void
  readonly reject: (error: Error) => void
}

export type Batch = {
  readonly items: readonly Item[]
  readonly placed: readonly Placed[]
  readonly at: Instant
}

export function batchOf(items: readonly Item[], at: Instant): Batch {
  const placed: Placed[] = []
  items.forEach((item, index) => {
    item.mapped.forEach((mapped, record) => {
      if (mapped.kind !== 'events') return
      for (const event of mapped.events)
        placed.push(plan(event, item.running.scopeKey, index, record))
    })
  })
  return { items, placed, at }
}

/** One letter a record; `isNew` says of each placed event whether the hub knew it before. */
export function outcomesOf(batch: Batch, isNew: readonly boolean[]): string[] {
  const letters: Outcome[][] = batch.items.map((item) =>
    item.mapped.map((mapped) =>
      mapped.kind === 'quarantined' ? 'Q' : mapped.events.length === 0 ? 'A' : 'D',
    ),
  )
  batch.placed.forEach((placed, i) => {
    if (isNew[i] === true) letters[placed.item]![placed.record] = 'A'
  })
  return letters.map((list) => list.join(''))
}

/** Counts of one receipt out of its letters. */
export function totalsOf(outcomes: string, events: number): Totals {
  const totals: Totals = {
    received: outcomes.length,
    accepted: 0,
    duplicate: 0,
    quarantined: 0,
    rejected: 0,
    events,
  }
  for (let i = 0; i < outcomes.length; i++) {
    const letter = outcomes.charCodeAt(i)
    if (letter === 65) totals.accepted++
    else if (letter === 68) totals.duplicate++
    else if (letter === 81) totals.quarantined++
    else totals.rejected++
  }
  return totals
}
