import type { Fault } from '#model/record.ts'
import {
  changeOf,
  isRow,
  textOrNull,
  unsupported,
  wholeNumber,
  without,
  type Change,
} from './change.ts'

type Row = Record<string, unknown>

/** AWS Database Migration Service to Kinesis or Kafka: `data` and `metadata`. Source: its guide, Kafka message format. */
export function isDms(value: unknown): value is Row {
  return (
    isRow(value) &&
    isRow(value['metadata']) &&
    typeof value['metadata']['record-type'] === 'string' &&
    typeof value['metadata']['operation'] === 'string'
  )
}

const dmsOperations: Readonly<Record<string, 'c' | 'u' | 'd' | 'r'>> = {
  load: 'r',
  insert: 'c',
  update: 'u',
  delete: 'd',
}

export function dmsChange(value: Row): Change | Fault {
  const meta = value['metadata'] as Row
  const operation = String(meta['operation'])
  const parts = {
    dialect: 'dms',
    source: meta,
    schema: textOrNull(meta['schema-name']),
    table: textOrNull(meta['table-name']),
    at: meta['commit-timestamp'] ?? meta['timestamp'] ?? null,
    sequence: wholeNumber(meta['transaction-record-id']) ?? wholeNumber(meta['transaction-id']),
  } as const
  if (meta['record-type'] === 'control') return without('schema', parts)
  const op = Object.hasOwn(dmsOperations, operation) ? dmsOperations[operation] : undefined
  if (op === undefined)
    return unsupported(`Operation '${operation.slice(0, 24)}' is none of DMS's.`, 'metadata')
  if (!isRow(value['data'])) return noRow('data')
  const old = isRow(value['before-image']) ? value['before-image'] : value['before']
  return op === 'd'
    ? changeOf({ ...parts, op, before: value['data'] })
    : changeOf({ ...parts, op, after: value['data'], before: isRow(old) ? old : null })
}

/** Alibaba's Data Transmission messages: columns under `dataColumn`. */
export function isDts(value: unknown): value is Row {
  if (!isRow(value) || !isRow(value['payload']) || !isRow(value['schema'])) return false
  return typeof value['payload']['op'] === 'string' && 'source' in value['schema']
}

const dtsOperations: Readonly<Record<string, 'c' | 'u' | 'd'>> = {
  INSERT: 'c',
  UPDATE: 'u',
  UPDATE_AFTER: 'u',
  UPDATE_BEFORE: 'u',
  DELETE: 'd',
}

export function dtsChange(value: Row): Change | Fault {
  const payload = value['payload'] as Row
  const schema = value['schema'] as Row
  const source = isRow(schema['source']) ? schema['source'] : null
  const times = isRow(payload['timestamp']) ? payload['timestamp'] : {}
  const at = [times['eventTime'], times['systemTime']].find(
    (time) => typeof time === 'number' && time > 0,
  )
  const type = String(payload['op'])
  const parts = {
    dialect: 'dts',
    source,
    database: textOrNull(source?.['dbName']),
    table: textOrNull(source?.['tableName']),
    at: at ?? null,
    tsMs: at ?? null,
    sequence: wholeNumber(payload['sequenceId']),
  } as const
  const op = Object.hasOwn(dtsOperations, type) ? dtsOperations[type] : undefined
  if (op === undefined) {
    const ddl = textOrNull(payload['ddl'])
    return ddl === null
      ? unsupported(`Operation '${type.slice(0, 24)}' is none of DTS's.`, 'payload.op')
      : without('schema', { ...parts, ddl })
  }
  const before = columns(payload['before'])
  const after = columns(payload['after'])
  return before === null && after === null
    ? noRow('payload.after')
    : changeOf({ ...parts, op, before, after })
}

function columns(image: unknown): unknown {
  return isRow(image) && isRow(image['dataColumn']) ? image['dataColumn'] : null
}

/** Qlik Replicate to Kafka: `message.data`, `message.beforeData`, `message.headers.operation`. */
export function isQlik(value: unknown): value is Row {
  const message = isRow(value) && isRow(value['message']) ? value['message'] : value
  return (
    isRow(message) &&
    isRow(message['headers']) &&
    typeof message['headers']['operation'] === 'string'
  )
}

const qlikOperations: Readonly<Record<string, 'c' | 'u' | 'd' | 'r'>> = {
  INSERT: 'c',
  UPDATE: 'u',
  DELETE: 'd',
  REFRESH: 'r',
}

export function qlikChange(value: Row): Change | Fault {
  const message = isRow(value['message']) ? value['message'] : value
  const headers = message['headers'] as Row
  const type = String(headers['operation'])
  const op = Object.hasOwn(qlikOperations, type) ? qlikOperations[type] : undefined
  if (op === undefined)
    return unsupported(`Operation '${type.slice(0, 24)}' is none of Qlik's.`, 'headers.operation')
  const data = isRow(message['data']) ? message['data'] : null
  const old = isRow(message['beforeData']) ? message['beforeData'] : null
  if (data === null && old === null) return noRow('data')
  return changeOf({
    dialect: 'qlik',
    op,
    source: headers,
    schema: textOrNull(headers['schemaName']),
    table: textOrNull(headers['tableName']),
    at: headers['timestamp'] ?? null,
    sequence: wholeNumber(headers['transactionEventCounter']),
    ...(op === 'd' ? { before: data ?? old } : { after: data, before: old }),
  })
}

function noRow(path: string): Fault {
  return { code: 'bad-value', detail: 'An operation without a row.', path }
}
