import type { Format, FormatOptions } from '#model/format.ts'
import type { Fault, Found } from '#model/record.ts'
import { good } from '../fault.ts'
import { cutEither, eitherOf } from '../json/either.ts'
import { firstValues } from '../json/json.ts'
import { avroOptions, looksLikeAvro, readAvro } from '../avro/avro.ts'
import { isContainer } from '../avro/container.ts'
import { choiceOption, optionsOf } from '../options.ts'
import { canalChanges, isCanal } from './canal.ts'
import { isFault, isRow, unsupported, without, type Change } from './change.ts'
import {
  aside,
  debeziumChange,
  flattenedChange,
  isDebezium,
  isFlattened,
  openedOf,
  type Opened,
} from './debezium.ts'
import { goldenGateChange, isGoldenGate } from './goldengate.ts'
import { isMaxwell, maxwellChange } from './maxwell.ts'
import { dmsChange, dtsChange, isDms, isDts, isQlik, qlikChange } from './replicators.ts'
import { elementSpans } from './spans.ts'
import { rowSchema, typedRow } from './typed.ts'
import { isWal2json, wal2jsonChanges } from './wal2json.ts'

/**
 * Change data capture as JSON, whoever wrote it: Debezium (with and without schema, as CloudEvents, flattened), Canal,
 * Maxwell, Oracle GoldenGate, AWS DMS, Alibaba DTS, Qlik Replicate, wal2json. A record is a `Change`; a message of several
 * rows is several. A key that stands alone before its message belongs to it. The same in Avro, with the options of that format.
 * Option `values: typed`: dates, times and decimals become texts, by the schema that came along and by extended JSON.
 */
export const changeEvents: Format = {
  name: 'change-events',
  options: (raw) => readOptions('change-events', raw),
  cut: cutChanges,
  read: readChanges,
  sniff: (bytes) => sniffAny(bytes),
}

/** As `change-events`; the name that says whose events they are. */
export const debezium: Format = {
  name: 'debezium',
  options: (raw) => readOptions('debezium', raw),
  cut: cutChanges,
  read: readChanges,
  sniff: (bytes) => {
    const value = firstTree(bytes)
    const opened = openedOf(value).value
    if (!isRow(opened) || typeof opened['op'] !== 'string' || !'cudrtm'.includes(opened['op']))
      return 0
    return isDebezium(opened) ? (isRow(value) && 'iodebeziumop' in value ? 0.97 : 0.95) : 0.3
  },
}

function cutChanges(bytes: Buffer): number {
  return looksLikeAvro(bytes) ? 0 : cutEither(bytes)
}

/** What the options of a change stream ask for. */
export function readOptions(format: string, raw: unknown): FormatOptions {
  const options = optionsOf(format, raw, ['values', 'schema', 'schemas'])
  return {
    ...avroOptions(format, options),
    values: choiceOption(format, 'values', options['values'], ['sent', 'typed'], 'sent'),
  }
}

/** Does to the rows of a change what the options ask for. `schema`: of Kafka Connect, of the whole envelope. */
export function shaper(options: FormatOptions): (change: Change, schema: unknown) => Change {
  if (options['values'] !== 'typed') return (change) => change
  return (change, schema) => {
    const of = rowSchema(schema) ?? schema
    const after = typedRow(change.after, of)
    const before = typedRow(change.before, of)
    const row = change.kind === 'row' ? (after ?? before) : change.row
    const key = change.key === undefined ? {} : { key: typedRow(change.key, null) }
    return { ...change, before, after, row, ...key }
  }
}

type Held = { readonly found: Found & { ok: true }; readonly fault: Fault; readonly key: unknown }

function* readChanges(bytes: Buffer, options: FormatOptions, context?: string): Generator<Found> {
  const shape = shaper(options)
  let held: Held | null = null
  const records = looksLikeAvro(bytes) ? readAvro(bytes, options, context) : eitherOf(bytes)
  for (const read of records) {
    const found = withoutNul(bytes, read)
    const opened = found.ok ? openedOf(found.tree) : null
    const outcome = opened === null ? null : changesOf(opened)
    // A value that is no change may be the key of the next one: brokers' dumps write the two one after the other.
    const key: unknown =
      held !== null && isList(outcome) && outcome[0]!.kind === 'row' ? held.key : undefined
    if (held !== null) yield settled(held, key)
    held = null
    if (!found.ok) yield found
    else if (isList(outcome)) yield* recordsOf(bytes, found, outcome, opened!, key, shape)
    else if (isRow(opened!.value)) held = { found, fault: outcome!, key: opened!.value }
    else yield { ok: false, from: found.from, to: found.to, fault: outcome! }
  }
  if (held !== null) yield settled(held, undefined)
}

/** Columns of bytes may hold NUL, which no text of the hub does: it is shown as the sign for what cannot be shown. */
function withoutNul(bytes: Buffer, found: Found): Found {
  const { from, to } = found
  if (found.ok || !found.fault.detail.includes('NUL')) return found
  const text = bytes.toString('utf8', from, to).replaceAll(String.raw`\u0000`, String.raw`\ufffd`)
  for (const again of eitherOf(Buffer.from(text))) return { ...again, from, to }
  return found
}

function isList(outcome: Change[] | Fault | null): outcome is Change[] {
  return Array.isArray(outcome)
}

function settled({ found, fault, key }: Held, taken: unknown): Found {
  return taken === undefined
    ? { ok: false, from: found.from, to: found.to, fault }
    : good(found.from, found.to, without('key', { dialect: 'debezium', key }))
}

/** The changes of one message, each with a span of its own: a message of several rows is divided at its rows. */
function* recordsOf(
  bytes: Buffer,
  found: Found & { ok: true },
  changes: readonly Change[],
  opened: Opened,
  before: unknown,
  shape: (change: Change, schema: unknown) => Change,
): Generator<Found> {
  const given: unknown = opened.key ?? before
  const spans = changes.length < 2 ? [] : rowSpans(bytes, found, changes.length)
  for (const [index, change] of changes.entries()) {
    const from = index === 0 ? found.from : spans[index]!.from
    const to = index === changes.length - 1 ? found.to : spans[index]!.to
    const keyed =
      given === undefined || change.key !== undefined ? change : { ...change, key: given }
    yield good(from, to, shape(keyed, opened.schema))
  }
}

function rowSpans(
  bytes: Buffer,
  { from, to }: Found,
  count: number,
): { from: number; to: number }[] {
  for (const name of ['data', 'change']) {
    const spans = elementSpans(bytes, from, to, name)
    if (spans.length === count) return spans
  }
  return Array.from({ length: count }, (_, index) => ({ from: index === 0 ? from : to, to }))
}

/** The changes a message tells, or why it tells none. */
function changesOf(opened: Opened): Change[] | Fault {
  const beside = aside(opened)
  if (beside !== null) return [beside]
  const { value } = opened
  if (!isRow(value)) return unsupported('A change event is a JSON object.')
  const whole = { payload: value, schema: opened.schema }
  if (isDts(whole)) return single(dtsChange(whole))
  if (typeof value['op'] === 'string' && !Array.isArray(value['data']))
    return single(debeziumChange(value))
  if (isCanal(value)) return canalChanges(value)
  if (isMaxwell(value)) return single(maxwellChange(value))
  if (isGoldenGate(value)) return single(goldenGateChange(value))
  if (isWal2json(value)) return wal2jsonChanges(value)
  return other(value)
}

function other(value: Record<string, unknown>): Change[] | Fault {
  if (isDms(value)) return single(dmsChange(value))
  if (isQlik(value)) return single(qlikChange(value))
  if (isFlattened(value)) return [flattenedChange(value)]
  return unsupported("There is no 'op': a key, a flattened row, or no change event.", 'op')
}

function single(outcome: Change | Fault): Change[] | Fault {
  return isFault(outcome) ? outcome : [outcome]
}

const sniffBytesMax = 1024 * 1024

function firstTree(bytes: Buffer): unknown {
  const first = firstValues(bytes)?.first ?? ''
  if (first.length > sniffBytesMax) return undefined
  for (const found of eitherOf(Buffer.from(first, 'latin1')))
    return found.ok ? found.tree : undefined
  return undefined
}

/** Looks at the first two values: the first may be the key of the second. */
function sniffAny(bytes: Buffer): number {
  const size = Math.min(bytes.length, sniffBytesMax)
  let looked = 0
  const records = isContainer(bytes) ? readAvro(bytes, {}) : eitherOf(bytes.subarray(0, size))
  for (const read of records) {
    const found = withoutNul(bytes, read)
    if (++looked > 2) return 0
    if (!found.ok) continue
    const outcome = changesOf(openedOf(found.tree))
    if (found.tree === null || isFault(outcome)) continue
    const { kind, dialect } = outcome[0]!
    if (kind === 'tombstone') continue
    return dialect === 'debezium' ? (kind === 'row' ? 0.94 : 0.9) : 0.93
  }
  return 0
}
