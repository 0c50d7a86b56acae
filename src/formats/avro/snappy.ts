import { cursorOf, take, Unreadable, varint } from '../protobuf/wire.ts'

/** Unpacks a block of Snappy; throws `Unreadable`. Source: google/snappy, format_description. */
export function unsnapped(packed: Buffer, bytesMax: number): Buffer {
  const cursor = cursorOf(packed)
  const size = varint(cursor)
  if (size > bytesMax)
    throw new Unreadable(
      'too-large',
      0,
      `A block unpacks to ${size} bytes, at most ${bytesMax} are read.`,
    )
  const plain = Buffer.alloc(size)
  let filled = 0
  while (cursor.at < cursor.end) {
    const tag = packed[take(cursor, 1)]!
    if ((tag & 3) === 0) {
      const extra = tag >> 2 < 60 ? 0 : (tag >> 2) - 59
      const length = (extra === 0 ? tag >> 2 : packed.readUIntLE(take(cursor, extra), extra)) + 1
      if (length > size - filled) throw broken(cursor.at)
      const from = take(cursor, length)
      filled += packed.copy(plain, filled, from, from + length)
      continue
    }
    const { length, offset } = copyOf(tag, packed, cursor)
    if (offset === 0 || offset > filled || length > size - filled) throw broken(cursor.at)
    // A copy may reach into itself, so it goes byte by byte.
    for (const end = filled + length; filled < end; filled++)
      plain[filled] = plain[filled - offset]!
  }
  if (filled !== size) throw broken(cursor.at)
  return plain
}

function copyOf(
  tag: number,
  packed: Buffer,
  cursor: ReturnType<typeof cursorOf>,
): { length: number; offset: number } {
  if ((tag & 3) === 1)
    return { length: ((tag >> 2) & 7) + 4, offset: ((tag >> 5) << 8) | packed[take(cursor, 1)]! }
  const width = (tag & 3) === 2 ? 2 : 4
  return { length: (tag >> 2) + 1, offset: packed.readUIntLE(take(cursor, width), width) }
}

function broken(at: number): Unreadable {
  return new Unreadable('syntax', at, 'A block is not what Snappy packs.')
}
