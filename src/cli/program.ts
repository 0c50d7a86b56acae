/** All commands of `orderhub`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { project } from '#hub/config.ts'
import type { Program } from './command.ts'
import { acksCommands } from './commands/acks.ts'
import { backupCommand } from './commands/backup.ts'
import { benchCommand } from './commands/bench.ts'
import { configCommands } from './commands/config.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { feedsCommand } from './commands/feeds.ts'
import { ingestCommand } from './commands/ingest.ts'
import { keysCommands } from './commands/keys.ts'
import { loginCommand } from './commands/login.ts'
import { orderCommand } from './commands/order.ts'
import { quarantineCommands } from './commands/quarantine.ts'
import { rebuildCommand } from './commands/rebuild.ts'
import { restoreCommand } from './commands/restore.ts'
import { simCommand } from './commands/sim.ts'
import { sourceCommands } from './commands/source.ts'
import { startCommand } from './commands/start.ts'
import { tailCommand } from './commands/tail.ts'
import { verifyCommand } from './commands/verify.ts'
import { type ExitCode, exitCodeMeanings, exitCodes } from './exit-codes.ts'
import { describeFailure, failureOf } from './failure.ts'
import type { Terminal } from './terminal.ts'

const inOrder = [
  startCommand,
  loginCommand,
  ingestCommand,
  orderCommand,
  tailCommand,
  quarantineCommands,
  verifyCommand,
  rebuildCommand,
  exportCommand,
  backupCommand,
  restoreCommand,
  keysCommands,
  configCommands,
  sourceCommands,
  feedsCommand,
  acksCommands,
  doctorCommand,
  simCommand,
  benchCommand,
] as const

const helpColumnsMax = 110

/** Runs one command line (without the program's name); never throws. Resolves with the exit code when all is cleaned up. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done
  const root = createProgram({ terminal, finish: (finished) => (code = finished) })
  try {
    if (args.length === 0) root.outputHelp()
    else await root.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse
    const failure = failureOf(error)
    if (args.includes('--json')) terminal.out(JSON.stringify({ error: failure }))
    else terminal.err(terminal.paint('bad', describeFailure(failure)))
    return failure.exitCode
  }
}

/** The tree of commands; made anew for each run, because commander keeps what it parsed. */
export function createProgram(program: Program): Command {
  const { terminal } = program
  const root = new Command('orderhub')
    .description('One truthful order out of many systems.')
    .version(version(), '-V, --version')
    .enablePositionalOptions()
    .addHelpText('after', `\nExit codes:\n${exitCodesText()}`)
  for (const add of inOrder) add(root, program)
  for (const command of everyCommand(root)) {
    command
      .exitOverride()
      .showHelpAfterError(`Run "orderhub ${pathOf(command)}--help" for what it takes.`)
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.err(text.trimEnd()),
        getOutHelpWidth: () => Math.min(helpColumnsMax, terminal.width),
      })
  }
  return root
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `
}

function exitCodesText(): string {
  const entries = Object.entries(exitCodeMeanings)
  return entries.map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`).join('\n')
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}
