/** What the catalog makes of a file, without any order being touched. */
import { open, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parseSafely } from '#flow/parse.ts'
import type { HubEvent } from '#model/event.ts'
import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { nextChunk } from '#transports/chunks.ts'
import type { Catalog } from './catalog.ts'
import { proposedAttempt } from './proposed-attempt.ts'
import { type Candidate, recognise, type Recognition } from './recognise.ts'

/**
 * `source`: the definition that the file was recognised by, `proposed` when none knows it and the proposer reads it, else null. `reason`: of the first record that would
 * wait in quarantine, or why nothing could be made of the file; null when all is well.
 */
export type Attempt = {
  readonly format: string | null
  readonly source: string | null
  readonly score: number
  readonly records: number
  readonly events: number
  readonly quarantined: number
  readonly reason: string | null
}

/** Told of every event, in order. */
export type Heard = (event: HubEvent) => void

/** Tries a file of any size: a long one of a format whose records can be told apart is read in parts. Throws what reading it throws. */
export async function tryFile(
  catalog: Catalog,
  path: string,
  receivedAt: Instant,
  heard: Heard = () => undefined,
): Promise<Attempt> {
  const { size } = await stat(path)
  if (size <= limits.receiptBytesMax) {
    const bytes = await unpacked(await readFile(path))
    if (!Buffer.isBuffer(bytes)) return refused(null, bytes)
    return tryBytes(catalog, bytes, receivedAt, heard, path)
  }
  return tryLong(catalog, path, size, receivedAt, heard)
}

/** Tries bytes that were received as one. `name`: of their file, which may say what unnamed columns are. */
export async function tryBytes(
  catalog: Catalog,
  bytes: Buffer,
  receivedAt: Instant,
  heard: Heard = () => undefined,
  name = '',
): Promise<Attempt> {
  const recognition = await recognise(catalog, bytes)
  const [best] = recognition.candidates
  if (best === undefined)
    return (await proposed(name, bytes, receivedAt, heard)) ?? unknown(recognition, bytes)
  const told: HubEvent[] = []
  const tally = tallied(best, best.reading.found, receivedAt, (event) => told.push(event))
  if (best.score < looseBelow && tally.quarantined > 0) {
    // A definition for anything at all is no better than what the proposer makes of this very file.
    const heardInstead: HubEvent[] = []
    const other = await proposed(name, bytes, receivedAt, (event) => heardInstead.push(event))
    if (other !== null && other.source !== null && other.quarantined < tally.quarantined) {
      for (const event of heardInstead) heard(event)
      return other
    }
  }
  for (const event of told) heard(event)
  return tell(best, tally)
}

const looseBelow = 0.5

/** As the proposer reads it, where no definition does; null when it makes nothing of it. */
async function proposed(
  name: string,
  bytes: Buffer,
  receivedAt: Instant,
  heard: Heard,
): Promise<Attempt | null> {
  const attempt = await proposedAttempt(name, bytes)
  if (attempt === null) return null
  const { format, source, silent, why, found } = attempt
  const records = found.length
  if (source === null) {
    const quarantined = silent ? 0 : records
    const reason = silent
      ? why
      : `no-match: ${why ?? 'No definition of the catalog knows these records.'}`
    return { format, source: null, score: 0, records, events: 0, quarantined, reason }
  }
  const tally = talliedBy(source, found, receivedAt, heard)
  const reason = tally.fault === null ? null : sentence(tally.fault)
  const { events, quarantined } = tally
  return { format, source: 'proposed', score: 0, records, events, quarantined, reason }
}

type Tally = { records: number; events: number; quarantined: number; fault: Fault | null }

function tallied(
  { entry }: Candidate,
  found: readonly Found[],
  receivedAt: Instant,
  heard: Heard,
  tally?: Tally,
): Tally {
  return talliedBy(entry.source, found, receivedAt, heard, tally)
}

function talliedBy(
  source: Source,
  found: readonly Found[],
  receivedAt: Instant,
  heard: Heard,
  tally: Tally = { records: 0, events: 0, quarantined: 0, fault: null },
): Tally {
  for (const one of found) {
    const mapped = source.map(one, receivedAt)
    tally.records += 1
    if (mapped.kind === 'events') {
      tally.events += mapped.events.length
      for (const event of mapped.events) heard(event)
    } else {
      tally.quarantined += 1
      tally.fault ??= mapped.fault
    }
  }
  return tally
}

function tell({ entry, score, reading }: Candidate, tally: Tally): Attempt {
  const { records, events, quarantined, fault } = tally
  const reason = fault === null ? null : sentence(fault)
  const format = reading.format.name
  return { format, source: entry.name, score, records, events, quarantined, reason }
}

/** What nobody in the catalog knows, and what it looks like. */
function unknown({ sniffed, plain }: Recognition, bytes: Buffer): Attempt {
  if (plain === null) return refused(null, unreadable(bytes))
  const faults = plain.found.filter((one) => !one.ok)
  const records = plain.found.length
  const likely = sniffed.map(({ name, score }) => `${name} ${Math.round(score * 100)} %`).join(', ')
  const known: Fault = {
    code: 'no-match',
    detail: `No definition of the catalog knows these records (looks like ${likely}).`,
  }
  const fault = faults.length === records ? faults[0]?.fault : known
  return {
    format: plain.format.name,
    source: null,
    score: 0,
    records,
    events: 0,
    quarantined: records,
    reason: sentence(fault ?? known),
  }
}

function refused(format: string | null, fault: Fault): Attempt {
  const reason = sentence(fault)
  return { format, source: null, score: 0, records: 1, events: 0, quarantined: 1, reason }
}

function unreadable(bytes: Buffer): Fault {
  if (bytes.length === 0) return { code: 'empty', detail: 'The file is empty.' }
  const detail = 'No format of the hub recognises these bytes.'
  return { code: 'unsupported', detail }
}

function sentence({ code, detail, path }: Fault): string {
  return `${code}: ${detail}${path === undefined ? '' : ` [${path}]`}`
}

async function unpacked(bytes: Buffer): Promise<Buffer | Fault> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const maxOutputLength = limits.receiptBytesMax
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength })
  } catch (error) {
    const large = error instanceof RangeError
    const detail = large
      ? `Unpacked, the file has more than ${maxOutputLength} bytes.`
      : 'The file is packed with gzip and cannot be unpacked.'
    return { code: large ? 'too-large' : 'syntax', detail }
  }
}

async function tryLong(
  catalog: Catalog,
  path: string,
  size: number,
  receivedAt: Instant,
  heard: Heard,
): Promise<Attempt> {
  await using file = await open(path)
  const start = Buffer.alloc(limits.receiptBytesAim)
  const { bytesRead } = await file.read(start, 0, start.length, 0)
  const recognition = await recognise(catalog, start.subarray(0, bytesRead))
  const [best] = recognition.candidates
  const tooLarge: Fault = { code: 'too-large', detail: `The file has ${size} bytes.` }
  if (best === undefined) return refused(recognition.plain?.format.name ?? null, tooLarge)
  const { format, options } = best.reading
  const reading = { format, options, file, size, complete: true }
  const tally = tallied(best, [], receivedAt, heard)
  for (let at = 0; at < size;) {
    const next = await nextChunk(reading, at)
    if (next.kind !== 'chunk') {
      const fault = next.kind === 'too-large' ? { ...tooLarge, detail: next.detail } : tooLarge
      tallied(best, [{ ok: false, from: at, to: size, fault }], receivedAt, heard, tally)
      break
    }
    const { bytes, context, to } = next.chunk
    const found = await parseSafely(format, options, bytes, context)
    tallied(best, found, receivedAt, heard, tally)
    at = to
  }
  return tell(best, tally)
}
