import type { HubEvent } from '#model/event.ts'
import { limits } from '#model/limits.ts'
import type { Fault, Found, Mapped } from '#model/record.ts'
import type { Instant } from '#model/time.ts'
import { ExpressionError } from '#language/problem.ts'
import { truth } from '#language/operators.ts'
import { elementsOf, eventOf } from './event.ts'
import { MappingFault, refuseRecord } from './fault.ts'
import { newFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import type { EventRule, IgnoreRule, RecogniseRule, RefuseRule } from './rule.ts'
import type { Terms } from './terms.ts'
import { freeText } from './values.ts'

/** A compiled mapping. `otherwise`: the rule of `else: note`, null for quarantine. */
export type Mapping = {
  readonly src: Frame['src']
  readonly letCount: number
  readonly recognise: readonly RecogniseRule[]
  readonly ignore: readonly IgnoreRule[]
  readonly refuse: readonly RefuseRule[]
  readonly events: readonly EventRule[]
  readonly otherwise: EventRule | null
  readonly terms: Terms
  /** Whether the format marks records that only say that a key is gone with `tombstone: true`. */
  readonly tombstones: boolean
}

/** Any rule of a mapping that samples may reach. */
export type Rule = EventRule | IgnoreRule | RefuseRule

/** Told of what ran while a record was mapped: the rules that made an event, or the one that ignored or refused it. */
export type Hits = (rule: Rule) => void

/** Where the mapping stands, for the message of a fault. */
type Cursor = { path: string; name: string; element: number }

/**
 * The function behind `Source.map`: one record to events or to quarantine, all or nothing; never throws.
 * A record that is null or a tombstone tells nothing and is accepted. `hits` serves the coverage by samples.
 */
export function mapper(
  mapping: Mapping,
  hits?: Hits,
): (found: Found, receivedAt: Instant) => Mapped {
  const frame = newFrame(mapping.src, mapping.letCount)
  const cursor: Cursor = { path: '', name: '', element: -1 }
  return (found, receivedAt) => {
    const { from, to } = found
    if (!found.ok) return { kind: 'quarantined', from, to, fault: found.fault }
    const tree = found.tree ?? null
    frame.rec = tree
    frame.record += 1
    cursor.name = ''
    cursor.element = -1
    try {
      if (tree === null || (mapping.tombstones && isTombstone(tree)))
        return { kind: 'events', from, to, events: [] }
      return {
        kind: 'events',
        from,
        to,
        events: eventsOf(mapping, frame, cursor, receivedAt, hits),
      }
    } catch (error) {
      return { kind: 'quarantined', from, to, fault: faultOf(error, cursor) }
    } finally {
      frame.rec = null
      frame.it = null
      frame.i = 0
    }
  }
}

function isTombstone(tree: unknown): boolean {
  return typeof tree === 'object' && tree !== null && 'tombstone' in tree && tree.tombstone === true
}

function eventsOf(
  mapping: Mapping,
  frame: Frame,
  cursor: Cursor,
  receivedAt: Instant,
  hits: Hits | undefined,
): HubEvent[] {
  const events: HubEvent[] = []
  for (let i = 0; i < mapping.ignore.length; i += 1) {
    const rule = mapping.ignore[i]!
    cursor.path = rule.path
    if (!truth(rule.when.run(frame))) continue
    hits?.(rule)
    return events
  }
  if (mapping.refuse.length > 0) refuseErrors(mapping.refuse, frame, cursor, hits)
  for (let i = 0; i < mapping.events.length; i += 1) {
    const rule = mapping.events[i]!
    cursor.path = rule.path
    cursor.name = rule.name
    const before = events.length
    apply(rule, frame, cursor, mapping.terms, receivedAt, events)
    if (events.length > before) hits?.(rule)
  }
  if (events.length > 0) return events
  const rule = mapping.otherwise
  cursor.name = ''
  if (rule === null)
    return refuseRecord('no-match', '', 'no event of the mapping matches the record')
  cursor.path = rule.path
  hits?.(rule)
  return [eventOf(rule, frame, mapping.terms, receivedAt)]
}

/** Ends the record when the source reports an error by it, in the source's own sentence. */
function refuseErrors(
  rules: readonly RefuseRule[],
  frame: Frame,
  cursor: Cursor,
  hits: Hits | undefined,
): void {
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i]!
    cursor.path = rule.path
    if (!truth(rule.when.run(frame))) continue
    const because = freeText(rule.because.run(frame), 'because')
    hits?.(rule)
    refuseRecord(rule.code, '', because ?? 'the source reports an error and does not say which')
  }
}

function apply(
  rule: EventRule,
  frame: Frame,
  cursor: Cursor,
  terms: Terms,
  receivedAt: Instant,
  events: HubEvent[],
): void {
  const { when, each } = rule
  if (when !== null && !rule.whenOfElement && !truth(when.run(frame))) return
  if (each === null) {
    events.push(eventOf(rule, frame, terms, receivedAt))
    return
  }
  const elements = elementsOf(each.run(frame))
  if (events.length + elements.length > limits.eventsPerRecordMax) {
    refuseRecord(
      'too-many',
      'each',
      `${elements.length} elements, at most ${limits.eventsPerRecordMax} events a record are taken`,
    )
  }
  for (let i = 0; i < elements.length; i += 1) {
    frame.it = elements[i] ?? null
    frame.i = i
    cursor.element = i
    if (rule.whenOfElement && !truth(when!.run(frame))) continue
    events.push(eventOf(rule, frame, terms, receivedAt))
  }
  frame.it = null
  frame.i = 0
  cursor.element = -1
}

/** A sentence for people, and the path of the key at fault. */
function faultOf(error: unknown, cursor: Cursor): Fault {
  const where = cursor.name === '' ? '' : `${cursor.name}: `
  const element = cursor.element < 0 ? '' : ` (element ${cursor.element + 1})`
  if (error instanceof MappingFault) {
    const path = [cursor.path, error.what].filter((piece) => piece !== '').join('.')
    const fault = { code: error.code, detail: `${where}${error.message}${element}` }
    return error.code === 'no-match' || path === '' ? fault : { ...fault, path }
  }
  if (error instanceof ExpressionError) {
    const inside = error.expression === '' ? '' : ` in ${error.expression}`
    return {
      code: 'expression',
      detail: `${where}${error.message}${inside}; expected ${error.expected}${element}`,
      path: cursor.path,
    }
  }
  // A bug of ours must not stop the batch: the record waits in quarantine with what is known.
  const detail = error instanceof Error ? error.message : String(error)
  return {
    code: 'expression',
    detail: `${where}the mapping failed: ${detail}${element}`,
    path: cursor.path,
  }
}
