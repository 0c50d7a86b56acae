import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatNamed } from '#formats/registry.ts'
import { catalogFolder } from '#flow/catalog-files.ts'
import { readSourceFolders, type SourceFolder, wrongTransport } from '#flow/load-sources.ts'
import { type CheckResult, checkSource, describeCheck, type SourceFiles } from '#mapping/check.ts'
import { HubError } from '#model/error.ts'
import { transportFault } from '#transports/definitions.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

/** `config check|show`. */
export function configCommands(parent: Command, program: Program): void {
  const config = parent
    .command('config')
    .summary('check the sources, show the settings')
    .description('Sources of the company and settings of the hub.')
  declare(config, program, {
    use: 'check [folder]',
    summary: 'compile every source and run its samples',
    description:
      'Errors name file, line and expression; samples show what was expected and what came; rules that no sample reaches are warned of.',
    examples: [
      ['config check', 'the company of this hub, and the catalog'],
      ['config check company/servers', 'the sources below one folder'],
    ],
    run: check,
  })
  declare(config, program, {
    use: 'show',
    summary: 'the settings a start would use',
    examples: [['config show --json', 'after file, environment and flags']],
    run: show,
  })
}

/** The options of a transport are known beside it, not to the compiler. */
function withTransport(result: CheckResult, files: SourceFiles): CheckResult {
  const fault = result.source === undefined ? null : transportFault(result.source.transport)
  if (fault === null) return result
  const error = wrongTransport('source.yaml', files, fault)
  return { ...result, ok: false, errors: [...result.errors, error] }
}

async function check(
  { config, json, terminal }: Call,
  [named]: readonly string[],
): Promise<ExitCode> {
  const root = named === undefined ? config().company : resolve(named)
  const folders = [
    ...(await readSourceFolders(root)),
    ...(named === undefined ? await catalogFolders() : []),
  ]
  if (folders.length === 0)
    throw new HubError({
      code: 'NOT_FOUND',
      message: `There is no source.yaml below ${root}.`,
      hint: 'Name the folder of your company.',
    })
  const results = folders.map(({ folder, files }) => ({
    folder,
    ...withTransport(checkSource(files, formatNamed), files),
  }))
  const failed = results.filter(({ ok }) => !ok).length
  const sum = (pick: (result: (typeof results)[number]) => number) =>
    results.reduce((total, result) => total + pick(result), 0)
  const samples = sum((result) => result.samples.length)
  const events = sum((result) => result.samples.reduce((total, sample) => total + sample.events, 0))
  const warnings = sum((result) => result.warnings.length)
  if (json)
    terminal.out(
      JSON.stringify({
        ok: failed === 0,
        results: results.map(({ source: _source, ...rest }) => rest),
      }),
    )
  else {
    for (const result of results) {
      const [first = '', ...rest] = describeCheck(result.folder, result).split('\n')
      const count = `${result.samples.length} samples`
      terminal.out(
        `${terminal.paint(result.ok ? 'good' : 'bad', first)}  ${terminal.paint('dim', count)}`,
      )
      for (const line of rest) terminal.out(line)
    }
    terminal.out(
      `${results.length} sources, ${failed} failed; ${samples} samples gave ${events} events; ${warnings} warnings`,
    )
  }
  return failed > 0 ? exitCodes.checkFailed : exitCodes.done
}

/** Definitions of the catalog, told apart from the company's by the first part of their path. */
async function catalogFolders(): Promise<SourceFolder[]> {
  const found = await readSourceFolders(catalogFolder)
  return found.map(({ folder, files }) => ({ folder: join('catalog', folder), files }))
}

async function show({ config, json, terminal }: Call): Promise<ExitCode> {
  const shown = { ...config() }
  // A password is nobody's to see over a shoulder or in a log.
  for (const key of ['databaseUrl', 'databaseAppUrl'] as const)
    if (shown[key] !== undefined) shown[key] = withoutPassword(shown[key])
  if (json) terminal.out(JSON.stringify(shown))
  else for (const [key, value] of Object.entries(shown)) terminal.out(`${key}: ${String(value)}`)
  return exitCodes.done
}

function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = '***'
  return url.href
}
