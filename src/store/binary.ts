/**
 * PostgreSQL's binary array format, written by hand: `pg` sends a Buffer parameter as it is, in binary format, which
 * measures half the cost of text arrays on both sides. Source: src/backend/utils/adt/arrayfuncs.c, array_recv:
 * int32 dimensions, int32 has-nulls, int32 element oid, int32 length, int32 lower bound, then per element int32 length
 * (-1 for null) and its bytes.
 */

const oids = {
  int4: 23,
  int8: 20,
  text: 25,
  json: 114,
  bytea: 17,
  uuid: 2950,
  timestamptz: 1184,
  bool: 16,
} as const

/** Microseconds between 1970-01-01 and 2000-01-01, PostgreSQL's epoch. */
const epochShiftMs = 946_684_800_000

/** One column of a statement that inserts or updates many rows; append values, then `take` the parameter. */
export class BinaryColumn {
  #buffer: Buffer
  #end = 20
  #count = 0
  #oid: number

  constructor(type: keyof typeof oids, bytes = 4096) {
    this.#buffer = Buffer.allocUnsafe(bytes)
    this.#oid = oids[type]
  }

  get count(): number {
    return this.#count
  }

  /** The parameter for `$n::type[]`; the column is empty again afterwards. */
  take(): Buffer {
    const b = this.#buffer
    b.writeInt32BE(this.#count === 0 ? 0 : 1, 0)
    b.writeInt32BE(1, 4)
    b.writeInt32BE(this.#oid, 8)
    b.writeInt32BE(this.#count, 12)
    b.writeInt32BE(1, 16)
    const taken = Buffer.from(b.subarray(0, this.#count === 0 ? 12 : this.#end))
    this.#end = 20
    this.#count = 0
    return taken
  }

  null(): void {
    this.#room(4)
    this.#buffer.writeInt32BE(-1, this.#end)
    this.#end += 4
    this.#count++
  }

  int4(value: number): void {
    this.#room(8)
    this.#buffer.writeInt32BE(4, this.#end)
    this.#buffer.writeInt32BE(value, this.#end + 4)
    this.#end += 8
    this.#count++
  }

  /** An integer up to 2^53. */
  int8(value: number): void {
    this.#room(12)
    this.#buffer.writeInt32BE(8, this.#end)
    this.#wide(value, this.#end + 4)
    this.#end += 12
    this.#count++
  }

  /** Milliseconds since 1970. */
  time(value: number): void {
    this.int8((value - epochShiftMs) * 1000)
  }

  bool(value: boolean): void {
    this.#room(5)
    this.#buffer.writeInt32BE(1, this.#end)
    this.#buffer[this.#end + 4] = value ? 1 : 0
    this.#end += 5
    this.#count++
  }

  /** Text or JSON. */
  text(value: string): void {
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    this.#room(4 + value.length * 3)
    const written = this.#buffer.write(value, this.#end + 4)
    this.#buffer.writeInt32BE(written, this.#end)
    this.#end += 4 + written
    this.#count++
  }

  bytes(value: Uint8Array): void {
    this.#room(4 + value.length)
    this.#buffer.writeInt32BE(value.length, this.#end)
    this.#buffer.set(value, this.#end + 4)
    this.#end += 4 + value.length
    this.#count++
  }

  /** A uuid as 32 hex digits. */
  uuid(hex: string): void {
    this.#room(20)
    this.#buffer.writeInt32BE(16, this.#end)
    this.#buffer.write(hex, this.#end + 4, 16, 'hex')
    this.#end += 20
    this.#count++
  }

  /** A uuid as 16 Latin-1 characters, the cheapest text form of 16 bytes. */
  uuidLatin1(text: string): void {
    this.#room(20)
    this.#buffer.writeInt32BE(16, this.#end)
    this.#buffer.write(text, this.#end + 4, 16, 'latin1')
    this.#end += 20
    this.#count++
  }

  #wide(value: number, at: number): void {
    const high = Math.floor(value / 4_294_967_296)
    this.#buffer.writeInt32BE(high, at)
    this.#buffer.writeUInt32BE(value - high * 4_294_967_296, at + 4)
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes))
    this.#buffer.copy(grown, 0, 0, this.#end)
    this.#buffer = grown
  }
}
