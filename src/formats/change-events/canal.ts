import type { Fault } from '#model/record.ts'
import {
  changeOf,
  isRow,
  restored,
  textOrNull,
  unsupported,
  wholeNumber,
  without,
  type Change,
} from './change.ts'

type Row = Record<string, unknown>

const operations: Readonly<Record<string, 'c' | 'u' | 'd'>> = {
  INSERT: 'c',
  UPDATE: 'u',
  DELETE: 'd',
}

const definitions = new Set([
  'ALTER',
  'CREATE',
  'ERASE',
  'RENAME',
  'CINDEX',
  'DINDEX',
  'QUERY',
  'CREATE_DATABASE',
  'DROP_DATABASE',
])

/** Canal's flat message (also written by TiCDC and Flink): rows in `data`, a type in capitals. */
export function isCanal(value: unknown): value is Row {
  if (!isRow(value) || typeof value['type'] !== 'string') return false
  if (value['type'].startsWith('TIDB_')) return true
  const known = Object.hasOwn(operations, value['type']) || value['type'] === 'TRUNCATE'
  if (known || definitions.has(value['type']))
    return Array.isArray(value['data']) || 'isDdl' in value || 'sql' in value
  return 'isDdl' in value && 'pkNames' in value
}

/** The changes of a message: one a row. Source: Canal's FlatMessage; TiCDC's `_tidb` extension. */
export function canalChanges(value: Row): Change[] | Fault {
  const type = String(value['type'])
  const extension = isRow(value['_tidb']) ? value['_tidb'] : null
  const parts = {
    dialect: 'canal',
    source: extension,
    database: textOrNull(value['database']),
    table: textOrNull(value['table']),
    at: value['es'] ?? value['ts'] ?? null,
    tsMs: value['ts'] ?? value['es'] ?? null,
    sequence: wholeNumber(extension?.['commitTs']) ?? wholeNumber(value['id']),
  } as const
  const ddl = textOrNull(value['sql'])
  if (type === 'TIDB_WATERMARK') return [without('heartbeat', parts)]
  if (type === 'TRUNCATE') return [without('truncate', { ...parts, op: 't' })]
  if (value['isDdl'] === true || definitions.has(type))
    return [without('schema', ddl === null ? parts : { ...parts, ddl })]
  const op = Object.hasOwn(operations, type) ? operations[type] : undefined
  if (op === undefined)
    return unsupported(`Type '${type.slice(0, 24)}' is none of Canal's.`, 'type')
  const data = value['data']
  if (!Array.isArray(data) || data.length === 0 || !data.every(isRow))
    return { code: 'bad-value', detail: `Type ${type} without rows.`, path: 'data' }
  const old: unknown = value['old']
  return data.map((row: Row, index) => {
    const was = Array.isArray(old) ? (old[index] as unknown) : null
    const key = keyOf(row, value['pkNames'])
    const images =
      op === 'd' ? { before: row } : { after: row, before: op === 'u' ? restored(row, was) : null }
    return changeOf({ ...parts, op, ...images, ...(key === null ? {} : { key }) })
  })
}

/** The columns of the primary key, as a map. */
export function keyOf(row: Row, names: unknown): Row | null {
  if (!Array.isArray(names) || names.length === 0) return null
  const key: Row = {}
  for (const name of names) if (typeof name === 'string' && name in row) key[name] = row[name]
  return Object.keys(key).length === 0 ? null : key
}
