/** Quarantine as work: what is wrong with how many, a fix tried without writing, a record repaired by hand. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { stopParsing } from '#flow/parse.ts'
import { dryRun } from '#flow/second-chance/dry-run.ts'
import { editQuarantined } from '#flow/second-chance/edit.ts'
import { compileGiven } from '#flow/second-chance/given-mapping.ts'
import { choose } from '#flow/second-chance/selection.ts'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { HubError } from '#model/error.ts'
import type { Source } from '#model/source.ts'
import { listCauses } from '#views/causes.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { askHub } from '../hub-client.ts'
import { startOwnFlow } from '../own-flow.ts'
import { counted, startProgress } from '../progress.ts'
import { printable, shorten, table } from '../terminal.ts'

type Named = { readonly source?: string; readonly code?: string; readonly cause?: string }
type Trying = Named & { readonly mapping?: string }

const source = () => new Option('--source <name>', 'only of this source')
const code = () => new Option('--code <code>', 'only with this reason, e.g. no-match')
const cause = () =>
  new Option('--cause <fingerprint>', 'only of this cause, as "quarantine causes" shows it')

/** `quarantine causes|try|edit`. */
export function secondChanceCommands(quarantine: Command, program: Program): void {
  declare<Named>(quarantine, program, {
    use: 'causes',
    summary: 'why records wait: one line a cause, the most frequent first',
    examples: [['quarantine causes --source servers-sap', 'what to repair in one source']],
    options: [source(), code()],
    run: causes,
  })
  declare<Trying>(quarantine, program, {
    use: 'try [id...]',
    summary: 'what the definitions on disk would make of waiting records; nothing is written',
    description:
      'Reads open records again with the definitions as they are on disk now, or with the one in a folder, and tells how many would heal and why others would not. Nothing is written.',
    examples: [
      ['quarantine try --cause 3f2a90c17be04d55', 'one cause, after its terms.csv was repaired'],
      ['quarantine try --mapping drafts/servers-sap', 'the records of that source, with a draft'],
    ],
    options: [
      source(),
      code(),
      cause(),
      new Option('--mapping <folder>', 'a folder with source.yaml and terms.csv'),
    ],
    run: attempt,
  })
  declare(quarantine, program, {
    use: 'edit <id> <file>',
    summary: 'take a repaired copy of a record; the original stays as it was received',
    examples: [['quarantine edit 12 repaired.json', 'the file holds the record, repaired']],
    run: edit,
  })
}

async function causes(
  call: Call,
  _args: readonly string[],
  { source: named, code: reason }: Named,
): Promise<ExitCode> {
  await using reader = await open(call)
  const filter = { ...(named && { source: named }), ...(reason && { code: reason }) }
  const items = await listCauses(reader.views, reader.access, filter)
  const { out, paint, width } = call.terminal
  if (call.json) out(JSON.stringify({ items }))
  else if (items.length === 0) out(paint('good', 'Nothing waits.'))
  else {
    const rows = items.map((item) => [
      counted(item.count),
      item.source,
      item.code,
      item.firstAt.slice(0, 16).replace('T', ' '),
      item.lastAt.slice(0, 16).replace('T', ' '),
      item.example,
      item.cause,
      printable(`${item.detail}${item.path === '' ? '' : ` (${item.path})`}`),
    ])
    const head = [
      'records',
      'source',
      'reason',
      'first',
      'last',
      'example',
      'cause',
      'what is wrong',
    ]
    for (const [i, line] of table([head, ...rows]).entries())
      out(i === 0 ? paint('dim', line) : shorten(line, width))
  }
  return exitCodes.done
}

async function attempt(
  call: Call,
  ids: readonly string[],
  { mapping: folder, source: named, code: reason, cause: fingerprint }: Trying,
): Promise<ExitCode> {
  await using reader = await open(call)
  const mapping = folder === undefined ? undefined : await readMapping(folder)
  const sources = new Map(reader.company.sources.map((one) => [one.name, one]))
  if (mapping !== undefined) sources.set(mapping.name, mapping)
  const only = named ?? mapping?.name
  const selection = {
    ...(ids.length > 0 && { ids: ids.map(idOf) }),
    ...(only && { source: only }),
    ...(reason && { code: reason }),
    ...(fingerprint && { cause: fingerprint }),
  }
  const reach = { pool: reader.pool, access: reader.access }
  const total = (await choose(reach, selection)).length
  using progress = startProgress(call.terminal, !call.json, total, counted)
  const done = await dryRun(reach, selection, {
    sourceNamed: (name) => sources.get(name),
    signal: call.terminal.signal,
    onProgress: () => progress.add(1, 'nothing is written'),
  }).finally(stopParsing)
  const { out, paint } = call.terminal
  if (call.json) out(JSON.stringify(done))
  else {
    const { tried, healed, events, failing } = done
    out(`${counted(healed)} of ${counted(tried)} would heal and give ${counted(events)} events.`)
    for (const each of failing)
      out(
        `${paint('warn', counted(each.count))}  ${each.source} ${each.code}: ${printable(each.detail)}, e.g. ${each.example}`,
      )
  }
  return done.failing.length > 0 ? exitCodes.checkFailed : exitCodes.done
}

async function readMapping(folder: string): Promise<Source> {
  const files: Record<string, string> = {}
  for (const name of ['source.yaml', 'terms.csv']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) files[name] = text
  }
  const given = await compileGiven(files)
  if (given.ok) return given.source
  throw new HubError({
    code: 'SOURCES_INVALID',
    message: `The definition in ${folder} cannot be used: ${given.errors.join('; ')}`,
    hint: 'Repair it; "orderhub config check" checks those of the company.',
  })
}

type Answer = { readonly receipt: number; readonly totals: { readonly events: number } }

async function edit(call: Call, [id = '', file = '']: readonly string[]): Promise<ExitCode> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const message = `${file} cannot be opened: ${cause.code}.`
    throw new HubError({ code: 'FILE_UNREADABLE', message, hint: 'Check the path.', cause })
  })
  const key = idOf(id)
  await using reader = await open(call)
  const { hub } = reader.attached
  const answer: Answer =
    hub === undefined
      ? await editHere(reader, key, bytes)
      : await askHub<Answer>(hub, {
          method: 'POST',
          path: `/v1/quarantine/${key}/edit`,
          body: bytes,
          type: 'application/octet-stream',
          signal: call.terminal.signal,
        })
  const { receipt, totals } = answer
  if (call.json) call.terminal.out(JSON.stringify({ id, receipt, totals }))
  else call.terminal.out(`${id}  edited: receipt ${receipt}, ${totals.events} new events`)
  return exitCodes.done
}

async function editHere(
  { attached, company }: Reader,
  key: number,
  bytes: Buffer,
): Promise<Answer> {
  await using flow = await startOwnFlow(attached, company)
  const done = await editQuarantined(flow, key, bytes, Date.now())
  switch (done.kind) {
    case 'edited':
      return done
    case 'quarantined':
      throw new HubError({
        code: 'STILL_QUARANTINED',
        message: `The copy would be refused: ${done.fault.code}: ${done.fault.detail}`,
        hint: 'Nothing was taken: repair the copy further.',
      })
    case 'settled':
    case 'busy':
    case 'unknown':
      throw new HubError({
        code: 'NOT_FOUND',
        message: `There is no open record ${key} in quarantine.`,
        hint: '"orderhub quarantine list --status any" shows all.',
      })
  }
}

function open({ config, log, terminal }: Call): Promise<Reader> {
  return attachToRead({ config: config(), log, signal: terminal.signal })
}

function idOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new HubError({
    code: 'ARGUMENT_INVALID',
    message: `"${printable(text)}" is no id of a quarantined record.`,
    hint: '"orderhub quarantine list" shows them.',
  })
}
