import type { Format } from '#model/format.ts'
import type { Fault, Found } from '#model/record.ts'
import { good } from '../fault.ts'
import { cutEither, eitherOf } from '../json/either.ts'
import { firstValues } from '../json/json.ts'
import { noOptions } from '../options.ts'

type Row = Record<string, unknown>

/**
 * A change event: the row is what it is now, or was before it was deleted. `op`: c, u, d, r (snapshot), also t (truncate)
 * and m (message), which have no row. A tombstone has `tombstone: true` and no row: nothing happened that is news.
 */
export type Change = {
  readonly op: string | null
  readonly before: unknown
  readonly after: unknown
  readonly row: unknown
  readonly source: unknown
  readonly table: unknown
  readonly tsMs: unknown
  readonly key?: unknown
  readonly tombstone?: true
}

/**
 * Debezium's change event envelope as JSON, with or without the schema wrapper, a line an event or single; MongoDB's rows
 * (JSON in a text) are parsed; {key, value} pairs are opened. Source: Debezium's connector documentation, change events.
 */
export const debezium: Format = {
  name: 'debezium',
  options: noOptions('debezium'),
  cut: cutEither,
  read: readChanges,
  sniff: sniffChange,
}

function* readChanges(bytes: Buffer): Generator<Found> {
  for (const found of eitherOf(bytes)) yield found.ok ? change(found) : found
}

function change(found: Found & { ok: true }): Found {
  const { from, to } = found
  const pair = keyed(found.tree)
  const outcome = changeOf(unwrapped(pair.value))
  if ('code' in outcome) return { ok: false, from, to, fault: outcome }
  return good(from, to, pair.key === undefined ? outcome : { ...outcome, key: unwrapped(pair.key) })
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keyed(tree: unknown): { key: unknown; value: unknown } {
  if (isRow(tree) && 'key' in tree && 'value' in tree && !('op' in tree))
    return { key: tree['key'], value: tree['value'] }
  return { key: undefined, value: tree }
}

function unwrapped(tree: unknown): unknown {
  if (!isRow(tree) || !('payload' in tree) || 'op' in tree) return tree
  return 'schema' in tree || Object.keys(tree).length === 1 ? tree['payload'] : tree
}

function changeOf(value: unknown): Change | Fault {
  if (value === null || value === undefined) {
    return {
      op: null,
      before: null,
      after: null,
      row: null,
      source: null,
      table: null,
      tsMs: null,
      tombstone: true,
    }
  }
  if (!isRow(value)) return { code: 'unsupported', detail: 'A change event is a JSON object.' }
  const { op } = value
  if (typeof op !== 'string') return { code: 'unsupported', detail: withoutOp(value), path: 'op' }
  if (!['c', 'u', 'd', 'r', 't', 'm'].includes(op)) {
    return {
      code: 'unsupported',
      detail: `Operation '${op.slice(0, 24)}' is none of Debezium's: c, u, d, r, t, m.`,
      path: 'op',
    }
  }
  const before = opened(value['before'])
  const after = opened(value['after'])
  const source = isRow(value['source']) ? value['source'] : null
  const table = source?.['table'] ?? source?.['collection'] ?? null
  const tsMs = value['ts_ms'] ?? source?.['ts_ms'] ?? null
  const row = after ?? before
  if (row === null && 'crud'.includes(op))
    return {
      code: 'bad-value',
      detail: `Operation '${op}' without a row before or after.`,
      path: 'after',
    }
  return { op, before, after, row, source, table, tsMs }
}

function withoutOp(value: Row): string {
  if ('ddl' in value || 'tableChanges' in value)
    return 'This is a schema change, not a change of a row.'
  if ('status' in value && 'event_count' in value)
    return 'This is a transaction marker, not a change of a row.'
  return "There is no 'op': a key, a flattened row, or no Debezium envelope."
}

/** MongoDB's connector sends documents as texts of extended JSON. */
function opened(row: unknown): unknown {
  if (row === undefined) return null
  if (typeof row !== 'string' || !row.startsWith('{')) return row
  for (const found of eitherOf(Buffer.from(row))) return found.ok ? found.tree : row
  return row
}

/** Looks at the first value: its own keys tell, not those of what it wraps. */
function sniffChange(bytes: Buffer): number {
  const first = firstValues(bytes)?.first ?? ''
  if (!first.includes('"op"') || first.length > 1024 * 1024) return 0
  for (const found of eitherOf(Buffer.from(first, 'latin1'))) {
    const value = found.ok ? unwrapped(keyed(found.tree).value) : null
    if (!isRow(value) || typeof value['op'] !== 'string' || !'cudrtm'.includes(value['op']))
      return 0
    return ['before', 'after', 'source', 'ts_ms'].filter((key) => key in value).length >= 2
      ? 0.95
      : 0.3
  }
  return 0
}
