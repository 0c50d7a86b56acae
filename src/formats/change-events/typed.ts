import { dateText, decimalText, timestampText, timeText } from '../logical.ts'
import { isRow, textOrNull } from './change.ts'

type Row = Record<string, unknown>

/**
 * A row with its values as texts that say what they are: dates and times in ISO 8601, decimals as digits. By the schema of
 * Kafka Connect that came with the message, and by MongoDB's extended JSON.
 * Source: Debezium's documentation, data type mappings (semantic types); MongoDB Extended JSON v2 and v1.
 */
export function typedRow(row: unknown, schema: unknown): unknown {
  if (!isRow(row)) return row
  const fields = isRow(schema) && Array.isArray(schema['fields']) ? schema['fields'] : []
  const types = new Map<string, Row>()
  for (const field of fields)
    if (isRow(field) && typeof field['field'] === 'string') types.set(field['field'], field)
  const typed: Row = {}
  for (const name of Object.keys(row)) {
    const type = types.get(name)
    typed[name] = type === undefined ? plain(row[name], 0) : typedValue(row[name], type)
  }
  return typed
}

/** The schema of `before` and `after` inside of the envelope's. */
export function rowSchema(schema: unknown): unknown {
  const fields: unknown = isRow(schema) ? schema['fields'] : null
  if (!Array.isArray(fields)) return null
  return fields.find(
    (one) =>
      isRow(one) &&
      one['type'] === 'struct' &&
      (one['field'] === 'after' || one['field'] === 'before'),
  ) as unknown
}

function typedValue(value: unknown, type: Row): unknown {
  if (value === null || value === undefined) return null
  const name = (textOrNull(type['name']) ?? '').replace(/^.*\./, '')
  const number = typeof value === 'number' ? value : Number.NaN
  switch (name) {
    case 'Date':
      return dateText(number) ?? value
    case 'Timestamp':
      return timestampText(number, 1, false) ?? value
    case 'MicroTimestamp':
      return timestampText(number, 1e3, false) ?? value
    case 'NanoTimestamp':
      return timestampText(number, 1e6, false) ?? value
    case 'Time':
      return timeText(number, 1) ?? value
    case 'MicroTime':
      return timeText(number, 1e3) ?? value
    case 'NanoTime':
      return timeText(number, 1e6) ?? value
    case 'Decimal':
      return decimal(value, isRow(type['parameters']) ? type['parameters']['scale'] : 0) ?? value
    case 'VariableScaleDecimal':
      return isRow(value) ? (decimal(value['value'], value['scale']) ?? value) : value
    default:
      return plain(value, 0)
  }
}

function decimal(value: unknown, scale: unknown): string | null {
  return typeof value === 'string' ? decimalText(Buffer.from(value, 'base64'), Number(scale)) : null
}

/** Extended JSON opened: an object id is its text, a date an instant, a number a number. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 64) return value
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1))
  const names = Object.keys(value)
  const first = names[0] ?? ''
  if (first.startsWith('$') && names.length <= 2) return opened(value as Row, first)
  const row: Row = {}
  for (const name of names) row[name] = plain((value as Row)[name], depth + 1)
  return row
}

function opened(value: Row, name: string): unknown {
  const inner = value[name]
  switch (name) {
    case '$oid':
    case '$symbol':
    case '$code':
    case '$uuid':
    case '$numberDecimal':
      return inner
    case '$numberInt':
    case '$numberDouble':
      return Number(inner)
    case '$numberLong':
      return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner
    case '$date': {
      const ms = isRow(inner) ? Number(inner['$numberLong']) : inner
      return typeof ms === 'number' ? timestampText(ms, 1, true) : ms
    }
    case '$timestamp':
      return isRow(inner) ? timestampText(Number(inner['t']) * 1000, 1, true) : inner
    case '$undefined':
      return null
    default:
      return value
  }
}
