import type { Fault } from '#model/record.ts'
import { keyOf } from './canal.ts'
import {
  changeOf,
  isRow,
  logPosition,
  restored,
  textOrNull,
  unsupported,
  wholeNumber,
  without,
  type Change,
} from './change.ts'

type Row = Record<string, unknown>

const operations: Readonly<Record<string, 'c' | 'u' | 'd' | 'r'>> = {
  insert: 'c',
  update: 'u',
  delete: 'd',
  'bootstrap-insert': 'r',
}

const asides: Readonly<Record<string, 'schema' | 'heartbeat'>> = {
  'bootstrap-start': 'heartbeat',
  'bootstrap-complete': 'heartbeat',
  'table-create': 'schema',
  'table-alter': 'schema',
  'table-drop': 'schema',
  'database-create': 'schema',
  'database-alter': 'schema',
  'database-drop': 'schema',
}

/** Maxwell's message: one row in `data`, a type in small letters. */
export function isMaxwell(value: unknown): value is Row {
  if (!isRow(value) || typeof value['type'] !== 'string' || !('database' in value)) return false
  const { type } = value
  return Object.hasOwn(asides, type) || (Object.hasOwn(operations, type) && isRow(value['data']))
}

/** The change of a message. Source: Maxwell's documentation, dataformat. `ts` is in seconds, that of a DDL in milliseconds. */
export function maxwellChange(value: Row): Change | Fault {
  const type = String(value['type'])
  const seconds = value['ts']
  const ms = typeof seconds === 'number' ? (seconds < 1e11 ? seconds * 1000 : seconds) : null
  const place = /^(.+):(\d+)$/.exec(textOrNull(value['position']) ?? '')
  const parts = {
    dialect: 'maxwell',
    database: textOrNull(value['database']),
    table: textOrNull(value['table']),
    at: ms,
    tsMs: ms,
    sequence: place === null ? wholeNumber(value['xid']) : logPosition(place[1], place[2]),
  } as const
  const ddl = textOrNull(value['sql'])
  const beside = Object.hasOwn(asides, type) ? asides[type] : undefined
  if (beside !== undefined) return without(beside, ddl === null ? parts : { ...parts, ddl })
  const op = Object.hasOwn(operations, type) ? operations[type] : undefined
  if (op === undefined)
    return unsupported(`Type '${type.slice(0, 24)}' is none of Maxwell's.`, 'type')
  const row = value['data']
  if (!isRow(row)) return { code: 'bad-value', detail: `Type ${type} without a row.`, path: 'data' }
  const key = keyOf(row, value['primary_key_columns'])
  const images =
    op === 'd'
      ? { before: row }
      : { after: row, before: op === 'u' ? restored(row, value['old']) : null }
  return changeOf({ ...parts, op, ...images, ...(key === null ? {} : { key }) })
}
