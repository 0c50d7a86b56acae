/** Adds events to an order's state, and joins the states of two orders that turn out to be one. */
import { flat } from '#model/flat.ts'
import type { HubEvent, FactValue } from '#model/event.ts'
import { compareIdentifierTexts, type IdentifierText } from '#model/identifier.ts'
import type { Classifier } from '#model/milestone.ts'
import {
  factsFrom,
  occurrence,
  type FactTelling,
  type HoldEntry,
  type MilestoneEntry,
  type Occurrence,
  type OrderState,
  type PartState,
  type SourceIndex,
} from './state.ts'
import { compareText, insertAt, lowerBound } from './sorted.ts'

/** A claim of one event that two identifiers belong to one order. */
export type Link = { readonly a: IdentifierText; readonly b: IdentifierText }

const promisesKeptMax = 12

/**
 * Folds one event into the state, in place. Returns false when the state knew all of it.
 * `ids` and `links` are what identity lets the event claim (voided claims and suspended identifiers left out).
 */
export function joinEvent(
  state: OrderState,
  event: HubEvent,
  ids: readonly IdentifierText[],
  links: readonly Link[],
): boolean {
  let changed = false
  const ref = flat(event.id.slice(0, 16))
  const at = event.time.at
  const source = sourceIndex(state, event.source)
  for (const id of ids) changed = addIdentifier(state, id) || changed
  for (const link of links) changed = addLink(state, link.a, link.b, source, at, ref) || changed
  const told = event.told ?? at
  // A planned date lies ahead: the source was heard when it told it, at an unknown time where it does not say.
  const heardAt = event.classifier === 'ACT' ? at : (event.told ?? 0)
  changed = hear(state, source, heardAt, event.company, event.region) || changed
  // A part that is merely named is news too: the state's text must not hang on whether something else changed with it.
  const parts = state.parts.length
  const part = partOf(state, partKey(event))
  if (event.milestone !== 'note') {
    const name = event.milestone === 'unknown' ? `unknown:${event.words ?? ''}` : event.milestone
    const occurred = occurrence(at, ref, event.substatus ?? '', told, event.sequence)
    changed = addOccurrence(part, name, event.classifier, source, occurred) || changed
  }
  if (event.hold !== undefined)
    changed = addHold(part, event.hold.kind, event.hold.action, source, at, ref) || changed
  if (event.facts !== undefined)
    changed = addFacts(part, telling(event.facts, source, told, event.sequence, ref)) || changed
  if (event.lines !== undefined) {
    for (const line in event.lines) {
      const target = partOf(state, `line:${line}`)
      const facts = telling(event.lines[line]!, source, told, event.sequence, ref)
      changed = addFacts(target, facts) || changed
    }
  }
  return changed || state.parts.length > parts
}

/** Joins `from` into `into`, in place: the state of the union of both event sets. */
export function joinState(into: OrderState, from: OrderState): void {
  for (const id of from.ids) addIdentifier(into, id)
  for (const source of from.sources) sourceIndex(into, source)
  const index = from.sources.map((source) => sourceIndex(into, source))
  for (const [a, b, source, at, event] of from.links)
    addLink(into, from.ids[a]!, from.ids[b]!, index[source]!, at, event)
  for (const [source, company, region, at] of from.heard)
    hear(into, index[source]!, at, company, region)
  for (const [key, milestones, facts, holds] of from.parts) {
    const part = partOf(into, key)
    for (const [milestone, classifier, source, occurrences] of milestones) {
      for (const occurred of occurrences)
        addOccurrence(part, milestone, classifier, index[source]!, occurred)
    }
    for (const [source, ...told] of facts) addFacts(part, [index[source]!, ...told])
    for (const [kind, source, placed, released] of holds) {
      const by = index[source]!
      if (placed !== null) addHold(part, kind, 'placed', by, placed[0], placed[1])
      if (released !== null) addHold(part, kind, 'released', by, released[0], released[1])
    }
  }
}

/** The part an event speaks of, as the key used in the state. */
export function partKey(event: HubEvent): string {
  const part = event.part
  return part.kind === 'order' ? '' : `${part.kind}:${part.key}`
}

/** The place of a source in the state, entered where it is new: the places of those behind it rise by one. */
function sourceIndex(state: OrderState, source: string): SourceIndex {
  const { sources } = state
  const index = lowerBound(sources, (entry) => compareText(entry, source))
  if (sources[index] === source) return index
  insertAt(sources, index, source)
  if (index === sources.length - 1) return index
  for (const link of state.links) if (link[2] >= index) link[2]++
  for (const entry of state.heard) if (entry[0] >= index) entry[0]++
  for (const [, milestones, facts, holds] of state.parts) {
    for (const entry of milestones) if (entry[2] >= index) entry[2]++
    for (const entry of facts) if (entry[0] >= index) entry[0]++
    for (const entry of holds) if (entry[1] >= index) entry[1]++
  }
  return index
}

export function addIdentifier(state: OrderState, id: IdentifierText): boolean {
  const ids = state.ids
  const index = lowerBound(ids, (entry) => compareIdentifierTexts(entry, id))
  if (ids[index] === id) return false
  insertAt(ids, index, id)
  if (index < ids.length - 1) {
    for (const link of state.links) {
      if (link[0] >= index) link[0]++
      if (link[1] >= index) link[1]++
    }
  }
  return true
}

function addLink(
  state: OrderState,
  left: IdentifierText,
  right: IdentifierText,
  source: SourceIndex,
  at: number,
  event: string,
): boolean {
  const i = lowerBound(state.ids, (entry) => compareIdentifierTexts(entry, left))
  const j = lowerBound(state.ids, (entry) => compareIdentifierTexts(entry, right))
  const a = Math.min(i, j)
  const b = Math.max(i, j)
  const links = state.links
  const index = lowerBound(links, (e) => e[0] - a || e[1] - b || e[2] - source)
  const found = links[index]
  if (found === undefined || found[0] !== a || found[1] !== b || found[2] !== source) {
    insertAt(links, index, [a, b, source, at, event])
    return true
  }
  if (at < found[3] || (at === found[3] && event < found[4])) {
    found[3] = at
    found[4] = event
    return true
  }
  return false
}

function hear(
  state: OrderState,
  source: SourceIndex,
  at: number,
  company: string,
  region: string,
): boolean {
  const index = lowerBound(
    state.heard,
    (e) => e[0] - source || compareText(e[1], company) || compareText(e[2], region),
  )
  const found = state.heard[index]
  if (found === undefined || found[0] !== source || found[1] !== company || found[2] !== region) {
    insertAt(state.heard, index, [source, company, region, at])
    return true
  }
  if (at <= found[3]) return false
  found[3] = at
  return true
}

function partOf(state: OrderState, key: string): PartState {
  const index = lowerBound(state.parts, (entry) => compareText(entry[0], key))
  const found = state.parts[index]
  if (found !== undefined && found[0] === key) return found
  const part: PartState = [key, [], [], []]
  insertAt(state.parts, index, part)
  return part
}

function addOccurrence(
  part: PartState,
  milestone: string,
  classifier: Classifier,
  source: SourceIndex,
  telling: Occurrence,
): boolean {
  const list = part[1]
  const index = lowerBound(
    list,
    (e) => compareText(e[0], milestone) || compareText(e[1], classifier) || e[2] - source,
  )
  const found = list[index]
  if (
    found === undefined ||
    found[0] !== milestone ||
    found[1] !== classifier ||
    found[2] !== source
  ) {
    const entry: MilestoneEntry = [milestone, classifier, source, [telling]]
    insertAt(list, index, entry)
    return true
  }
  return classifier === 'ACT' ? widen(found[3], telling) : keepNewest(found[3], telling)
}

/** Keeps the first and the last telling by event time. */
function widen(kept: Occurrence[], telling: Occurrence): boolean {
  const first = kept[0]!
  const last = kept[kept.length - 1]!
  if (byTime(telling, first) < 0) {
    kept.splice(0, kept.length, telling, last)
    return true
  }
  if (byTime(telling, last) > 0) {
    kept.splice(0, kept.length, first, telling)
    return true
  }
  return false
}

/** Keeps the newest occurrences: what was promised, requested or estimated, and when it changed. */
function keepNewest(kept: Occurrence[], telling: Occurrence): boolean {
  const index = lowerBound(kept, (entry) => byTelling(entry, telling))
  const found = kept[index]
  if (found !== undefined && byTelling(found, telling) === 0) return false
  insertAt(kept, index, telling)
  if (kept.length <= promisesKeptMax) return true
  const dropped = kept.shift()
  return dropped !== telling
}

function byTime(a: Occurrence, b: Occurrence): number {
  return a[0] - b[0] || (a[4] ?? 0) - (b[4] ?? 0) || compareText(a[1], b[1])
}

function byTelling(a: Occurrence, b: Occurrence): number {
  return (
    (a[3] ?? a[0]) - (b[3] ?? b[0]) ||
    (a[4] ?? 0) - (b[4] ?? 0) ||
    a[0] - b[0] ||
    compareText(a[1], b[1])
  )
}

function telling(
  facts: Readonly<Record<string, FactValue>>,
  source: SourceIndex,
  told: number,
  sequence: number,
  event: string,
): FactTelling {
  const made: FactTelling = [source, told, sequence, event]
  for (const name of Object.keys(facts).toSorted(compareText)) made.push(name, facts[name]!)
  return made
}

/**
 * Each fact of each source stands with its newest telling: what a newer one tells is not taken, what older ones told is
 * taken from them, and a telling that stands for nothing any more is gone.
 */
function addFacts(part: PartState, told: FactTelling): boolean {
  const list = part[2]
  let mine = told
  let place = 0
  let same: FactTelling | null = null
  for (let i = 0; i < list.length; i++) {
    const other = list[i]!
    if (other[0] !== told[0]) {
      if (other[0] < told[0]) place = i + 1
      continue
    }
    const order = byTold(other, told)
    if (order >= 0) mine = without(mine, other)
    if (order === 0) same = other
    if (order >= 0) continue
    place = i + 1
    const left = without(other, mine)
    if (left === other) continue
    if (left.length > factsFrom) list[i] = left
    else {
      list.splice(i, 1)
      i--
      place--
    }
  }
  if (mine.length === factsFrom) return false
  if (same !== null) unite(same, mine)
  else insertAt(list, place, mine)
  return true
}

function byTold(a: FactTelling, b: FactTelling): number {
  return a[1] - b[1] || a[2] - b[2] || compareText(a[3], b[3])
}

/** The telling without the facts that another one tells; itself where that changes nothing. */
function without(telling: FactTelling, other: FactTelling): FactTelling {
  let left: FactTelling | null = null
  for (let i = factsFrom, j = factsFrom; i < telling.length; i += 2) {
    const name = telling[i] as string
    while (j < other.length && (other[j] as string) < name) j += 2
    const told = other[j] === name && j < other.length
    if (told) left ??= telling.slice(0, i) as FactTelling
    else left?.push(name, telling[i + 1]!)
  }
  return left ?? telling
}

/** Adds facts to a telling of the same event, in place. */
function unite(into: FactTelling, from: FactTelling): void {
  for (let i = factsFrom; i < from.length; i += 2) {
    let at = factsFrom
    while (at < into.length && (into[at] as string) < (from[i] as string)) at += 2
    into.splice(at, 0, from[i]!, from[i + 1]!)
  }
}

function addHold(
  part: PartState,
  kind: string,
  action: 'placed' | 'released',
  source: SourceIndex,
  at: number,
  event: string,
): boolean {
  const list = part[3]
  const index = lowerBound(list, (e) => compareText(e[0], kind) || e[1] - source)
  let found = list[index]
  if (found === undefined || found[0] !== kind || found[1] !== source) {
    found = [kind, source, null, null] as HoldEntry
    insertAt(list, index, found)
  }
  const slot = action === 'placed' ? 2 : 3
  const kept = found[slot]
  if (kept !== null && (at < kept[0] || (at === kept[0] && event <= kept[1]))) return false
  found[slot] = [at, event]
  return true
}
