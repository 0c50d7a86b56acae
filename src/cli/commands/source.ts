import type { Command } from 'commander'
import type { Program } from '../command.ts'
import { sourceTryCommand } from './source-try.ts'

/** `source try`. */
export function sourceCommands(parent: Command, program: Program): void {
  const source = parent
    .command('source')
    .summary('what the hub makes of files of a system')
    .description('Systems that send records, before they are connected.')
  sourceTryCommand(source, program)
}
