/** Milliseconds since 1970-01-01T00:00:00Z. Always an argument, never ambient. */
export type Instant = number

/**
 * How sure we are of the instant behind a source's text:
 * `instant` the text carried an offset; `zoned` local time, zone known from the record or the source's definition;
 * `local` local time of an unknown zone (read as UTC); `date` a day without a time (read as noon UTC of that day).
 */
export type ZoneCertainty = 'instant' | 'zoned' | 'local' | 'date'

/** A time as a source told it: our reading, its text, and how far to trust the zone. */
export type SourceTime = {
  readonly at: Instant
  readonly text: string
  readonly certainty: ZoneCertainty
  readonly zone?: string
}
