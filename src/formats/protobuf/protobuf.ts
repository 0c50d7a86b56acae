import type { Format, FormatOptions } from '#model/format.ts'
import type { Fault, Found } from '#model/record.ts'
import { limits } from '#model/limits.ts'
import { bad, good } from '../fault.ts'
import { choiceOption, optionsOf } from '../options.ts'
import {
  contextOf,
  knownSchemas,
  schemaOption,
  schemasOption,
  wireId,
  type Schemas,
} from '../schemas.ts'
import { decodeMessage } from './decode.ts'
import type { ProtoMessage } from './proto-text.ts'
import { messageAt, protoSchema, typeNamed, type ProtoSchema } from './schema.ts'
import { cursorOf, isMessage, Unreadable, varint } from './wire.ts'

/**
 * Protobuf: one message, messages with their length in front (`framing: delimited`), or one in Confluent's wire format (zero,
 * schema id, message indexes). Schemas are .proto texts: option `schema` (with `message`, its name) and `schemas` (by id), or what the
 * transport fetched with the receipt.
 */
export const protobuf: Format = {
  name: 'protobuf',
  options: readOptions,
  cut: null,
  read: readMessages,
  sniff: (bytes) => (wireId(bytes, 0) !== null && isWireMessage(bytes) ? 0.35 : 0),
}

function readOptions(raw: unknown): FormatOptions {
  const options = optionsOf('protobuf', raw, ['schema', 'schemas', 'message', 'framing'])
  const schema = schemaOption('protobuf', options['schema'])
  const message = options['message'] ?? null
  if (message !== null && typeof message !== 'string')
    throw new TypeError("Option 'message' of format protobuf: expected the name of a message.")
  const schemas = schemasOption('protobuf', options['schemas'])
  for (const text of [schema, ...Object.values(schemas)]) if (text !== null) protoSchema([text])
  if (
    schema !== null &&
    message !== null &&
    messageNamed(protoSchema([schema]), message) === undefined
  )
    throw new TypeError(
      `Option 'message' of format protobuf: the schema has no message ${message}.`,
    )
  const framing = choiceOption(
    'protobuf',
    'framing',
    options['framing'],
    ['none', 'delimited'],
    'none',
  )
  return { schema, schemas, message, framing }
}

function messageNamed(schema: ProtoSchema, name: string | null): ProtoMessage | undefined {
  const found = typeNamed(schema, name ?? schema.top[0] ?? '', '')
  return found?.kind === 'message' ? found : undefined
}

function* readMessages(bytes: Buffer, options: FormatOptions, context?: string): Generator<Found> {
  if (bytes.length === 0) return yield bad(0, 0, 'empty', 'There are no bytes.')
  const schemas = knownSchemas(options['schemas'], contextOf(context))
  const fixed = options['schema'] as string | null
  if (fixed !== null && wireId(bytes, 0) === null) return yield* readFixed(bytes, options, fixed)
  yield wireMessage(bytes, schemas, options)
}

function* readFixed(bytes: Buffer, options: FormatOptions, text: string): Generator<Found> {
  const schema = protoSchema([text])
  const message = messageNamed(schema, options['message'] as string | null)
  if (message === undefined)
    return yield bad(0, bytes.length, 'unsupported', 'The schema has no message.')
  if (options['framing'] !== 'delimited')
    return yield decoded(schema, message, bytes, 0, 0, bytes.length)
  const cursor = cursorOf(bytes)
  for (let left: number = limits.recordsPerReceiptMax; cursor.at < bytes.length; left--) {
    const from = cursor.at
    if (left === 0) return yield bad(from, bytes.length, 'too-many', 'There are too many messages.')
    const span = spanAt(bytes, from)
    if ('code' in span) return yield { ok: false, from, to: bytes.length, fault: span }
    yield decoded(schema, message, bytes, from, span.start, span.end)
    cursor.at = span.end
  }
}

/** The bytes of the message whose length stands at `from`. */
function spanAt(bytes: Buffer, from: number): { start: number; end: number } | Fault {
  const cursor = cursorOf(bytes, from)
  try {
    const size = varint(cursor)
    if (cursor.at + size <= bytes.length) return { start: cursor.at, end: cursor.at + size }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
  }
  return { code: 'truncated', detail: `The message at byte ${from} does not end.` }
}

function decoded(
  schema: ProtoSchema,
  message: ProtoMessage,
  bytes: Buffer,
  from: number,
  start: number,
  to: number,
): Found {
  try {
    return good(from, to, decodeMessage(schema, message, bytes, start, to))
  } catch (error) {
    if (error instanceof Unreadable)
      return bad(from, to, error.code, error.message, `byte ${error.at}`)
    throw error
  }
}

const indexesMax = 32

/** The message indexes behind the id: a count and as many numbers, zigzag; a single zero stands for the first message. */
function indexesOf(bytes: Buffer): { indexes: number[]; at: number } | null {
  const cursor = cursorOf(bytes, 5)
  try {
    const count = half(varint(cursor))
    if (count === 0) return { indexes: [0], at: cursor.at }
    if (count < 0 || count > indexesMax) return null
    const indexes = Array.from({ length: count }, () => half(varint(cursor)))
    return { indexes, at: cursor.at }
  } catch {
    return null
  }
}

function half(zigzag: number): number {
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
}

function isWireMessage(bytes: Buffer): boolean {
  const place = indexesOf(bytes)
  return (
    place !== null &&
    place.at < bytes.length &&
    place.indexes.every((one) => one >= 0) &&
    isMessage(bytes, place.at, bytes.length)
  )
}

function wireMessage(bytes: Buffer, schemas: Schemas, options: FormatOptions): Found {
  const to = bytes.length
  const id = wireId(bytes, 0)
  const place = id === null ? null : indexesOf(bytes)
  if (id === null || place === null)
    return bad(
      0,
      to,
      'unsupported',
      'There is no schema: neither an option `schema` nor an id in front of the message.',
    )
  const given =
    schemas.get(id) ??
    (options['schema'] === null
      ? undefined
      : { schema: options['schema'] as string, references: [] })
  if (given === undefined)
    return bad(0, to, 'unsupported', `The schema with id ${id} is not known.`)
  try {
    const schema = protoSchema([given.schema, ...given.references])
    const message = messageAt(schema, place.indexes)
    if (message === undefined)
      return bad(
        0,
        to,
        'envelope',
        `The schema with id ${id} has no message at ${place.indexes.join('.')}.`,
      )
    return decoded(schema, message, bytes, 0, place.at, to)
  } catch (error) {
    return bad(
      0,
      to,
      'unsupported',
      `The schema with id ${id} cannot be read: ${(error as Error).message}`,
    )
  }
}
