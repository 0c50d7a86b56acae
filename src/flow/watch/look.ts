/** What is looked at while a receipt is mapped: samples for the contract, breaks of it, and what a source in shadow tells. */
import { type Breach, breachesOf } from '#contracts/breach.ts'
import type { Contract } from '#contracts/contract.ts'
import type { Need } from '#contracts/needs.ts'
import { createProfiler, type Profiler } from '#contracts/profile.ts'
import type { Found, Mapped } from '#model/record.ts'
import type { Instant } from '#model/time.ts'
import type { RunningSource } from '../batch.ts'

/** Records looked into per second and source, and at once after a pause: the rest costs nothing. */
const samplesPerSecond = 4
const samplesAtOnce = 40

/** Times a thing was seen. */
export type Tally = Map<string, number>
export type BreachSeen = Breach & { times: number; quarantined: number }

/** Of one source: what is relied on, and what was seen since it was last written down. */
export type Watched = {
  running: RunningSource
  needs: readonly Need[]
  contract: Contract | null
  version: number
  seen: Profiler
  breaches: Map<string, BreachSeen>
  /** kind and name, separated by a line break. */
  shadow: Tally
  samples: number
  sampledAt: Instant
}

/** One receipt's look. `record` is told of every record, `settle` has the last word on what becomes of them. */
export type Look = {
  readonly record: (found: Found, mapped: Mapped, index: number, total: number) => void
  readonly settle: (mapped: readonly Mapped[]) => readonly Mapped[]
}

export function watched(running: RunningSource, needs: readonly Need[], at: Instant): Watched {
  return {
    running,
    needs,
    contract: null,
    version: 0,
    seen: createProfiler(),
    breaches: new Map(),
    shadow: new Map(),
    samples: samplesAtOnce,
    sampledAt: at,
  }
}

export function lookAt(source: Watched, at: Instant): Look {
  refill(source, at)
  const trees: unknown[] = []
  const breaches: Breach[] = []
  const budget = Math.floor(source.samples)
  let breached = 0
  return {
    record(found, mapped, index, total) {
      if (source.running.source.shadow) tally(source.shadow, mapped)
      if (!found.ok) return
      if (source.contract !== null && isSuspicious(mapped)) {
        const broken = breachesOf(found.tree, source.needs, source.contract)
        if (broken.length > 0) breached++
        breaches.push(...broken)
        return
      }
      if (mapped.kind !== 'events' || trees.length >= budget) return
      if (index % Math.ceil(total / budget) === 0) trees.push(found.tree)
    },
    settle(mapped) {
      if (breached === 0) return keep(source, trees, mapped)
      const whole = isWhole(breached, mapped)
      for (const breach of breaches) note(source, breach, whole ? mapped.length : breached)
      if (!whole) return keep(source, trees, mapped)
      return mapped.map((one) => withheld(one, breaches[0]!))
    },
  }
}

function refill(source: Watched, at: Instant): void {
  const seconds = Math.max(0, at - source.sampledAt) / 1000
  source.samples = Math.min(samplesAtOnce, source.samples + seconds * samplesPerSecond)
  source.sampledAt = at
}

function keep(
  source: Watched,
  trees: readonly unknown[],
  mapped: readonly Mapped[],
): readonly Mapped[] {
  source.samples -= trees.length
  for (const tree of trees) source.seen.add(tree)
  return mapped
}

const ofTheMapping: ReadonlySet<string> = new Set([
  'no-identifier',
  'bad-time',
  'bad-value',
  'expression',
  'no-match',
])

/** The mapping refused it, or found no word where the status should be. */
function isSuspicious(mapped: Mapped): boolean {
  if (mapped.kind === 'quarantined') return ofTheMapping.has(mapped.fault.code)
  return mapped.events.some((event) => event.milestone === 'unknown' && !event.words)
}

/** A receipt whose schema changed, not one with a few bad records in it. What came alone keeps the mapping's own reason. */
function isWhole(breached: number, mapped: readonly Mapped[]): boolean {
  if (mapped.length === 1) return mapped[0]!.kind === 'events'
  return mapped.length < fewRecords ? breached === mapped.length : breached * 2 > mapped.length
}

const fewRecords = 4

function withheld(mapped: Mapped, { detail, path }: Breach): Mapped {
  const { from, to } = mapped
  const said = mapped.kind === 'quarantined' ? `; this record: ${mapped.fault.code}` : ''
  return {
    kind: 'quarantined',
    from,
    to,
    fault: { code: 'contract', detail: `the records left the contract: ${detail}${said}`, path },
  }
}

function note(source: Watched, breach: Breach, quarantined: number): void {
  const key = `${breach.path}\n${breach.kind}`
  const seen = source.breaches.get(key)
  if (seen === undefined) source.breaches.set(key, { ...breach, times: 1, quarantined })
  else seen.times++
}

function tally(counts: Tally, mapped: Mapped): void {
  const add = (kind: string, name: string, times = 1) => {
    const key = `${kind}\n${name}`
    counts.set(key, (counts.get(key) ?? 0) + times)
  }
  add('records', '')
  if (mapped.kind === 'quarantined') {
    add('quarantined', '')
    add('fault', mapped.fault.code)
    return
  }
  if (mapped.events.length > 0) add('events', '', mapped.events.length)
  for (const { milestone, classifier, words } of mapped.events) {
    add('milestone', `${milestone} ${classifier}`)
    if (milestone === 'unknown') add('unknown-word', (words ?? '').slice(0, 200))
  }
}
