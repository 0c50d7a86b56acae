import { type Command, Option } from 'commander'
import type { Change, Committed } from '#flow/changes.ts'
import { runningHub } from '#hub/announcement.ts'
import { HubError } from '#model/error.ts'
import { type Call, declare, type Program, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { statusText } from '../order-text.ts'
import { readServerSentEvents } from '../server-sent-events.ts'
import { printable } from '../terminal.ts'
import { noHub } from './login.ts'

type Options = { readonly count?: number; readonly source?: string }

export function tailCommand(parent: Command, program: Program): void {
  declare<Options>(parent, program, {
    use: 'tail',
    summary: 'orders as they change, live',
    examples: [
      ['tail', 'until Ctrl-C'],
      [
        'tail --source carrier-fedex --count 20 --json',
        'the next 20 of one source, an object a line',
      ],
    ],
    options: [
      new Option('--count <changes>', 'end after this many').argParser(wholeNumber(1, 1_000_000)),
      new Option('--source <name>', 'only changes by this source'),
    ],
    run: tail,
  })
}

async function tail(
  { config: read, json, terminal }: Call,
  _args: readonly string[],
  { count = Infinity, source }: Options,
): Promise<ExitCode> {
  const hub = await runningHub(read().data)
  if (hub === undefined) throw noHub(read().data)
  const headers = { authorization: `Bearer ${hub.key}`, accept: 'text/event-stream' }
  const done = new AbortController()
  const signal = AbortSignal.any([terminal.signal, done.signal])
  const answer = await fetch(new URL('/v1/live', hub.url), { headers, signal })
  if (!answer.ok || answer.body === null)
    throw new HubError({ code: `HTTP_${answer.status}`, message: 'The hub refused the live feed.' })
  let shown = 0
  try {
    for await (const { event, data } of readServerSentEvents(answer.body)) {
      if (event !== 'orders') continue
      for (const change of (JSON.parse(data) as Pick<Committed, 'changes'>).changes) {
        if (source !== undefined && change.source !== source) continue
        terminal.out(json ? JSON.stringify(change) : line(change, terminal))
        if (++shown >= count) return exitCodes.done
      }
    }
    throw new HubError({
      code: 'HUB_GONE',
      message: 'The hub closed the live feed.',
      hint: 'It was stopped, or its key was revoked.',
    })
  } catch (error) {
    if (terminal.signal.aborted) return exitCodes.done
    throw error
  } finally {
    done.abort()
  }
}

function line(change: Change, { paint }: Call['terminal']): string {
  const { at, id, label, status, companies, source, milestone } = change
  const state = statusText(status, (style, text) => paint(style, text.padEnd(19)))
  const what = milestone === undefined ? '' : `${milestone} ${paint('dim', `by ${source}`)}`
  return `${paint('dim', at.slice(11, 19))}  ${id}  ${state}  ${printable(label).padEnd(22)}  ${what}  ${paint('dim', companies.join(', '))}`
}
