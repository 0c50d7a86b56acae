/** How every command is declared: a summary, examples, the options all share, and an action that returns an exit code. */
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { readConfig } from '#hub/config.ts'
import type { Config } from '#hub/config-schema.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** What an action is given besides its own arguments. */
export type Call = {
  readonly terminal: Terminal
  readonly json: boolean
  /** Reads file, environment and the flags given; throws `CONFIG_INVALID`. */
  readonly config: (flags?: Partial<Config>) => Config
  /** Progress for people: to stderr, and nothing with --json. */
  readonly log: (message: string) => void
}

export type CommonOptions = {
  readonly json?: true
  readonly data?: string
  readonly config?: string
}

export type CommandSpec<Options> = {
  /** With its arguments, as commander reads them: `order <identifier>`. */
  readonly use: string
  readonly summary: string
  readonly description?: string
  /** Command lines without the program's name, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  readonly options?: readonly Option[]
  readonly run: (
    call: Call,
    args: readonly string[],
    options: Options & CommonOptions,
  ) => Promise<ExitCode>
}

/** Shared by all commands of one run. */
export type Program = { readonly terminal: Terminal; readonly finish: (code: ExitCode) => void }

export function declare<Options>(
  parent: Command,
  program: Program,
  spec: CommandSpec<Options>,
): Command {
  const command = parent
    .command(spec.use)
    .summary(spec.summary)
    .description(spec.description ?? `${spec.summary}.`)
  for (const option of spec.options ?? []) command.addOption(option)
  command.option('--data <dir>', 'data directory (default: .data in the project)')
  command.option('--config <file>', 'settings, instead of orderhub.yaml')
  command.option('--json', 'write one JSON document to stdout, for programs')
  command.addHelpText('after', () => `\nExamples:\n${examplesText(spec.examples)}`)
  command.action(async () => {
    const options: Options & CommonOptions = command.opts()
    program.finish(await spec.run(callOf(program.terminal, options), command.args, options))
  })
  return command
}

function callOf(terminal: Terminal, { json, data, config: file }: CommonOptions): Call {
  return {
    terminal,
    json: json === true,
    config: (flags = {}) => {
      const named = data === undefined ? flags : { ...flags, data }
      return readConfig({ env: terminal.env, flags: named, ...(file !== undefined && { file }) })
    },
    log: (message) => {
      if (!json) terminal.err(terminal.paint('dim', message))
    },
  }
}

function examplesText(examples: CommandSpec<unknown>['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  return examples.map(([line, does]) => `  orderhub ${line.padEnd(width)}  ${does}`).join('\n')
}

/** For commander: a whole number between two. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max)
      return value
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  }
}

/** For commander: a time, as its ISO text or a date. */
export function moment(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Expected a time like 2026-11-22T09:00:00Z or a date.')
  return at
}
