import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { guessCsv } from '#formats/csv/guess.ts'
import { formatNamed, sniffFormat } from '#formats/registry.ts'
import { parserFailed, parseSafely, stopParsing } from '#flow/parse.ts'
import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'

/**
 * Runs the formats over payloads that others wrote: every file is understood (records are found in it) or refused with a
 * reason. `--size` does not matter: the whole is a matter of seconds.
 */
const kinds = ['01-x12', '03-sap', '04-carrier-tracking', '06-cdc', '09-csv-drops']
const samples = resolve(import.meta.dirname, '../../shared/samples')
const fileMsMax = 5_000

type Counts = { files: number; understood: number; refused: number; crashed: number }
type Outcome = {
  kind: 'understood' | 'refused' | 'crashed'
  format: string
  records: number
  faults: Fault[]
  ms: number
}

parseArgs({ options: { size: { type: 'string', default: 'full' } } })

async function main(): Promise<void> {
  if (!existsSync(samples)) {
    console.log('There is no ../shared/samples beside the project: nothing to check.')
    report({}, true)
    return
  }
  const figures: Record<string, Counts> = {}
  let slow = 0
  for (const kind of kinds) {
    const counts: Counts = { files: 0, understood: 0, refused: 0, crashed: 0 }
    for (const path of filesIn(join(samples, kind))) {
      const outcome = await check(path)
      counts.files++
      counts[outcome.kind]++
      if (outcome.ms > fileMsMax) slow++
      tell(relative(samples, path), outcome)
    }
    figures[kind] = counts
  }
  await stopParsing()
  report(figures, slow === 0 && Object.values(figures).every((counts) => counts.crashed === 0))
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.tsv')
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function check(path: string): Promise<Outcome> {
  const start = performance.now()
  try {
    const raw = readFileSync(path)
    const bytes =
      extname(path) === '.gz' ? gunzipSync(raw, { maxOutputLength: limits.receiptBytesMax }) : raw
    const { format, found } = await read(bytes)
    const faults = found.filter((one) => !one.ok).map((one) => one.fault)
    const records = found.length - faults.length
    const failed = faults.some((fault) => fault.detail.startsWith(parserFailed))
    const kind = failed || found.length === 0 ? 'crashed' : records > 0 ? 'understood' : 'refused'
    return { kind, format, records, faults, ms: performance.now() - start }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return {
      kind: 'crashed',
      format: '-',
      records: 0,
      faults: [{ code: 'syntax', detail }],
      ms: performance.now() - start,
    }
  }
}

/** As the hub would be set up for it: the likeliest format, a table's header by its look. */
async function read(bytes: Buffer): Promise<{ format: string; found: readonly Found[] }> {
  const name = sniffFormat(bytes)[0]?.name
  const format = name === undefined ? undefined : formatNamed(name)
  if (name === undefined || format === undefined) {
    const fault: Fault = { code: 'unsupported', detail: unknownFormat(bytes) }
    return { format: '-', found: [{ ok: false, from: 0, to: bytes.length, fault }] }
  }
  const options = format.options(name === 'csv' ? guessCsv(bytes) : {})
  return { format: name, found: await parseSafely(format, options, bytes) }
}

/** Formats that are not read yet, by how they begin. */
function unknownFormat(bytes: Buffer): string {
  const head = bytes
    .toString('latin1', 0, 512)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (head.startsWith('EDI_DC')) return 'A flat IDoc file: this format is not read yet.'
  if (/^UN[AB]/.test(head)) return 'EDIFACT: this format is not read yet.'
  return 'No format recognises it: neither JSON, XML nor X12, and its lines are no table with one number of columns.'
}

function tell(path: string, { kind, format, records, faults, ms }: Outcome): void {
  const first = faults[0]
  const more = faults.length > 1 ? ` (+${faults.length - 1} faults)` : ''
  const reason =
    first === undefined
      ? ''
      : `${first.code}: ${first.detail}${first.path === undefined ? '' : ` [${first.path}]`}${more}`
  console.log(
    `${kind.padEnd(10)} ${format.padEnd(11)} ${String(records).padStart(6)} ${ms.toFixed(0).padStart(5)} ms  ${path}  ${reason}`,
  )
}

function report(figures: Record<string, Counts>, pass: boolean): void {
  console.log(JSON.stringify({ name: 'check:samples', figures, pass }))
  process.exitCode = pass ? 0 : 1
}

await main()
