import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import type { Found } from '#model/record.ts'
import { limits } from '#model/limits.ts'
import { bad, good } from '../fault.ts'
import { Unreadable } from '../protobuf/wire.ts'
import { decodeDatum, readerOf, type Reader } from './decode.ts'
import { avroSchema, type AvroType } from './schema.ts'
import { unsnapped } from './snappy.ts'

const magic = Buffer.from('Obj\x01', 'latin1')
const unpackedBytesMax = 4 * limits.receiptBytesMax

/** Whether the bytes begin as an object container file does. */
export function isContainer(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.subarray(0, 4).equals(magic)
}

const metaType = avroSchema('{"type":"map","values":"bytes"}')

type Head = { readonly type: AvroType; readonly codec: string; readonly sync: Buffer }

/**
 * The data of an object container file. In a packed block single records have no bytes of their own: the first has those of the
 * block, the others begin and end at its end.
 */
export function* containerData(bytes: Buffer): Generator<Found> {
  const reader = readerOf(bytes, 4)
  let head: Head
  try {
    head = headOf(reader)
  } catch (error) {
    return yield broken(error, 0, bytes.length)
  }
  const budget = {
    bytes: unpackedBytesMax,
    records: limits.recordsPerReceiptMax as number,
    any: false,
  }
  while (reader.at < bytes.length) {
    const from = reader.at
    try {
      yield* blockData(reader, head, budget)
    } catch (error) {
      return yield broken(error, Math.max(from, Math.min(reader.at, bytes.length)), bytes.length)
    }
  }
  if (!budget.any) yield bad(0, bytes.length, 'empty', 'The file has no records.')
}

function headOf(reader: Reader): Head {
  const meta = decodeDatum(metaType, reader) as Record<string, string>
  const valueOf = (name: string): string => Buffer.from(meta[name] ?? '', 'base64').toString()
  const codec = valueOf('avro.codec') || 'null'
  if (!['null', 'deflate', 'snappy', 'zstandard'].includes(codec))
    throw new Unreadable(
      'unsupported',
      0,
      `The codec ${codec.slice(0, 24)} is not read; null, deflate, snappy and zstandard are.`,
    )
  const sync = blockBytes(reader, 16)
  return { type: schemaOf(valueOf('avro.schema')), codec, sync }
}

function schemaOf(text: string): AvroType {
  try {
    return avroSchema(text)
  } catch (error) {
    throw new Unreadable('unsupported', 0, (error as Error).message)
  }
}

function blockBytes(reader: Reader, size: number): Buffer {
  if (size < 0 || size > reader.end - reader.at)
    throw new Unreadable(
      'truncated',
      reader.at,
      `The file ends inside of what begins at byte ${reader.at}.`,
    )
  reader.at += size
  return reader.bytes.subarray(reader.at - size, reader.at)
}

const longType = avroSchema('"long"')

function* blockData(
  reader: Reader,
  head: Head,
  budget: { bytes: number; records: number; any: boolean },
): Generator<Found> {
  const from = reader.at
  const count = Number(decodeDatum(longType, reader))
  const size = Number(decodeDatum(longType, reader))
  const start = reader.at
  const packed = blockBytes(reader, size)
  const end = reader.at
  if (!blockBytes(reader, 16).equals(head.sync))
    throw new Unreadable(
      'envelope',
      end,
      `Behind the block at byte ${from} the sync marker is missing.`,
    )
  const plain = unpacked(packed, head.codec, budget.bytes)
  budget.bytes -= plain.length
  const whole = head.codec === 'null'
  const inner = readerOf(plain)
  for (let left = count; left > 0; left--) {
    if (--budget.records < 0)
      throw new Unreadable(
        'too-many',
        from,
        `There are more than ${limits.recordsPerReceiptMax} records.`,
      )
    const at = inner.at
    const tree = decodeDatum(head.type, inner)
    budget.any = true
    if (whole) yield good(start + at, start + inner.at, tree)
    else yield good(left === count ? from : end, end, tree)
  }
  if (inner.at !== plain.length)
    throw new Unreadable(
      'control-total',
      from,
      `The block at byte ${from} has more bytes than its ${count} records.`,
    )
}

function unpacked(packed: Buffer, codec: string, bytesMax: number): Buffer {
  const maxOutputLength = Math.min(bytesMax, limits.receiptBytesMax)
  if (codec === 'null') return packed
  if (maxOutputLength <= 0)
    throw new Unreadable('too-large', 0, `The file unpacks to more than ${unpackedBytesMax} bytes.`)
  // Behind Snappy's bytes stands a checksum of four.
  if (codec === 'snappy')
    return unsnapped(packed.subarray(0, Math.max(0, packed.length - 4)), maxOutputLength)
  try {
    return codec === 'deflate'
      ? inflateRawSync(packed, { maxOutputLength })
      : zstdDecompressSync(packed, { maxOutputLength })
  } catch (error) {
    const large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    throw large
      ? new Unreadable('too-large', 0, `A block unpacks to more than ${maxOutputLength} bytes.`)
      : new Unreadable('syntax', 0, `A block is not what ${codec} packs.`)
  }
}

/** The fault behind an error thrown while reading; what is no fault of the bytes is thrown on. */
export function broken(error: unknown, from: number, to: number): Found {
  if (error instanceof Unreadable) return bad(from, to, error.code, error.message)
  throw error
}
