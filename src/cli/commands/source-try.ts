import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { type Attempt, tryFile } from '#catalog/attempt.ts'
import { type Catalog, loadCatalog } from '#catalog/catalog.ts'
import { stopParsing } from '#flow/parse.ts'
import { describeError } from '#mapping/errors.ts'
import { HubError } from '#model/error.ts'
import type { HubEvent } from '#model/event.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable, shorten } from '../terminal.ts'

type TryOptions = { readonly events?: true }

/** Printed of one file; the count is of all. */
const eventsShown = 10_000

export function sourceTryCommand(parent: Command, program: Program): void {
  declare<TryOptions>(parent, program, {
    use: 'try <file...>',
    summary: 'what the catalog makes of files, without touching orders',
    description:
      'Recognises each file by the definitions of the catalog and tells how many records and events are in it, and why records would wait in quarantine. Nothing is stored, no database is needed. A folder stands for the files below it.',
    examples: [
      ['source try track.json', 'one line: format, system, records, events'],
      ['source try drops/ --json', 'a JSON line for each file below a folder'],
      ['source try track.json --events', 'the events, as JSON lines'],
    ],
    options: [new Option('--events', 'print the events too (with --json: as "canonical")')],
    run: attempt,
  })
}

async function attempt(
  call: Call,
  paths: readonly string[],
  { events }: TryOptions,
): Promise<ExitCode> {
  const files: string[] = []
  for (const path of paths) files.push(...(await filesOf(path)))
  const catalog = await loadCatalog()
  for (const error of catalog.errors) call.terminal.err(describeError(error))
  try {
    for (const file of files) {
      call.terminal.signal.throwIfAborted()
      await tryOne(call, catalog, file, events === true)
    }
  } finally {
    await stopParsing()
  }
  return exitCodes.done
}

/** The file, or the files below a folder in the order of their paths. */
async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new HubError({
      code: 'FILE_UNREADABLE',
      message: `${path} cannot be opened: ${cause.code}.`,
      hint: 'Check the path. Nothing was tried.',
      cause,
    })
  })
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function tryOne(
  { json, terminal }: Call,
  catalog: Catalog,
  file: string,
  withEvents: boolean,
): Promise<void> {
  const shown: HubEvent[] = []
  const heard = (event: HubEvent) => {
    if (withEvents && shown.length < eventsShown) shown.push(event)
  }
  const result = await tryFile(catalog, file, Date.now(), heard)
  if (json) {
    const { format, source, records, events, quarantined, reason } = result
    const line = { file, format, source, records, events, quarantined, reason }
    terminal.out(JSON.stringify(withEvents ? { ...line, canonical: shown.map(written) } : line))
    return
  }
  const style = result.source === null ? 'warn' : result.quarantined > 0 ? 'bad' : 'good'
  terminal.out(terminal.paint(style, lineOf(file, result)))
  for (const event of shown) terminal.out(`  ${printable(JSON.stringify(written(event)))}`)
}

function lineOf(file: string, result: Attempt): string {
  const { format, source, records, events, quarantined, reason } = result
  const what = `${format ?? 'unknown format'}  ${source ?? 'unknown system'}`
  const counts = `${records} records  ${events} events  ${quarantined} quarantined`
  const why = reason === null ? '' : `  ${shorten(printable(reason), 200)}`
  return `${printable(file)}  ${what}  ${counts}${why}`
}

/** An event as people read it: instants as ISO 8601. */
function written(event: HubEvent): unknown {
  const iso = (at: number) => new Date(at).toISOString()
  const time = { ...event.time, at: iso(event.time.at) }
  return event.told === undefined ? { ...event, time } : { ...event, time, told: iso(event.told) }
}
