import type { Fault } from '#model/record.ts'
import { changeOf, isRow, textOrNull, unsupported, without, type Change } from './change.ts'

type Row = Record<string, unknown>

/** PostgreSQL's wal2json: version 1 has a transaction's changes in `change`, version 2 one in a message with `action`. */
export function isWal2json(value: unknown): value is Row {
  if (!isRow(value)) return false
  if (Array.isArray(value['change']))
    return value['change'].every((one) => isRow(one) && typeof one['kind'] === 'string')
  const { action } = value
  return (
    typeof action === 'string' &&
    action.length === 1 &&
    'BCIUDTM'.includes(action) &&
    ('BCM'.includes(action) || 'table' in value)
  )
}

const actions: Readonly<Record<string, 'c' | 'u' | 'd'>> = {
  I: 'c',
  U: 'u',
  D: 'd',
  insert: 'c',
  update: 'u',
  delete: 'd',
}

export function wal2jsonChanges(value: Row): Change[] | Fault {
  const at = textOrNull(value['timestamp'])
  const list = value['change']
  if (!Array.isArray(list)) return asList(second(value, at))
  const changes = list.map((one) => first(one as Row, at))
  const fault = changes.find((one): one is Fault => 'code' in one)
  if (fault !== undefined) return fault
  return changes.length === 0
    ? [without('transaction', { dialect: 'wal2json', at })]
    : (changes as Change[])
}

function asList(change: Change | Fault): Change[] | Fault {
  return 'code' in change ? change : [change]
}

function second(value: Row, at: string | null): Change | Fault {
  const action = String(value['action'])
  const parts = partsOf(value, at)
  if (action === 'B' || action === 'C') return without('transaction', parts)
  if (action === 'M') return without('message', { ...parts, op: 'm', message: value['content'] })
  if (action === 'T') return without('truncate', { ...parts, op: 't' })
  const row = named(value['columns'])
  const key = named(value['identity'])
  return rowChange(actions[action]!, parts, row, key)
}

function first(value: Row, at: string | null): Change | Fault {
  const parts = partsOf(value, at)
  const kind = String(value['kind'])
  if (kind === 'message')
    return without('message', { ...parts, op: 'm', message: value['content'] })
  if (kind === 'truncate') return without('truncate', { ...parts, op: 't' })
  const op = Object.hasOwn(actions, kind) ? actions[kind] : undefined
  if (op === undefined)
    return unsupported(`Kind '${kind.slice(0, 24)}' is none of wal2json's.`, 'change')
  const row = zipped(value['columnnames'], value['columnvalues'])
  const old = isRow(value['oldkeys']) ? value['oldkeys'] : {}
  return rowChange(op, parts, row, zipped(old['keynames'], old['keyvalues']))
}

function partsOf(value: Row, at: string | null) {
  const schema = textOrNull(value['schema'])
  return { dialect: 'wal2json', schema, table: textOrNull(value['table']), at } as const
}

function rowChange(
  op: 'c' | 'u' | 'd',
  parts: ReturnType<typeof partsOf>,
  row: Row | null,
  key: Row | null,
): Change | Fault {
  if (row === null && key === null)
    return { code: 'bad-value', detail: 'An action without columns.', path: 'columns' }
  return op === 'd'
    ? changeOf({ ...parts, op, before: key ?? row })
    : changeOf({ ...parts, op, after: row, ...(key === null ? {} : { key }) })
}

function named(columns: unknown): Row | null {
  if (!Array.isArray(columns)) return null
  const row: Row = Object.create(null) as Row
  for (const column of columns)
    if (isRow(column) && typeof column['name'] === 'string')
      row[column['name']] = column['value'] ?? null
  return { ...row }
}

function zipped(names: unknown, values: unknown): Row | null {
  if (!Array.isArray(names) || !Array.isArray(values)) return null
  const row: Row = Object.create(null) as Row
  for (const [index, name] of names.entries())
    if (typeof name === 'string') row[name] = (values[index] as unknown) ?? null
  return { ...row }
}
