import { hash } from 'node:crypto'
import type { FactValue, HubEvent, Part } from '#model/event.ts'
import { flat } from '#model/flat.ts'
import type { Identifier } from '#model/identifier.ts'
import { limits } from '#model/limits.ts'
import type { Instant } from '#model/time.ts'
import { refuseRecord } from './fault.ts'
import type { Frame } from './frame.ts'
import type { EventRule, IdentifierRule, LinesRule, NamedRule } from './rule.ts'
import type { Term, Terms } from './terms.ts'
import { eventTime, toldAt } from './time.ts'
import {
  canonicalFact,
  factValue,
  freeText,
  identifierText,
  sequenceOf,
  shortText,
} from './values.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const wholeOrder: Part = Object.freeze({ kind: 'order' })
const idChars = 32

/**
 * Builds the event of a rule out of the frame. Throws `MappingFault` or `ExpressionError`.
 *
 * Its id is the first 32 hex digits of SHA-256 over a canonical writing that grows beside the event: source, milestone,
 * classifier, instant and certainty, sequence, when it was told, part, identifiers, sub-status, hold, facts and lines in the order of their
 * names, and the words of an unknown status. Place, reason, words of known statuses and the text of the time take no part,
 * because sources retell the same fact with other free text.
 */
export function eventOf(
  rule: EventRule,
  frame: Frame,
  terms: Terms,
  receivedAt: Instant,
): HubEvent {
  const { src } = frame
  const word = rule.term === null ? null : wordOf(rule.term.run(frame))
  const time = eventTime(rule.time, frame, receivedAt)
  const term = word === null ? undefined : terms.find(word, time.at)
  const milestone = rule.milestone ?? term?.milestone ?? 'unknown'
  const classifier = term?.classifier ?? rule.classifier
  const sequence = rule.sequence === null ? 0 : sequenceOf(rule.sequence.run(frame))
  const identifiers = identifiersOf(rule.identifiers, frame)
  const part = partOf(rule, frame)
  const event: Writable<HubEvent> = {
    id: '',
    source: src.name,
    company: src.company,
    region: src.region,
    milestone,
    classifier,
    time,
    sequence,
    identifiers,
    part,
  }
  let canonical = `${src.name}\n${milestone} ${classifier} ${time.at} ${time.certainty} ${sequence}\n`
  // An actual event is told when it happens; a date ahead is another statement each time it is told.
  if (rule.told !== null && classifier !== 'ACT') {
    const told = toldAt(rule.told, frame, receivedAt)
    if (told !== undefined) {
      event.told = told
      canonical += `told ${told}\n`
    }
  }
  canonical += part.kind === 'order' ? 'order\n' : `${part.kind} ${part.key.length}:${part.key}\n`
  for (let i = 0; i < identifiers.length; i += 1) {
    const { ns, type, value } = identifiers[i]!
    canonical += `${type} ${ns.length}:${ns}${value.length}:${value}\n`
  }
  canonical += describe(event, rule, frame, word, term)
  canonical += measure(event, rule, frame)
  if (term?.actionRequired !== undefined) {
    event.facts = { ...event.facts, actionRequired: term.actionRequired }
    canonical += `required ${term.actionRequired}\n`
  }
  event.id = flat(hash('sha256', canonical).slice(0, idChars))
  return event
}

function wordOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  return freeText(value, 'term') ?? ''
}

/** Sub-status, words, reason, place and hold; gives what of it belongs to the id. */
function describe(
  event: Writable<HubEvent>,
  rule: EventRule,
  frame: Frame,
  word: string | null,
  term: Term | undefined,
): string {
  let canonical = ''
  const substatus =
    (rule.substatus === null ? null : shortText(rule.substatus.run(frame), 'substatus')) ??
    term?.substatus
  if (substatus !== undefined) {
    event.substatus = substatus
    canonical += `sub ${substatus.length}:${substatus}\n`
  }
  const words =
    (rule.words === null ? null : freeText(rule.words.run(frame), 'words')) ?? freeWord(word)
  if (words !== null) event.words = words
  if (event.milestone === 'unknown' && words !== null)
    canonical += `words ${words.length}:${words}\n`
  const reason = rule.reason === null ? null : freeText(rule.reason.run(frame), 'reason')
  if (reason !== null) event.reason = reason
  if (rule.place.length > 0) place(event, rule.place, frame)
  const kind = rule.holdKind === null ? null : shortText(rule.holdKind.run(frame), 'hold.kind')
  const hold = kind === null ? term?.hold : { kind, action: rule.holdAction }
  if (hold !== undefined) {
    event.hold = hold
    canonical += `hold ${hold.action} ${hold.kind.length}:${hold.kind}\n`
  }
  return canonical
}

/** The word of a status as the source wrote it; '' stays, it says that the source named none. */
function freeWord(word: string | null): string | null {
  return word === null || word === '' ? word : (freeText(word, 'term') ?? '')
}

function place(event: Writable<HubEvent>, rules: readonly NamedRule[], frame: Frame): void {
  let found: Record<string, string> | null = null
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i]!
    const text = freeText(rule.value.run(frame), rule.what)
    if (text === null) continue
    found ??= {}
    found[rule.name] = text
  }
  if (found !== null) event.place = found
}

/** Facts and lines; gives their canonical writing. */
function measure(event: Writable<HubEvent>, rule: EventRule, frame: Frame): string {
  let canonical = ''
  if (rule.facts.length > 0) {
    const facts: Record<string, FactValue> = {}
    const written = fill(facts, rule.facts, frame)
    if (written !== '') {
      event.facts = facts
      canonical += `facts ${written}\n`
    }
  }
  if (rule.lines !== null) canonical += linesOf(event, rule.lines, frame)
  return canonical
}

function fill(facts: Record<string, FactValue>, rules: readonly NamedRule[], frame: Frame): string {
  let canonical = ''
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i]!
    const value = factValue(rule.value.run(frame), rule.what)
    if (value === null) continue
    facts[rule.name] = value
    canonical += canonicalFact(rule.name, value)
  }
  return canonical
}

function linesOf(event: Writable<HubEvent>, rule: LinesRule, frame: Frame): string {
  const elements = elementsOf(rule.each.run(frame))
  if (elements.length === 0) return ''
  if (elements.length > limits.eventsPerRecordMax) {
    refuseRecord(
      'too-many',
      'lines',
      `${elements.length} lines, at most ${limits.eventsPerRecordMax} are taken`,
    )
  }
  const { it, i: index } = frame
  // Keys are upper case and so never meet a name that every object inherits.
  const lines: Record<string, Record<string, FactValue>> = {}
  const written: string[] = []
  for (let i = 0; i < elements.length; i += 1) {
    frame.it = elements[i] ?? null
    frame.i = i
    const raw = rule.key.run(frame)
    const key = raw === null ? '' : identifierText(raw, 'lines.key')
    if (key === '') refuseRecord('bad-value', 'lines.key', `line ${i + 1} has no key`)
    if (lines[key] !== undefined)
      refuseRecord('bad-value', 'lines.key', `two lines have the key ${key}`)
    const facts: Record<string, FactValue> = {}
    written.push(`${key.length}:${key} ${fill(facts, rule.facts, frame)}`)
    lines[key] = facts
  }
  frame.it = it
  frame.i = index
  event.lines = lines
  return `lines ${written.length > 1 ? written.toSorted().join('|') : written[0]!}\n`
}

/** `each` over a list, a single value, or nothing. */
export function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  return value === null ? [] : [value]
}

function partOf(rule: EventRule, frame: Frame): Part {
  if (rule.partKey === null || rule.partKind === 'order') return wholeOrder
  const raw = rule.partKey.run(frame)
  const key = raw === null ? '' : identifierText(raw, 'part.key')
  if (key === '') refuseRecord('bad-value', 'part.key', `the ${rule.partKind} has no key`)
  return { kind: rule.partKind, key }
}

function identifiersOf(rules: readonly IdentifierRule[], frame: Frame): Identifier[] {
  const found: Identifier[] = []
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i]!
    const value = rule.value.run(frame)
    if (value === null || value === '') continue
    if (!Array.isArray(value)) addIdentifier(found, rule, frame, value)
    else
      for (const one of value as unknown[])
        if (one !== null && one !== '') addIdentifier(found, rule, frame, one)
  }
  if (found.length === 0) {
    refuseRecord(
      'no-identifier',
      'identifiers',
      `none of the identifiers has a value: ${rules.map((rule) => rule.value.text).join(', ')}`,
    )
  }
  return found
}

function addIdentifier(
  found: Identifier[],
  rule: IdentifierRule,
  frame: Frame,
  raw: unknown,
): void {
  const value = identifierText(raw, rule.what)
  if (value === '') return
  const { type } = rule
  const ns =
    typeof rule.ns === 'string' ? rule.ns : shortText(rule.ns.run(frame), `${rule.what}.ns`)
  if (ns === null)
    return refuseRecord(
      'bad-value',
      `${rule.what}.ns`,
      `the namespace of ${type} ${value} is empty`,
    )
  for (let i = 0; i < found.length; i += 1) {
    const one = found[i]!
    if (one.value === value && one.type === type && one.ns === ns) return
  }
  if (found.length >= limits.identifiersPerEventMax) {
    refuseRecord(
      'too-many',
      'identifiers',
      `more than ${limits.identifiersPerEventMax} identifiers in one event`,
    )
  }
  found.push({ ns, type, value })
}
