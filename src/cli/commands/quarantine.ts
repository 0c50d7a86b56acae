import { type Command, Option } from 'commander'
import { discardQuarantined, replayQuarantined } from '#flow/quarantine.ts'
import { createParseOnce } from '#flow/second-chance/selection.ts'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'
import { listQuarantine, type QuarantineRow, readQuarantined } from '#views/quarantine.ts'
import { type Call, declare, type Program, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { askHub } from '../hub-client.ts'
import { startOwnFlow } from '../own-flow.ts'
import { counted, startProgress } from '../progress.ts'
import { secondChanceCommands } from './second-chance.ts'
import { printable, shorten, table } from '../terminal.ts'

type Filter = {
  readonly cause?: string
  readonly status?: string
  readonly source?: string
  readonly code?: string
  readonly limit?: number
}
type Chosen = {
  readonly source?: string
  readonly code?: string
  readonly cause?: string
  readonly all?: true
}
type Settled = {
  readonly id: string
  readonly status: string
  readonly events: number
  readonly detail?: string
}

const filterOptions = [
  new Option('--source <name>', 'only of this source'),
  new Option('--code <code>', 'only with this reason, e.g. no-match'),
  new Option('--cause <fingerprint>', 'only of this cause, as "quarantine causes" shows it'),
]

/** `quarantine list|show|replay|discard|causes|try|edit`. */
export function quarantineCommands(parent: Command, program: Program): void {
  const quarantine = parent
    .command('quarantine')
    .summary('records that could not be taken: look, replay, discard')
    .description(
      'Records that could not be taken, with the reason and the bytes; nothing is ever lost.',
    )
  declare<Filter>(quarantine, program, {
    use: 'list',
    summary: 'newest first',
    examples: [
      ['quarantine list', 'open records'],
      ['quarantine list --source servers-sap --code bad-time', 'of one source, with one reason'],
    ],
    options: [
      new Option('--status <status>', 'open, replayed, discarded, edited or any')
        .choices(['open', 'replayed', 'discarded', 'edited', 'any'])
        .default('open'),
      ...filterOptions,
      new Option('--limit <rows>', 'rows at most')
        .argParser(wholeNumber(1, limits.pageRowsMax))
        .default(limits.pageRowsDefault),
    ],
    run: list,
  })
  declare(quarantine, program, {
    use: 'show <id>',
    summary: 'one record with its reason and bytes',
    examples: [['quarantine show 12', 'the record as it was received']],
    run: show,
  })
  declare<Chosen>(quarantine, program, {
    use: 'replay [id...]',
    summary: 'read records again with today’s mapping',
    examples: [
      ['quarantine replay 12 13', 'two records'],
      [
        'quarantine replay --source servers-sap',
        'all open ones of a source, after its mapping was repaired',
      ],
    ],
    options: [...filterOptions, new Option('--all', 'every open record')],
    run: (call, ids, options) => settle(call, ids, options, 'replay'),
  })
  declare<Chosen>(quarantine, program, {
    use: 'discard [id...]',
    summary: 'give records up; their bytes are kept',
    examples: [['quarantine discard 12', 'one record']],
    options: [...filterOptions, new Option('--all', 'every open record')],
    run: (call, ids, options) => settle(call, ids, options, 'discard'),
  })
  secondChanceCommands(quarantine, program)
}

async function list(
  call: Call,
  _args: readonly string[],
  { status, source, code, cause, limit }: Filter,
): Promise<ExitCode> {
  await using reader = await open(call)
  const filter = {
    ...(status !== 'any' && { status: status! }),
    ...(source && { source }),
    ...(code && { code }),
    ...(cause && { cause }),
    limit: limit!,
  }
  const page = await listQuarantine(reader.views, reader.access, filter)
  const { out, paint, width } = call.terminal
  if (call.json) out(JSON.stringify(page))
  else if (page.items.length === 0) out(paint('good', 'Nothing is there.'))
  else {
    const rows = page.items.map((item) => [
      item.id,
      item.receivedAt.slice(0, 16).replace('T', ' '),
      item.source,
      item.code,
      item.status,
    ])
    const lines = table([['id', 'received', 'source', 'reason', 'state'], ...rows])
    lines.forEach((line, i) => {
      const item = page.items[i - 1]
      const rest =
        item === undefined
          ? 'what is wrong'
          : printable(`${item.detail}${item.path === '' ? '' : ` (${item.path})`}`)
      const text = shorten(`${line}  ${rest}`, width)
      out(i === 0 ? paint('dim', text) : text)
    })
    if (page.next !== null)
      out(paint('dim', 'There are more: raise --limit or narrow with --source and --code.'))
  }
  return exitCodes.done
}

async function show(call: Call, [id = '']: readonly string[]): Promise<ExitCode> {
  await using reader = await open(call)
  const found = await readQuarantined(reader.views, reader.access, idOf(id))
  if (found === null) throw unknown(id)
  const { out, paint } = call.terminal
  if (call.json) {
    out(JSON.stringify(found))
    return exitCodes.done
  }
  out(
    `${paint('strong', `${found.source} ${found.code}`)}  ${found.status}, received ${found.receivedAt}, mapping version ${found.mappingVersion}`,
  )
  out(
    paint('warn', printable(found.detail)) +
      (found.path === '' ? '' : `  at ${printable(found.path)}`),
  )
  out(
    paint(
      'dim',
      `receipt ${found.receipt}${found.name === null ? '' : ` (${printable(found.name)})`}, bytes ${found.from} to ${found.to}`,
    ),
  )
  if (found.context) out(paint('dim', printable(found.context.trimEnd())))
  for (const line of found.text.split(/\r?\n/)) out(printable(line))
  if (found.truncated) out(paint('dim', '... the rest is in the database'))
  return exitCodes.done
}

async function settle(
  call: Call,
  named: readonly string[],
  chosen: Chosen,
  action: 'replay' | 'discard',
): Promise<ExitCode> {
  await using reader = await open(call)
  const ids = named.length > 0 ? named : await choose(reader, chosen)
  const settled: Settled[] = []
  await using stack = new AsyncDisposableStack()
  const { hub } = reader.attached
  const settleOne =
    hub === undefined ? await byOwnFlow(reader, stack, action) : byHub(call, reader, action)
  {
    using progress = startProgress(call.terminal, !call.json, ids.length, counted)
    for (const id of ids) {
      call.terminal.signal.throwIfAborted()
      settled.push(await settleOne(id))
      progress.add(1, action)
    }
  }
  const left = settled.filter(({ status }) => status === 'open')
  if (call.json) call.terminal.out(JSON.stringify({ settled }))
  else {
    for (const { id, status, events, detail } of settled) {
      const what =
        detail === undefined
          ? `${status}${action === 'replay' ? `, ${events} events` : ''}`
          : `stays: ${printable(detail)}`
      call.terminal.out(`${id}  ${what}`)
    }
    call.terminal.out(`${settled.length - left.length} of ${settled.length} settled.`)
  }
  return left.length > 0 ? exitCodes.checkFailed : exitCodes.done
}

/** Open records that fit; refuses to take "none named" for "all". */
async function choose(reader: Reader, chosen: Chosen): Promise<string[]> {
  const { source, code, cause, all } = chosen
  if (all !== true && source === undefined && code === undefined && cause === undefined)
    throw new HubError({
      code: 'ARGUMENT_INVALID',
      message: 'No record is named.',
      hint: 'Give ids, or --source, --code, --cause or --all.',
    })
  const items: QuarantineRow[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const filter = {
      status: 'open',
      limit: limits.pageRowsMax,
      ...(source && { source }),
      ...(code && { code }),
      ...(cause && { cause }),
      ...(cursor && { cursor }),
    }
    const page = await listQuarantine(reader.views, reader.access, filter)
    items.push(...page.items)
    cursor = page.next
  }
  // Oldest first, as they came.
  return items.map(({ id }) => id).toReversed()
}

type SettleOne = (id: string) => Promise<Settled>

async function byOwnFlow(
  { attached, company }: Reader,
  stack: AsyncDisposableStack,
  action: 'replay' | 'discard',
): Promise<SettleOne> {
  const flow = stack.use(await startOwnFlow(attached, company))
  if (action === 'discard')
    return async (id) => {
      const done = await discardQuarantined(flow, idOf(id), Date.now())
      if (!done) throw unknown(id)
      return { id, status: 'discarded', events: 0 }
    }
  const parse = createParseOnce()
  return async (id) => {
    const done = await replayQuarantined(flow, idOf(id), Date.now(), parse)
    switch (done.kind) {
      case 'replayed':
        return { id, status: 'replayed', events: done.events }
      case 'settled':
        return { id, status: done.state, events: 0 }
      case 'quarantined':
        return { id, status: 'open', events: 0, detail: `${done.fault.code}: ${done.fault.detail}` }
      case 'unknown':
        throw unknown(id)
    }
  }
}

function byHub({ terminal }: Call, { attached }: Reader, action: 'replay' | 'discard'): SettleOne {
  return async (id) => {
    const path = `/v1/quarantine/${idOf(id)}/${action}`
    try {
      return await askHub<Settled>(attached.hub!, { method: 'POST', path, signal: terminal.signal })
    } catch (error) {
      if (error instanceof HubError && error.code === 'STILL_QUARANTINED')
        return { id, status: 'open', events: 0, detail: error.message }
      throw error
    }
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

function unknown(id: string): HubError {
  return new HubError({
    code: 'NOT_FOUND',
    message: `There is no open record ${id} in quarantine.`,
    hint: '"orderhub quarantine list --status any" shows all.',
  })
}
