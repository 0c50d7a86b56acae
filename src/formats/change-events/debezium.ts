import type { Fault } from '#model/record.ts'
import { eitherOf } from '../json/either.ts'
import {
  changeOf,
  isRow,
  logPosition,
  textOrNull,
  unsupported,
  wholeNumber,
  without,
  type Change,
} from './change.ts'

type Row = Record<string, unknown>

const operations = ['c', 'u', 'd', 'r', 't', 'm'] as const

/** What stands inside of a message of Debezium: the value, its key, and their schemas where they come along. */
export type Opened = {
  readonly value: unknown
  readonly schema: unknown
  readonly key: unknown
}

/** Takes away {key, value}, {schema, payload} and a CloudEvent around a change. */
export function openedOf(tree: unknown): Opened {
  if (isRow(tree) && 'key' in tree && 'value' in tree && !('op' in tree)) {
    const value = unwrapped(tree['value'])
    return { ...value, key: unwrapped(tree['key']).value }
  }
  const event = isRow(tree) && typeof tree['iodebeziumop'] === 'string' ? cloudEvent(tree) : tree
  return { ...unwrapped(event), key: undefined }
}

function unwrapped(tree: unknown): { value: unknown; schema: unknown } {
  if (!isRow(tree) || !('payload' in tree) || 'op' in tree) return { value: tree, schema: null }
  return 'schema' in tree || Object.keys(tree).length === 1
    ? { value: tree['payload'], schema: tree['schema'] ?? null }
    : { value: tree, schema: null }
}

/** A change event of Debezium's CloudEvents converter: its own attributes begin with `iodebezium`. */
function cloudEvent(event: Row): unknown {
  const { value, schema } = unwrapped(event['data'])
  if (!isRow(value)) return { op: event['iodebeziumop'], undecoded: event['datacontenttype'] }
  const source: Row = {}
  for (const name of Object.keys(event))
    if (name.startsWith('iodebezium')) source[name.slice(10)] = event[name]
  const change = {
    before: value['before'],
    after: value['after'],
    op: event['iodebeziumop'],
    ts_ms: wholeNumber(event['iodebeziumtsms']),
    source: { ...source, ts_ms: wholeNumber(source['tsms']) },
  }
  return schema === null ? change : { schema, payload: change }
}

/** Whether something is Debezium's envelope: an operation, and what belongs to one. */
export function isDebezium(value: unknown): value is Row {
  return (
    isRow(value) &&
    typeof value['op'] === 'string' &&
    ['before', 'after', 'source', 'ts_ms'].filter((name) => name in value).length >= 2
  )
}

/** Debezium's records that are about no row: schema changes, transactions, heartbeats, keys and tombstones. */
export function aside({ value, schema }: Opened): Change | null {
  const dialect = 'debezium'
  if (value === null || value === undefined) return without('tombstone', { dialect })
  if (!isRow(value) || 'op' in value) return null
  const source = isRow(value['source']) ? value['source'] : null
  const name = isRow(schema) ? (textOrNull(schema['name']) ?? '') : ''
  if ('tableChanges' in value || ('ddl' in value && 'databaseName' in value)) {
    return without('schema', {
      dialect,
      source,
      database: value['databaseName'] ?? null,
      schema: value['schemaName'] ?? null,
      table: source?.['table'] ?? null,
      at: changedAt(source, value),
      tsMs: value['ts_ms'] ?? source?.['ts_ms'] ?? null,
      ...(typeof value['ddl'] === 'string' ? { ddl: value['ddl'] } : {}),
    })
  }
  if (
    (value['status'] === 'BEGIN' || value['status'] === 'END') &&
    ('id' in value || 'event_count' in value)
  )
    return without('transaction', { dialect, tsMs: value['ts_ms'] ?? null })
  if (/\.Heartbeat$|ServerNameKey$/.test(name) || (isOnly(value, 'ts_ms') && 'ts_ms' in value))
    return without('heartbeat', { dialect, tsMs: value['ts_ms'] ?? null })
  if (/(?:Key|Envelope\.key)$/.test(name)) return without('key', { dialect, key: value })
  return null
}

function isOnly(value: Row, ...names: string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name))
}

/** A change of a row. Source: Debezium's documentation of its connectors, data change events. */
export function debeziumChange(value: Row): Change | Fault {
  const { op } = value
  if (typeof op !== 'string') return unsupported(withoutOp, 'op')
  const known = operations.find((one) => one === op)
  if (known === undefined)
    return unsupported(
      `Operation '${op.slice(0, 24)}' is none of Debezium's: c, u, d, r, t, m.`,
      'op',
    )
  if ('undecoded' in value)
    return unsupported('The data is not JSON; its schema stands elsewhere.', 'data')
  const source = isRow(value['source']) ? value['source'] : null
  const parts = {
    dialect: 'debezium',
    op: known,
    source,
    database: source?.['db'] ?? null,
    schema: source?.['schema'] ?? null,
    table: source?.['table'] ?? source?.['collection'] ?? null,
    at: changedAt(source, value),
    tsMs: value['ts_ms'] ?? source?.['ts_ms'] ?? null,
    sequence: sequenceOf(source),
  } as const
  if (known === 't') return without('truncate', parts)
  if (known === 'm') return without('message', { ...parts, message: value['message'] ?? null })
  const before = parsed(value['before'])
  const after = parsed(value['after']) ?? patched(value)
  if (before === null && after === null && !mayBeBare(known, source))
    return {
      code: 'bad-value',
      detail: `Operation '${op}' without a row before or after.`,
      path: 'after',
    }
  return changeOf({ ...parts, before, after })
}

const withoutOp = "There is no 'op': a key, a flattened row, or no change event."

/** A deletion, or a change seen as a patch, of which MongoDB keeps no image: the key alone says which row. */
function mayBeBare(op: string, source: Row | null): boolean {
  return (op === 'd' || op === 'u') && (source === null || 'collection' in source)
}

/** Zero stands for "not known" in snapshots of old connectors. */
function changedAt(source: Row | null, value: Row): unknown {
  const at = source?.['ts_ms']
  return typeof at === 'number' && at > 0 ? at : (value['ts_ms'] ?? null)
}

function sequenceOf(source: Row | null): number | null {
  if (source === null) return null
  return (
    wholeNumber(source['lsn']) ??
    logPosition(source['file'], source['pos']) ??
    wholeNumber(source['commit_scn']) ??
    wholeNumber(source['scn']) ??
    null
  )
}

/** MongoDB's connector sends documents as texts of extended JSON. */
function parsed(row: unknown): unknown {
  if (row === undefined) return null
  if (typeof row !== 'string' || !row.startsWith('{')) return row
  for (const found of eitherOf(Buffer.from(row))) return found.ok ? found.tree : row
  return row
}

/** What MongoDB says of an update without the whole document: the fields that changed. */
function patched(value: Row): unknown {
  const update = value['updateDescription']
  return isRow(update) ? (parsed(update['updatedFields']) ?? null) : parsed(value['patch'])
}

/** A row that Debezium flattened (its event flattening): the envelope's fields stand beside the columns, with `__`. */
export function isFlattened(value: unknown): value is Row {
  return isRow(value) && ('__op' in value || '__deleted' in value || '__source_ts_ms' in value)
}

export function flattenedChange(value: Row): Change {
  const row: Row = {}
  for (const name of Object.keys(value)) if (!name.startsWith('__')) row[name] = value[name]
  const deleted = String(value['__deleted']) === 'true' || value['__op'] === 'd'
  const op = operations.find((one) => one === value['__op']) ?? (deleted ? 'd' : 'u')
  const at = value['__source_ts_ms'] ?? value['__ts_ms'] ?? null
  return changeOf({
    dialect: 'flattened',
    op,
    ...(deleted ? { before: row } : { after: row }),
    database: value['__db'] ?? value['__source_db'] ?? null,
    schema: value['__schema'] ?? value['__source_schema'] ?? null,
    table: value['__table'] ?? value['__source_table'] ?? value['__collection'] ?? null,
    at,
    tsMs: at,
    sequence:
      wholeNumber(value['__lsn'] ?? value['__source_lsn']) ??
      logPosition(value['__source_file'], value['__source_pos']),
  })
}
