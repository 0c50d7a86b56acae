import type { Fault, Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { flatten } from './flatten.ts'
import { scoreFields } from './score-fields.ts'
import { barePath, pathsOf } from './uses.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A part of what a source sends. `share` 0 to 1; 1 where there is nothing to map. */
export type Share = { readonly all: number; readonly mapped: number; readonly share: number }

/** Something the definition does not know: how often, and what it looks like. */
export type Unmapped = {
  readonly what: string
  readonly count: number
  readonly examples: readonly string[]
}

/** How much of what a source sends its definition understands. */
export type Coverage = {
  readonly records: number
  readonly events: number
  /** Accepted without an event: ignored, or saying nothing. */
  readonly silent: number
  readonly quarantined: readonly (Unmapped & { readonly code: string })[]
  readonly fields: Share & { readonly unmapped: readonly Unmapped[] }
  readonly statuses: Share & { readonly unmapped: readonly Unmapped[] }
  readonly identifiers: Share & { readonly unmapped: readonly Unmapped[] }
}

const listMax = 200
const examplesMax = 3
/** A field that is an identifier as surely as this should be one in the definition. */
const surely = 0.7

/**
 * Measures a definition on records. Fields are places in records, mapped when any expression reads them; statuses are told
 * words, mapped when the terminology knows them; identifiers are fields that surely are numbers which link records, mapped when
 * the definition names them among its identifiers.
 */
export function coverageOf(
  source: Source,
  found: readonly Found[],
  vocabulary: Vocabulary,
  receivedAt: Instant,
): Coverage {
  const definitions = Object.entries(source.files).filter(([file]) => file.endsWith('source.yaml'))
  const { events, silent, faults, statuses } = mappedBy(source, found, receivedAt)
  const trees = found.flatMap((one) => (one.ok && one.tree !== null ? [one.tree] : []))
  const flat = flatten(trees)
  const read = new Set(definitions.flatMap(([, text]) => pathsOf(text)).map(barePath))
  const isRead = (path: string): boolean => readBy(barePath(path), read)
  const unread = flat.fields.filter(({ path }) => !isRead(path))
  const scored = scoreFields(flat, vocabulary, '')
  const numbers = scored.filter(({ candidates }) => {
    const [best] = candidates
    return best !== undefined && /^id:(?!message)/.test(best.role) && best.confidence >= surely
  })
  const lost = numbers.filter(({ field }) => !isRead(field.path))
  const unknown = [...statuses].filter(([, { known }]) => !known)
  return {
    records: found.length,
    events,
    silent,
    quarantined: [...faults].map(([code, { fault, count }]) => ({
      code,
      what: fault.detail,
      count,
      examples: fault.path === undefined ? [] : [fault.path],
    })),
    fields: {
      ...shareOf(flat.fields.length, flat.fields.length - unread.length),
      unmapped: listed(
        unread.map(({ path, values }) => ({
          what: path,
          count: values.length,
          examples: examplesOf(values),
        })),
      ),
    },
    statuses: {
      ...shareOf(statuses.size, statuses.size - unknown.length),
      unmapped: listed(unknown.map(([what, { count }]) => ({ what, count, examples: [] }))),
    },
    identifiers: {
      ...shareOf(numbers.length, numbers.length - lost.length),
      unmapped: listed(
        lost.map(({ field, candidates }) => ({
          what: `${field.path} (${candidates[0]!.role.slice(3)})`,
          count: field.values.length,
          examples: examplesOf(field.values),
        })),
      ),
    },
  }
}

type Mapped = {
  events: number
  silent: number
  readonly faults: Map<string, { fault: Fault; count: number }>
  readonly statuses: Map<string, { known: boolean; count: number }>
}

function mappedBy(source: Source, found: readonly Found[], receivedAt: Instant): Mapped {
  const tally: Mapped = { events: 0, silent: 0, faults: new Map(), statuses: new Map() }
  const { faults, statuses } = tally
  for (const one of found) {
    const mapped = source.map(one, receivedAt)
    if (mapped.kind === 'quarantined') {
      const kept = faults.get(mapped.fault.code)
      faults.set(mapped.fault.code, {
        fault: kept?.fault ?? mapped.fault,
        count: (kept?.count ?? 0) + 1,
      })
      continue
    }
    if (mapped.events.length === 0) tally.silent++
    tally.events += mapped.events.length
    for (const { words, milestone } of mapped.events) {
      if (words === undefined) continue
      const word = words.trim()
      const count = (statuses.get(word)?.count ?? 0) + 1
      statuses.set(word, { known: milestone !== 'unknown', count })
    }
  }
  return tally
}

/** A place is read when an expression names it, or a map or list that it is in. */
function readBy(path: string, read: ReadonlySet<string>): boolean {
  if (read.has(path)) return true
  for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1))
    if (read.has(path.slice(0, at)) && isLeafOnly(path.slice(0, at), read)) return true
  return false
}

/** A map whose parts are named elsewhere is not read as a whole. */
function isLeafOnly(path: string, read: ReadonlySet<string>): boolean {
  const below = `${path}.`
  for (const one of read) if (one.startsWith(below)) return false
  return true
}

function shareOf(all: number, mapped: number): Share {
  return { all, mapped, share: all === 0 ? 1 : mapped / all }
}

function listed(list: readonly Unmapped[]): Unmapped[] {
  return list.toSorted((a, b) => b.count - a.count).slice(0, listMax)
}

function examplesOf(values: readonly (string | number | boolean)[]): string[] {
  return [...new Set(values.map(String))].slice(0, examplesMax).map((text) => text.slice(0, 60))
}
