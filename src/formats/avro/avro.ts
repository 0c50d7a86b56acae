import type { Format, FormatOptions } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { limits } from '#model/limits.ts'
import { bad, good } from '../fault.ts'
import { optionsOf } from '../options.ts'
import {
  contextOf,
  knownSchemas,
  schemaOption,
  schemasOption,
  wireId,
  type Schemas,
} from '../schemas.ts'
import { broken, containerData, isContainer } from './container.ts'
import { decodeDatum, readerOf } from './decode.ts'
import { avroSchema, type AvroType } from './schema.ts'

/**
 * Avro: object container files (null, deflate, snappy, zstandard), messages in Confluent's wire format (zero, schema id, datum) and in
 * Avro's own single-object encoding, one behind the other, and bare data of one schema. Schemas: in the file; option `schema`; option
 * `schemas` by id; or what the transport fetched with the receipt.
 */
export const avro: Format = {
  name: 'avro',
  options: readOptions,
  cut: null,
  read: readAvro,
  sniff: (bytes) =>
    isContainer(bytes) ? 1 : isSingleObject(bytes, 0) ? 0.5 : wireId(bytes, 0) === null ? 0 : 0.3,
}

function readOptions(raw: unknown): FormatOptions {
  return avroOptions('avro', optionsOf('avro', raw, ['schema', 'schemas']))
}

/** The options that say what messages in Avro mean. */
export function avroOptions(
  format: string,
  options: Readonly<Record<string, unknown>>,
): FormatOptions {
  const schema = schemaOption(format, options['schema'])
  const schemas = schemasOption(format, options['schemas'])
  for (const text of [schema, ...Object.values(schemas)]) if (text !== null) avroSchema(text)
  return { schema, schemas }
}

/** Whether the bytes are Avro rather than text: a container, or what begins with a zero or with single-object's marker. */
export function looksLikeAvro(bytes: Buffer): boolean {
  return isContainer(bytes) || bytes[0] === 0 || isSingleObject(bytes, 0)
}

function isSingleObject(bytes: Buffer, at: number): boolean {
  return bytes.length - at > 10 && bytes[at] === 0xc3 && bytes[at + 1] === 0x01
}

export function readAvro(bytes: Buffer, options: FormatOptions, context?: string): Iterable<Found> {
  if (bytes.length === 0) return [bad(0, 0, 'empty', 'There are no bytes.')]
  if (isContainer(bytes)) return containerData(bytes)
  return messages(bytes, options, knownSchemas(options['schemas'], contextOf(context)))
}

type Head = { readonly type: AvroType; readonly start: number } | { readonly detail: string }

/** Data one behind the other, each with its schema's id, or all of the option's schema. */
function* messages(bytes: Buffer, options: FormatOptions, schemas: Schemas): Generator<Found> {
  const fixed = options['schema'] as string | null
  const reader = readerOf(bytes)
  for (let left: number = limits.recordsPerReceiptMax; reader.at < bytes.length; left--) {
    const from = reader.at
    if (left === 0) return yield bad(from, bytes.length, 'too-many', 'There are too many messages.')
    const head = headAt(bytes, from, fixed, schemas)
    if ('detail' in head) return yield bad(from, bytes.length, 'unsupported', head.detail)
    reader.at = head.start
    try {
      const tree = decodeDatum(head.type, reader)
      if (reader.at === from)
        return yield bad(from, bytes.length, 'syntax', 'The schema reads no bytes.')
      yield good(from, reader.at, tree)
    } catch (error) {
      return yield broken(error, from, bytes.length)
    }
  }
}

function headAt(bytes: Buffer, at: number, fixed: string | null, schemas: Schemas): Head {
  const id = wireId(bytes, at)
  const known = id === null ? undefined : schemas.get(id)
  if (known !== undefined)
    return compiled(known.schema, known.references, at + 5, `The schema with id ${id}`)
  const single = isSingleObject(bytes, at)
  if (fixed !== null) return compiled(fixed, [], single ? at + 10 : at, 'The schema')
  if (id !== null) return { detail: `The schema with id ${id} is not known.` }
  return single
    ? {
        detail: `The schema with fingerprint ${bytes.toString('hex', at + 2, at + 10)} is not known.`,
      }
    : {
        detail: 'There is no schema: neither an option `schema` nor an id in front of the message.',
      }
}

function compiled(text: string, references: readonly string[], start: number, what: string): Head {
  try {
    return { type: avroSchema(text, references), start }
  } catch (error) {
    return { detail: `${what} cannot be read: ${(error as Error).message}` }
  }
}
