import type { Command } from 'commander'
import type { Program } from '../command.ts'
import { sourceCoverageCommand } from './source-coverage.ts'
import { sourceNewCommand } from './source-new.ts'
import { sourceTryCommand } from './source-try.ts'

/** `source try|new|coverage`. */
export function sourceCommands(parent: Command, program: Program): void {
  const source = parent
    .command('source')
    .summary('what the hub makes of files of a system, and new sources')
    .description('Systems that send records, before they are connected.')
  sourceTryCommand(source, program)
  sourceNewCommand(source, program)
  sourceCoverageCommand(source, program)
}
