/** The page docs/reference/cli.md, made from the commands themselves. */
import type { Command } from 'commander'
import { exitCodeMeanings } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { plain, type Terminal } from './terminal.ts'

const helpColumns = 110
const unseen: Terminal = {
  out: () => undefined,
  err: () => undefined,
  paint: plain,
  width: helpColumns,
  lively: false,
  env: {},
  signal: new AbortController().signal,
}

/** The whole page as Markdown. */
export function cliReference(): string {
  const root = createProgram({ terminal: unseen, finish: () => undefined })
  const codes = Object.entries(exitCodeMeanings).map(
    ([code, meaning]) => `| ${code} | ${meaning} |`,
  )
  return [
    '# Command line',
    '',
    'Made from the commands in `src/cli/commands`; a test fails when this page is stale (`UPDATE_REFERENCE=1 npm run test:unit` writes it).',
    '`./orderhub` runs it under the pinned Node; errors read `CODE: what happened. what to do`.',
    '',
    '| exit code | means |',
    '|---|---|',
    ...codes,
    '',
    ...leaves(root).flatMap(([path, command]) => [
      `## ${path}`,
      '',
      '```',
      helpOf(command),
      '```',
      '',
    ]),
  ].join('\n')
}

/** Commands that do something, with their whole names. */
export function leaves(
  command: Command,
  path = command.name(),
): [path: string, command: Command][] {
  const below = command.commands.filter((one) => one.name() !== 'help')
  return below.length === 0
    ? [[path, command]]
    : below.flatMap((one) => leaves(one, `${path} ${one.name()}`))
}

/** With what stands after the options: the examples. */
export function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => helpColumns,
  })
  command.outputHelp()
  return text.trimEnd()
}
