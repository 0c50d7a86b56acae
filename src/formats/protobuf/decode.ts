import { limits } from '#model/limits.ts'
import { decimalText, exact, timestampText } from '../logical.ts'
import type { ProtoField, ProtoMessage } from './proto-text.ts'
import { typeNamed, type ProtoSchema } from './schema.ts'
import {
  cursorOf,
  lengthSpan,
  skip,
  tagOf,
  take,
  Unreadable,
  varint,
  varint64,
  type Cursor,
} from './wire.ts'

type Tree = Record<string, unknown>

const wires: Readonly<Record<string, 0 | 1 | 2 | 5>> = {
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  float: 5,
  fixed32: 5,
  sfixed32: 5,
  string: 2,
  bytes: 2,
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  bool: 0,
}

/**
 * A message as a tree: fields under their names in the schema, enums as their words, 64-bit numbers as text beyond 2^53, bytes in
 * base64, well-known types (Timestamp, wrappers, Struct, Decimal) as what they mean. Throws `Unreadable`.
 */
export function decodeMessage(
  schema: ProtoSchema,
  message: ProtoMessage,
  bytes: Buffer,
  from: number,
  to: number,
): Tree {
  return messageTree(schema, message, cursorOf(bytes, from, to), 0)
}

function messageTree(
  schema: ProtoSchema,
  message: ProtoMessage,
  cursor: Cursor,
  depth: number,
): Tree {
  if (depth > limits.nestingDepthMax)
    throw new Unreadable(
      'too-deep',
      cursor.at,
      `The message nests deeper than ${limits.nestingDepthMax} levels.`,
    )
  const fields = fieldsOf(message)
  const tree: Tree = {}
  while (cursor.at < cursor.end) {
    const { number, wire } = tagOf(cursor)
    const field = fields.get(number)
    if (field === undefined) skip(cursor, wire)
    else readField(schema, message, field, wire, cursor, tree, depth)
  }
  for (const field of message.fields) {
    if (!field.implicit || field.name in tree || field.type in wires) continue
    const type = typeNamed(schema, field.type, message.name)
    if (type?.kind === 'enum' && type.values.has(0)) tree[field.name] = type.values.get(0)
  }
  return tree
}

const byNumber = new WeakMap<ProtoMessage, Map<number, ProtoField>>()

function fieldsOf(message: ProtoMessage): Map<number, ProtoField> {
  const known = byNumber.get(message)
  if (known !== undefined) return known
  const fields = new Map(message.fields.map((field) => [field.number, field]))
  byNumber.set(message, fields)
  return fields
}

function readField(
  schema: ProtoSchema,
  message: ProtoMessage,
  field: ProtoField,
  wire: number,
  cursor: Cursor,
  tree: Tree,
  depth: number,
): void {
  const { name, type } = field
  if (field.mapKey !== null) return readEntry(schema, message, field, wire, cursor, tree, depth)
  const value = readerOf(schema, type, message.name, depth)
  if (!field.repeated) {
    if (wire !== value.wire) throw mismatch(cursor, name, wire)
    tree[name] = value.read(cursor)
    return
  }
  const list = (tree[name] ??= []) as unknown[]
  if (wire === value.wire) list.push(value.read(cursor))
  else if (wire === 2 && value.wire !== 2) {
    const end = lengthSpan(cursor)
    const packed = cursorOf(cursor.bytes, cursor.at, end)
    while (packed.at < end) list.push(value.read(packed))
    cursor.at = end
  } else throw mismatch(cursor, name, wire)
}

function mismatch(cursor: Cursor, name: string, wire: number): Unreadable {
  return new Unreadable(
    'syntax',
    cursor.at,
    `Field ${name} is not of the type that the schema says (wire type ${wire}).`,
  )
}

function readEntry(
  schema: ProtoSchema,
  message: ProtoMessage,
  field: ProtoField,
  wire: number,
  cursor: Cursor,
  tree: Tree,
  depth: number,
): void {
  if (wire !== 2) throw mismatch(cursor, field.name, wire)
  const entry: ProtoMessage = {
    kind: 'message',
    name: message.name,
    inner: [],
    fields: [
      {
        name: 'key',
        number: 1,
        type: field.mapKey!,
        mapKey: null,
        repeated: false,
        implicit: false,
      },
      {
        name: 'value',
        number: 2,
        type: field.type,
        mapKey: null,
        repeated: false,
        implicit: false,
      },
    ],
  }
  const end = lengthSpan(cursor)
  const { key, value } = messageTree(
    schema,
    entry,
    cursorOf(cursor.bytes, cursor.at, end),
    depth + 1,
  )
  cursor.at = end
  const name = typeof key === 'string' ? key : JSON.stringify(key ?? '')
  if (name === '__proto__')
    throw new Unreadable('hostile', cursor.at, "A key is named '__proto__', which is refused.")
  const map = (tree[field.name] ??= {}) as Tree
  map[name] = value ?? null
}

type ValueReader = { readonly wire: 0 | 1 | 2 | 5; readonly read: (cursor: Cursor) => unknown }

function readerOf(schema: ProtoSchema, type: string, scope: string, depth: number): ValueReader {
  const wire = wires[type]
  if (wire !== undefined) return { wire, read: scalars[type]! }
  const found = typeNamed(schema, type, scope)
  if (found?.kind === 'enum') return { wire: 0, read: (cursor) => enumWord(found.values, cursor) }
  const known = type.replace(/^\./, '')
  return {
    wire: 2,
    read: (cursor) => {
      const end = lengthSpan(cursor)
      const inside = cursorOf(cursor.bytes, cursor.at, end)
      cursor.at = end
      const message = found ?? wellKnown[known]
      if (message === undefined) return null
      return meaning(known, messageTree(schema, message, inside, depth + 1))
    },
  }
}

function enumWord(values: ReadonlyMap<number, string>, cursor: Cursor): string | number {
  const number = Number(BigInt.asIntN(32, varint64(cursor)))
  return values.get(number) ?? number
}

function signed(bits: 32 | 64, cursor: Cursor): number | string {
  return exact(BigInt.asIntN(bits, varint64(cursor)))
}

function zigzag(cursor: Cursor): number | string {
  const value = varint64(cursor)
  return exact((value >> 1n) ^ -(value & 1n))
}

const scalars: Readonly<Record<string, (cursor: Cursor) => unknown>> = {
  double: (cursor) => finite(cursor.bytes.readDoubleLE(take(cursor, 8))),
  float: (cursor) => finite(Math.fround(cursor.bytes.readFloatLE(take(cursor, 4)))),
  fixed64: (cursor) => exact(cursor.bytes.readBigUInt64LE(take(cursor, 8))),
  sfixed64: (cursor) => exact(cursor.bytes.readBigInt64LE(take(cursor, 8))),
  fixed32: (cursor) => cursor.bytes.readUInt32LE(take(cursor, 4)),
  sfixed32: (cursor) => cursor.bytes.readInt32LE(take(cursor, 4)),
  int32: (cursor) => signed(32, cursor),
  int64: (cursor) => signed(64, cursor),
  uint32: (cursor) => Number(BigInt.asUintN(32, varint64(cursor))),
  uint64: (cursor) => exact(varint64(cursor)),
  sint32: zigzag,
  sint64: zigzag,
  bool: (cursor) => varint(cursor) !== 0,
  string: (cursor) => textOf(cursor),
  bytes: (cursor) => {
    const end = lengthSpan(cursor)
    const text = cursor.bytes.toString('base64', cursor.at, end)
    cursor.at = end
    return text
  },
}

function textOf(cursor: Cursor): string {
  const end = lengthSpan(cursor)
  const text = cursor.bytes.toString('utf8', cursor.at, end)
  cursor.at = end
  return text.replaceAll('\0', '\ufffd')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function plainField(
  name: string,
  number: number,
  type: string,
  repeated = false,
  mapKey: string | null = null,
): ProtoField {
  return { name, number, type, repeated, mapKey, implicit: false }
}

function plainMessage(name: string, ...fields: ProtoField[]): [string, ProtoMessage] {
  return [name, { kind: 'message', name, fields, inner: [] }]
}

/** Messages that every compiler knows. Source: protobuf.dev, well-known types; Confluent's and Google's common types. */
const wellKnown: Readonly<Record<string, ProtoMessage>> = Object.fromEntries([
  plainMessage(
    'google.protobuf.Timestamp',
    plainField('seconds', 1, 'int64'),
    plainField('nanos', 2, 'int32'),
  ),
  plainMessage(
    'google.protobuf.Duration',
    plainField('seconds', 1, 'int64'),
    plainField('nanos', 2, 'int32'),
  ),
  ...['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (name) =>
      plainMessage(`google.protobuf.${name}Value`, plainField('value', 1, name.toLowerCase())),
  ),
  plainMessage(
    'google.protobuf.Struct',
    plainField('fields', 1, 'google.protobuf.Value', true, 'string'),
  ),
  plainMessage('google.protobuf.ListValue', plainField('values', 1, 'google.protobuf.Value', true)),
  plainMessage(
    'google.protobuf.Value',
    plainField('null', 1, 'int32'),
    plainField('number', 2, 'double'),
    plainField('string', 3, 'string'),
    plainField('bool', 4, 'bool'),
    plainField('struct', 5, 'google.protobuf.Struct'),
    plainField('list', 6, 'google.protobuf.ListValue'),
  ),
  plainMessage(
    'google.type.Date',
    plainField('year', 1, 'int32'),
    plainField('month', 2, 'int32'),
    plainField('day', 3, 'int32'),
  ),
  plainMessage(
    'confluent.type.Decimal',
    plainField('value', 1, 'bytes'),
    plainField('precision', 2, 'uint32'),
    plainField('scale', 3, 'int32'),
  ),
])

/** What a message of a well-known type means. */
function meaning(name: string, tree: Tree): unknown {
  if (/^google\.protobuf\.\w+Value$/.test(name) && name !== 'google.protobuf.ListValue')
    return tree['value'] ?? null
  const number = (field: string): number => Number(tree[field] ?? 0)
  switch (name) {
    case 'google.protobuf.Timestamp':
      return timestampText(number('seconds') * 1000 + Math.floor(number('nanos') / 1e6), 1, true)
    case 'google.protobuf.Duration':
      return `${number('seconds') + number('nanos') / 1e9}s`
    case 'google.protobuf.Value':
      return (
        tree['number'] ?? tree['string'] ?? tree['bool'] ?? tree['struct'] ?? tree['list'] ?? null
      )
    case 'google.protobuf.Struct':
      return tree['fields'] ?? {}
    case 'google.protobuf.ListValue':
      return tree['values'] ?? []
    case 'google.type.Date':
      return [String(number('year')).padStart(4, '0'), number('month'), number('day')]
        .map((part) => String(part).padStart(2, '0'))
        .join('-')
    case 'confluent.type.Decimal':
      return decimalText(Buffer.from(text(tree['value']), 'base64'), number('scale'))
    default:
      return tree
  }
}
