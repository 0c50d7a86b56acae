import type { Command } from 'commander'
import { Option } from 'commander'
import type { Config } from '#hub/config-schema.ts'
import { configKeys, defaultOf, describe, flagOf } from '#hub/config-schema.ts'
import { valueOf } from '#hub/config.ts'
import { type Hub, startHub } from '#hub/start.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { onHalt } from '../interrupt.ts'
import { boxed } from '../box.ts'

export function startCommand(parent: Command, program: Program): void {
  declare<Partial<Config>>(parent, program, {
    use: 'start',
    summary: 'start the hub: database, API, page, and the demo company',
    description:
      'Starts PostgreSQL, the API and the page on one address, and prints a link that logs you in. Ctrl-C stops all of it; a second one at once. Settings: docs/reference/configuration.md.',
    examples: [
      ['start', 'everything, with the demo company'],
      ['start --no-demo --data /var/lib/orderhub', 'an empty hub with its data there'],
      ['start --port 0 --json', 'any free port; the address as JSON'],
    ],
    options: configKeys
      .filter((key) => key !== 'data')
      .map((key) => {
        const takesValue = typeof defaultOf(key) !== 'boolean'
        const option = new Option(`${flagOf(key)}${takesValue ? ' <value>' : ''}`, describe(key))
        return takesValue ? option.argParser((text) => valueOf(key, text)) : option
      }),
    run: start,
  })
}

async function start(
  call: Call,
  _args: readonly string[],
  options: Partial<Config>,
): Promise<ExitCode> {
  const { terminal } = call
  const begun = performance.now()
  const log = (message: string) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    terminal.err(`${terminal.paint('dim', `${seconds.padStart(6)} s`)}  ${message}`)
  }
  let running: Hub | undefined
  using _halting = onHalt(() => running?.database.halt())
  {
    await using hub = await startHub({
      ...call.config(flagsOf(options)),
      log,
      signal: terminal.signal,
    })
    running = hub
    tell(call, hub)
    await Promise.race([aborted(terminal.signal), hub.failed])
    log('stopping: what was taken is being committed (Ctrl-C again to stop at once)')
  }
  log('stopped')
  return exitCodes.done
}

/** Commander sets what has `--no-...` to true when it was not given; only what was given counts as a flag. */
function flagsOf(options: Partial<Config>): Partial<Config> {
  const given = configKeys.filter((key) => options[key] !== undefined && options[key] !== true)
  return Object.fromEntries(given.map((key) => [key, options[key]]))
}

function tell({ json, terminal }: Call, hub: Hub): void {
  const entry = hub.createEntry()
  if (json) {
    terminal.out(
      JSON.stringify({
        url: hub.url,
        entry,
        examples: hub.examples,
        pid: process.pid,
        data: hub.config.data,
      }),
    )
    return
  }
  const { paint } = terminal
  const tries = hub.examples.map(
    ({ label, value }) => `  ${label.padEnd(12)} ${paint('strong', value)}`,
  )
  const lines = [
    'The hub is up. Open this link, it logs you in once:',
    '',
    `  ${paint('accent', entry)}`,
    '',
    ...(tries.length > 0 ? ['Paste one of these into the search box:', '', ...tries, ''] : []),
    paint('dim', 'A new link: ./orderhub login     Stop: Ctrl-C'),
  ]
  for (const line of boxed(lines)) terminal.out(line)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
