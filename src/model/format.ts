import type { Found } from './record.ts'

/** Options of a format as they stand in `source.yaml`, already checked by the format's own schema. */
export type FormatOptions = Readonly<Record<string, unknown>>

/**
 * A format turns bytes into records. Pure and synchronous; linear in the size of its input.
 * It never throws on bad bytes: a broken span is a `Found` with `ok: false`, and reading goes on behind it where the
 * format allows. Offsets are bytes. `read` yields at least one `Found` for any non-empty input.
 */
export type Format = {
  readonly name: string
  /** Checks options; throws a sentence that names the option and what was expected. */
  readonly options: (raw: unknown) => FormatOptions
  /**
   * How a long stream is cut into receipts: the length of the longest prefix of `bytes` that consists of whole records,
   * 0 when more bytes are needed. `null` for formats whose file is one unit.
   */
  readonly cut: null | ((bytes: Buffer, options: FormatOptions) => number)
  /** The bytes at the start of a stream that every later chunk needs as `context` (a CSV header line), as their length. */
  readonly head?: (bytes: Buffer, options: FormatOptions) => number
  readonly read: (bytes: Buffer, options: FormatOptions, context?: string) => Iterable<Found>
  /** A guess for onboarding: 0 (surely not) to 1 (surely). */
  readonly sniff: (bytes: Buffer) => number
}
