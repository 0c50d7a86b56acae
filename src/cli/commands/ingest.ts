import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { addTotals, noTotals } from '#flow/split.ts'
import { HubError } from '#model/error.ts'
import type { Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { nextChunk } from '#transports/chunks.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Intake, openIntake, sourceNamed } from '../intake.ts'
import { type Progress, startProgress } from '../progress.ts'
import { table } from '../terminal.ts'

type FileTotals = { readonly file: string; readonly totals: Totals }

export function ingestCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'ingest <source> <file...>',
    summary: 'take files of a source, as the source wrote them',
    description:
      'Takes files in the source’s own format, through the hub that runs on the data directory, or into its database when none runs. Taking a file twice does no harm: what is known is counted as duplicate.',
    examples: [
      ['ingest servers-sap orders.xml', 'one file of SAP'],
      ['ingest storage-csv drops/*.csv', 'all CSV files of a folder, in this order'],
      ['ingest carrier-fedex scans.ndjson --json', 'totals for a program'],
    ],
    run: (call, [source = '', ...files]) => ingest(call, source, files),
  })
}

async function ingest(call: Call, name: string, files: readonly string[]): Promise<ExitCode> {
  const opened = await openAll(files)
  try {
    await using intake = await openIntake(call)
    const source = sourceNamed(intake.company, name)
    const bytes = opened.reduce((sum, { size }) => sum + size, 0)
    const results: FileTotals[] = []
    {
      using progress = startProgress(call.terminal, !call.json, bytes)
      for (const file of opened) {
        const totals = await takeFile(call, intake, source, file, progress)
        results.push({ file: file.path, totals })
      }
    }
    const all = results.map(({ totals }) => totals).reduce(addTotals, noTotals())
    tell(call, intake, results, all)
    return all.quarantined + all.rejected > 0 ? exitCodes.checkFailed : exitCodes.done
  } finally {
    for (const { handle } of opened) await handle.close()
  }
}

type Opened = { readonly path: string; readonly handle: FileHandle; readonly size: number }

/** All before anything is taken, so that a wrong name does not leave half of the files done. */
async function openAll(files: readonly string[]): Promise<Opened[]> {
  const opened: Opened[] = []
  for (const path of files) {
    const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
      throw new HubError({
        code: 'FILE_UNREADABLE',
        message: `${path} cannot be opened: ${cause.code}.`,
        hint: 'Check the path. Nothing was taken.',
        cause,
      })
    })
    const found = await handle.stat()
    if (!found.isFile())
      throw new HubError({
        code: 'FILE_UNREADABLE',
        message: `${path} is no file.`,
        hint: 'Name files, not folders. Nothing was taken.',
      })
    opened.push({ path, handle, size: found.size })
  }
  return opened
}

async function takeFile(
  call: Call,
  intake: Intake,
  source: Source,
  { path, handle, size }: Opened,
  progress: Progress,
): Promise<Totals> {
  const reading = {
    format: source.format,
    options: source.formatOptions,
    file: handle,
    size,
    complete: true,
  }
  const name = basename(path)
  let totals = noTotals()
  for (let at = 0; at < size;) {
    call.terminal.signal.throwIfAborted()
    const next = await nextChunk(reading, at)
    if (next.kind === 'too-large')
      throw new HubError({
        code: 'RECEIPT_TOO_LARGE',
        message: `${path}: ${next.detail}`,
        hint: 'Split the file at record borders.',
      })
    if (next.kind === 'wait')
      throw new HubError({
        code: 'FILE_CHANGED',
        message: `${path} became shorter while it was read.`,
        hint: 'Take it again when it is whole.',
      })
    const { bytes, context, to } = next.chunk
    totals = addTotals(
      totals,
      await intake.take(source.name, bytes, { name, ...(context !== undefined && { context }) }),
    )
    progress.add(to - at, `${totals.events} events of ${name}`)
    at = to
  }
  return totals
}

const shown = ['received', 'accepted', 'duplicate', 'quarantined', 'rejected', 'events'] as const

function tell(
  { json, terminal }: Call,
  { through }: Intake,
  results: readonly FileTotals[],
  all: Totals,
): void {
  if (json) {
    terminal.out(JSON.stringify({ through, totals: all, files: results }))
    return
  }
  const rows = results.map(({ file, totals }) => [
    basename(file),
    ...shown.map((key) => String(totals[key])),
  ])
  if (results.length > 1) rows.push(['all', ...shown.map((key) => String(all[key]))])
  const lines = table([['file', ...shown], ...rows], (text, row, column) => {
    if (row === 0) return terminal.paint('dim', text)
    const trouble = (column === 4 || column === 5) && Number(text) > 0
    return trouble ? terminal.paint('warn', text) : text
  })
  for (const line of lines) terminal.out(line)
  if (all.quarantined > 0)
    terminal.out(
      terminal.paint('warn', 'Look at what is in quarantine with "orderhub quarantine list".'),
    )
}
