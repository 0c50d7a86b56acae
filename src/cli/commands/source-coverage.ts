/** `source coverage`: how much of what a source sends its definition understands. */
import { extname, join } from 'node:path'
import type { Command } from 'commander'
import { loadVocabulary } from '#catalog/vocabulary.ts'
import { catalogFolder } from '#flow/catalog-files.ts'
import { loadSources, readSourceFolders } from '#flow/load-sources.ts'
import { parseSafely, stopParsing } from '#flow/parse.ts'
import { formatNamed } from '#formats/registry.ts'
import { HubError } from '#model/error.ts'
import type { Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { type Coverage, coverageOf, type Share, type Unmapped } from '#onboarding/coverage.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type NamedBytes, readSampleFiles } from '../sample-files.ts'
import { printable, shorten, table } from '../terminal.ts'

const shownMax = 25

export function sourceCoverageCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'coverage <source> [file...]',
    summary: 'how much of its fields, statuses and identifiers a source maps',
    description:
      'Reads files as the source would, without touching orders: the share of fields, words of statuses and identifiers that its definition knows, and what it does not, with counts and examples. Without files its samples are read.',
    examples: [
      ['source coverage storage-csv', 'on the samples of the definition'],
      ['source coverage storage-csv drops/', 'on what it really sends'],
      [
        'source coverage fedex-track track.json --json',
        'of a definition of the catalog, for a program',
      ],
    ],
    run: (call, [name = '', ...files]) => cover(call, name, files),
  })
}

async function cover(call: Call, name: string, paths: readonly string[]): Promise<ExitCode> {
  const root = call.config().company
  const { source, samples } = await sourceNamed(root, name)
  const files = paths.length > 0 ? await readSampleFiles(paths) : samples
  if (files.length === 0)
    throw new HubError({
      code: 'NOT_FOUND',
      message: `${name} has no samples.`,
      hint: 'Name files.',
    })
  const found: Found[] = []
  try {
    for (const { bytes } of files) {
      call.terminal.signal.throwIfAborted()
      found.push(...(await parseSafely(source.format, source.formatOptions, bytes)))
    }
  } finally {
    await stopParsing()
  }
  const coverage = coverageOf(source, found, await loadVocabulary(root), Date.now())
  if (call.json)
    call.terminal.out(JSON.stringify({ source: name, files: files.length, ...coverage }))
  else tell(call, name, coverage)
  return exitCodes.done
}

/** The source of the company, else the definition of the catalog, with its samples. */
async function sourceNamed(
  root: string,
  name: string,
): Promise<{ source: Source; samples: NamedBytes[] }> {
  for (const home of [root, catalogFolder]) {
    const { sources } = await loadSources(home, formatNamed)
    const folders = await readSourceFolders(home)
    const source = sources.find((one) => one.name === name)
    const folder = folders.find(
      ({ files }) => files['source.yaml'] === source?.files['source.yaml'],
    )
    if (source === undefined || folder === undefined) continue
    const samples = Object.entries(folder.files)
      .filter(([file]) => file.startsWith('samples/') && !file.endsWith('.expected.json'))
      .map(([file, content]) => ({
        name: join(folder.folder, file),
        bytes: Buffer.from(content as string),
      }))
    return { source, samples }
  }
  throw new HubError({
    code: 'UNKNOWN_SOURCE',
    message: `There is no source ${name}.`,
    hint: `"orderhub config check" lists those of ${extname(root) === '' ? root : 'the company'}.`,
  })
}

function tell({ terminal }: Call, name: string, coverage: Coverage): void {
  const { out, paint } = terminal
  const { records, events, silent, quarantined, fields, statuses, identifiers } = coverage
  const waiting = quarantined.reduce((sum, { count }) => sum + count, 0)
  out(
    `${paint('strong', name)}: ${records} records, ${events} events, ${silent} records without event, ${waiting} to quarantine`,
  )
  const line = (what: string, { all, mapped, share }: Share): string[] => [
    what,
    `${Math.round(share * 100)} %`,
    `${mapped} of ${all}`,
  ]
  const rows = [
    line('fields', fields),
    line('statuses', statuses),
    line('identifiers', identifiers),
  ]
  for (const text of table(rows)) out(text)
  const section = (title: string, list: readonly Unmapped[]): void => {
    if (list.length === 0) return
    out('')
    out(paint('warn', title))
    const shown = list
      .slice(0, shownMax)
      .map(({ what, count, examples }) => [
        `  ${shorten(printable(what), 70)}`,
        String(count),
        shorten(printable(examples.join(', ')), 60),
      ])
    for (const text of table(shown)) out(text)
    if (list.length > shownMax) out(paint('dim', `  ${list.length - shownMax} more`))
  }
  section('fields that no expression reads', fields.unmapped)
  section('words that the terminology does not know', statuses.unmapped)
  section('numbers that are not among the identifiers', identifiers.unmapped)
  section('records that would wait in quarantine', quarantined)
}
