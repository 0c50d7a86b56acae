/** What became of a source's mapping and what it may be: versions, comparison, publishing, shadow. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { readSourceFolders } from '#flow/load-sources.ts'
import { readRulings } from '#flow/rulings.ts'
import { stopParsing } from '#flow/parse.ts'
import { runningVersions } from '#flow/pins.ts'
import type { Attached } from '#hub/attach.ts'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { readShadow } from '#lifecycle/contracts.ts'
import { diffVersions } from '#lifecycle/diff.ts'
import {
  addVersion,
  compileVersion,
  listVersions,
  readVersion,
  rereadHistory,
  runVersion,
  versionBefore,
} from '#lifecycle/versions.ts'
import { HubError } from '#model/error.ts'
import type { Source } from '#model/source.ts'
import { type Call, declare, type Program, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { askHub } from '../hub-client.ts'
import { startOwnFlow } from '../own-flow.ts'
import { printable, table } from '../terminal.ts'

type Named = { readonly source: string; readonly version: number; readonly candidate: Source }
type PublishOptions = { readonly reread?: true; readonly to?: number }

const reread = new Option('--reread', 'make all orders anew, so that what came before follows too')

/** `source versions|diff|publish|rollback|shadow`. */
export function sourceLifeCommands(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'versions <source>',
    summary: 'every version of a source’s mapping, and which one runs',
    examples: [['source versions storage-csv', 'newest first']],
    run: versions,
  })
  declare(parent, program, {
    use: 'diff <source> <version-or-folder>',
    summary: 'what another version would change, over all that was received',
    description:
      'Reads every stored receipt with the version that runs and with the other one, and tells which events, orders, statuses and quarantined records would change. Nothing is written.',
    examples: [
      ['source diff storage-csv company/storage/storage-csv', 'what an edited folder would change'],
      ['source diff storage-csv 3 --json', 'a kept version, for programs'],
    ],
    run: diff,
  })
  declare<PublishOptions>(parent, program, {
    use: 'publish <source> <version-or-folder>',
    summary: 'make a version of the mapping run, from the next record on',
    examples: [
      [
        'source publish storage-csv drafts/storage-csv',
        'keeps the folder as a version and runs it',
      ],
      ['source publish storage-csv 3 --reread', 'and makes all orders anew'],
    ],
    options: [reread],
    run: publish,
  })
  declare<PublishOptions>(parent, program, {
    use: 'rollback <source>',
    summary: 'go back to an earlier version of the mapping',
    examples: [
      ['source rollback storage-csv', 'to the version that ran before'],
      ['source rollback storage-csv --to 2 --reread', 'to version 2, all orders made anew'],
    ],
    options: [
      new Option('--to <version>', 'this version').argParser(wholeNumber(1, 1_000_000)),
      reread,
    ],
    run: rollback,
  })
  declare(parent, program, {
    use: 'shadow <source>',
    summary: 'what a source with "shadow: true" told while no order learned of it',
    examples: [['source shadow storage-csv', 'per version: records, events, unknown words']],
    run: shadow,
  })
}

function open({ config, log, terminal }: Call): Promise<Reader> {
  return attachToRead({ config: config(), log, signal: terminal.signal })
}

/** The source in the version that runs, null when it never ran. */
export async function runningSource({ pool, access, company }: Reader, name: string) {
  const sources = await runningVersions(pool, access, company.sources)
  return sources.find((source) => source.name === name) ?? null
}

async function versions(call: Call, [name = '']: readonly string[]): Promise<ExitCode> {
  await using reader = await open(call)
  const running = await runningSource(reader, name)
  const items = await listVersions(reader.pool, reader.access, name)
  if (items.length === 0) throw unknownSource(name)
  const { out, paint } = call.terminal
  const runs = items.find(({ hash }) => hash === running?.mappingHash)?.version ?? 0
  if (call.json) out(JSON.stringify({ running: runs, items }))
  else {
    const rows = items.map((item) => [
      String(item.version),
      item.version === runs ? (item.shadow ? 'runs in shadow' : 'runs') : '',
      item.createdAt.slice(0, 16).replace('T', ' '),
      item.hash.slice(0, 12),
      item.kind === null ? 'by its folder' : `${item.kind} by ${printable(item.publishedBy ?? '')}`,
    ])
    const lines = table([['version', 'state', 'since', 'hash', 'how'], ...rows])
    lines.forEach((line, i) => out(i === 0 ? paint('dim', line) : line))
  }
  return exitCodes.done
}

async function diff(call: Call, [name = '', what = '']: readonly string[]): Promise<ExitCode> {
  await using reader = await open(call)
  const { pool, access, views } = reader
  const candidate = await candidateOf(reader, name, what)
  const current = await runningSource(reader, name)
  const { voided } = (await readRulings(pool, access)).current
  let told = 0
  const progress = (done: number, total: number) => {
    call.terminal.signal.throwIfAborted()
    if (done - told < Math.max(200, total / 20)) return
    told = done
    call.log(`read ${done} of ${total} receipts`)
  }
  try {
    const context = { pool, access, trustOf: views.trustOf, voided }
    const found = await diffVersions(context, current, candidate, progress)
    const { out, paint } = call.terminal
    if (call.json) out(JSON.stringify(found))
    else {
      out(paint('strong', found.sentence))
      for (const { from, to, orders } of found.orders.statuses)
        out(`  ${orders} orders: ${from} becomes ${to}`)
      for (const { id, label, from, to } of found.orders.examples)
        out(paint('dim', `  ${id} ${printable(label)}: ${from} becomes ${to}`))
      for (const { code, records } of found.quarantine.reasons)
        out(paint('bad', `  ${records} records would wait in quarantine: ${code}`))
      for (const { word, times } of found.unknownWords)
        out(paint('warn', `  ${times} times the unknown word "${printable(word)}"`))
    }
    return exitCodes.done
  } finally {
    await stopParsing()
  }
}

/** A number is a kept version; anything else a folder with a source.yaml. */
async function candidateOf(reader: Reader, name: string, what: string): Promise<Source> {
  if (/^\d{1,7}$/.test(what)) {
    const files = await readVersion(reader.pool, reader.access, name, Number(what))
    return compileVersion(name, files)
  }
  return compileVersion(name, await folderFiles(what))
}

async function folderFiles(folder: string): Promise<Record<string, string>> {
  await readFile(join(folder, 'source.yaml')).catch((cause: NodeJS.ErrnoException) => {
    throw new HubError({
      code: 'FILE_UNREADABLE',
      message: `${folder} is no version and has no source.yaml: ${cause.code}.`,
      hint: 'Name a version of "orderhub source versions", or a folder with a definition.',
      cause,
    })
  })
  const folders = await readSourceFolders(folder)
  const own = folders.find((one) => one.folder === '')
  const texts = Object.entries(own?.files ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && isDefinition(entry[0]),
  )
  return Object.fromEntries(texts)
}

function isDefinition(name: string): boolean {
  return name === 'source.yaml' || name === 'terms.csv' || name.startsWith('catalog/')
}

async function publish(
  call: Call,
  [name = '', what = '']: readonly string[],
  options: PublishOptions,
): Promise<ExitCode> {
  await using reader = await open(call)
  const candidate = await candidateOf(reader, name, what)
  const { hub } = reader.attached
  if (hub !== undefined) {
    const ask = <T>(path: string, body: object) => askToRun<T>(call, hub, name, path, body)
    const { version } = await ask<{ version: number }>('versions', { files: candidate.files })
    return tell(call, await ask('publish', { version, reread: options.reread === true }))
  }
  return await withFlow(
    call,
    reader,
    options,
    async (flow) => {
      const version = await addVersion(flow, candidate, Date.now())
      return { source: name, version, candidate }
    },
    'published',
  )
}

async function rollback(
  call: Call,
  [name = '']: readonly string[],
  options: PublishOptions,
): Promise<ExitCode> {
  await using reader = await open(call)
  const { hub } = reader.attached
  if (hub !== undefined) {
    const body = { ...(options.to && { version: options.to }), reread: options.reread === true }
    return tell(call, await askToRun(call, hub, name, 'rollback', body))
  }
  return await withFlow(
    call,
    reader,
    options,
    async (flow) => {
      const version = options.to ?? (await versionBefore(flow, name))
      if (version === null) throw unknownSource(name)
      const files = await readVersion(flow.pool, flow.access, name, version)
      return { source: name, version, candidate: compileVersion(name, files) }
    },
    'rolled-back',
  )
}

function askToRun<T>(
  { terminal }: Call,
  hub: NonNullable<Attached['hub']>,
  name: string,
  action: string,
  body: object,
): Promise<T> {
  return askHub<T>(hub, {
    method: 'POST',
    path: `/v1/sources/${encodeURIComponent(name)}/${action}`,
    type: 'application/json',
    body: JSON.stringify(body),
    signal: terminal.signal,
  })
}

type OwnFlow = Awaited<ReturnType<typeof startOwnFlow>>

async function withFlow(
  call: Call,
  reader: Reader,
  options: PublishOptions,
  choose: (flow: OwnFlow) => Promise<Named>,
  kind: 'published' | 'rolled-back',
): Promise<ExitCode> {
  const { attached, company } = reader
  await using flow = await startOwnFlow(attached, company)
  const { source, version } = await choose(flow)
  await runVersion(flow, { source, version, kind, by: 'orderhub', at: Date.now() })
  if (options.reread !== true) return tell(call, { source, version, reread: null })
  const { rebuilt, replayed, left } = await rereadHistory(flow, attached.owner, source, call.log)
  const { orders, events, seconds } = rebuilt
  return tell(call, { source, version, reread: { orders, events, seconds, replayed, left } })
}

type Told = {
  readonly source: string
  readonly version: number
  readonly reread: {
    orders: number
    events: number
    seconds: number
    replayed: number
    left: number
  } | null
}

function tell({ terminal, json }: Call, told: Told): ExitCode {
  if (json) terminal.out(JSON.stringify(told))
  else {
    const { source, version, reread: done } = told
    terminal.out(terminal.paint('good', `${source} runs version ${version}.`))
    if (done !== null)
      terminal.out(
        `Read again: ${done.events} events, ${done.orders} orders; ${done.replayed} records left quarantine, ${done.left} stay.`,
      )
  }
  return exitCodes.done
}

async function shadow(call: Call, [name = '']: readonly string[]): Promise<ExitCode> {
  await using reader = await open(call)
  const running = await runningSource(reader, name)
  if (running === null) throw unknownSource(name)
  const items = await readShadow(reader.pool, reader.access, name)
  const { out, paint } = call.terminal
  if (call.json) {
    out(JSON.stringify({ shadow: running.shadow, items }))
    return exitCodes.done
  }
  out(paint('strong', running.shadow ? `${name} runs in shadow.` : `${name} is no shadow.`))
  for (const item of items) {
    out(
      `version ${item.version}: ${item.records} records, ${item.events} events, ${item.quarantined} would wait in quarantine`,
    )
    for (const [milestone, times] of Object.entries(item.milestones))
      out(paint('dim', `  ${times} ${milestone}`))
    for (const { word, times } of item.unknownWords)
      out(paint('warn', `  ${times} times the unknown word "${printable(word)}"`))
  }
  return exitCodes.done
}

export function unknownSource(name: string): HubError {
  return new HubError({
    code: 'NOT_FOUND',
    message: `There is no source ${printable(name)}, or no version of it.`,
    hint: '"orderhub config check" lists the sources.',
  })
}
