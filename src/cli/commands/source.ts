import type { Command } from 'commander'
import type { Program } from '../command.ts'
import { sourceCoverageCommand } from './source-coverage.ts'
import { sourceLifeCommands } from './source-life.ts'
import { sourceNewCommand } from './source-new.ts'
import { sourceTryCommand } from './source-try.ts'
import { sourceWordCommands } from './source-words.ts'

/** `source try|new|coverage`, the life of a source, its contract and words. */
export function sourceCommands(parent: Command, program: Program): void {
  const source = parent
    .command('source')
    .summary('new sources, their versions, contracts and words')
    .description('Systems that send records, before they are connected and while they are.')
  sourceTryCommand(source, program)
  sourceNewCommand(source, program)
  sourceCoverageCommand(source, program)
  sourceLifeCommands(source, program)
  sourceWordCommands(source, program)
}
