import type { Fault } from '#model/record.ts'
import { keyOf } from './canal.ts'
import {
  changeOf,
  isRow,
  splitName,
  unsupported,
  wholeNumber,
  without,
  type Change,
} from './change.ts'

type Row = Record<string, unknown>

const operations: Readonly<Record<string, 'c' | 'u' | 'd' | 't'>> = {
  I: 'c',
  U: 'u',
  D: 'd',
  T: 't',
  INSERT: 'c',
  UPDATE: 'u',
  DELETE: 'd',
  TRUNCATE: 't',
}

const envelope = new Set([
  'table',
  'op_type',
  'op_ts',
  'current_ts',
  'pos',
  'primary_keys',
  'tokens',
  'before',
  'after',
  'csn',
  'xid',
  'source',
])

/** Oracle GoldenGate's JSON: `op_type` and `op_ts`. */
export function isGoldenGate(value: unknown): value is Row {
  return isRow(value) && typeof value['op_type'] === 'string' && typeof value['table'] === 'string'
}

/**
 * The change of a message: the operation model has `before` and `after`, the row model has the columns beside the envelope.
 * Source: GoldenGate for Big Data, JSON formatter. `op_ts` is the text of the trail, a space or T between.
 */
export function goldenGateChange(value: Row): Change | Fault {
  const type = String(value['op_type'])
  const op = Object.hasOwn(operations, type) ? operations[type] : undefined
  if (op === undefined)
    return unsupported(`Operation '${type.slice(0, 24)}' is none of GoldenGate's.`, 'op_type')
  const parts = {
    dialect: 'goldengate',
    op,
    source: value['source'] ?? null,
    ...splitName(value['table']),
    at: value['op_ts'] ?? value['current_ts'] ?? null,
    sequence: wholeNumber(value['pos']) ?? wholeNumber(value['csn']),
  } as const
  if (op === 't') return without('truncate', parts)
  const flat = !('before' in value) && !('after' in value)
  const row = flat ? columnsOf(value) : null
  const before = flat ? (op === 'd' ? row : null) : (value['before'] ?? null)
  const after = flat ? (op === 'd' ? null : row) : (value['after'] ?? null)
  const image = after ?? before
  if (!isRow(image) || Object.keys(image).length === 0)
    return { code: 'bad-value', detail: `Operation '${type}' without a row.`, path: 'after' }
  const key = keyOf(image, value['primary_keys'])
  return changeOf({ ...parts, before, after, ...(key === null ? {} : { key }) })
}

function columnsOf(value: Row): Row {
  const row: Row = {}
  for (const name of Object.keys(value)) if (!envelope.has(name)) row[name] = value[name]
  return row
}
