/** `source new`: a draft of a source from its samples, shown first, written only when somebody says so. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { type Command, Option } from 'commander'
import { draftExtra, draftTerms, loadVocabulary } from '#catalog/vocabulary.ts'
import { formatNamed } from '#formats/registry.ts'
import { checkSource, type CheckResult, sampleReceivedAt } from '#mapping/check.ts'
import { zoneOf } from '#language/zones.ts'
import { HubError } from '#model/error.ts'
import { draft, type DraftHead } from '#onboarding/draft.ts'
import { draftFolder } from '#onboarding/folder.ts'
import { propose, type Proposal } from '#onboarding/propose.ts'
import type { SampleFile } from '#onboarding/reading.ts'
import { withoutSources } from '#onboarding/vocabulary.ts'
import { type Call, declare, type Program } from '../command.ts'
import { companyOf } from '../company-of.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { proposalJson, proposalLines } from '../proposal-text.ts'
import { readSampleFiles } from '../sample-files.ts'

type NewOptions = {
  readonly from: readonly string[]
  readonly company?: string
  readonly region?: string
  readonly zone?: string
  readonly directory?: true
  readonly replace?: true
  readonly yes?: true
}

export function sourceNewCommand(parent: Command, program: Program): void {
  declare<NewOptions>(parent, program, {
    use: 'new <name>',
    summary: 'propose a new source from samples of what it sends',
    description:
      'Detects format, encoding, separators and times, proposes identifiers, fields and what the words of its statuses mean, each with how sure it is and why, and writes it as a folder of the company: source.yaml, terms.csv, and the samples with the events they give. Nothing is written before you agree or say --yes, and guesses are marked "check this".',
    examples: [
      ['source new acme-csv --from drops/*.csv', 'the proposal as a table; asks before it writes'],
      [
        'source new acme-csv --from drops/ --company storage --yes',
        'writes it into the folder of a company',
      ],
      [
        'source new acme-csv --from order.xml --json',
        'the proposal for a program; nothing is written',
      ],
    ],
    options: [
      new Option('--from <file...>', 'samples, or folders of them').makeOptionMandatory(),
      new Option('--company <name>', 'whose source it is (default: the first of company.yaml)'),
      new Option('--region <name>', 'region of its events (default: that of the company)'),
      new Option('--zone <zone>', 'zone of times that name none (default: that of the company)'),
      new Option(
        '--directory',
        'its files are dropped into a directory (default: they are posted)',
      ),
      new Option('--replace', 'write over a source of this name'),
      new Option('--yes', 'write it without asking'),
    ],
    run: (call, [name = ''], options) => create(call, name, options),
  })
}

async function create(call: Call, name: string, options: NewOptions): Promise<ExitCode> {
  const { json, terminal } = call
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))
    throw wrong(`${name} cannot be a name.`, 'Lower-case letters, digits and single hyphens.')
  const root = call.config().company
  const company = companyOf(root, options.company)
  const samples = await readSampleFiles(options.from)
  // A draft that is made again must not learn from itself.
  const vocabulary = withoutSources(
    await loadVocabulary(root),
    new Set([`${company.name}/${name}`]),
  )
  const proposed = propose(samples, vocabulary)
  if (!proposed.ok) throw notUnderstood(proposed.why)
  const { proposal } = proposed
  const home = join(root, company.name, name)
  const head = headOf(name, company, options, samples)
  const written = draft(proposal, head, await draftExtra())
  const ready = proposal.plan.blocked.length === 0 && written.source !== null
  if (json)
    terminal.out(
      JSON.stringify({ folder: home, ready, ...proposalJson(proposal), files: written.files }),
    )
  else for (const line of proposalLines(proposal, terminal)) terminal.out(line)
  if (!ready) {
    const why = proposal.plan.blocked.join(' ') || (written.errors[0]?.message ?? '')
    if (!json) terminal.err(terminal.paint('bad', `No source can be made of it yet: ${why}`))
    return exitCodes.checkFailed
  }
  if (!(await agreed(call, home, options))) return exitCodes.done
  if (existsSync(home) && options.replace !== true)
    throw wrong(`There is a folder ${home}.`, 'Choose another name, or say --replace.')
  const files = draftFolder(written, samples, sampleReceivedAt)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, file)), { recursive: true })
    await writeFile(join(home, file), content)
  }
  const result = checkSource({ ...files, ...(await draftExtra()) }, formatNamed)
  if (!json) tellWritten(call, home, name, result, proposal)
  return result.ok ? exitCodes.done : exitCodes.checkFailed
}

function headOf(
  name: string,
  company: { readonly name: string; readonly region: string; readonly zone: string },
  { region, zone, directory }: NewOptions,
  samples: readonly SampleFile[],
): DraftHead {
  const home = zone ?? company.zone
  if (home !== 'unknown' && zoneOf(home) === null)
    throw wrong(`${home} is no time zone.`, 'Write an IANA name such as Europe/Berlin, or unknown.')
  const end = extname(samples[0]?.name ?? '') || '.csv'
  return {
    source: name,
    title: name.replaceAll('-', ' '),
    company: company.name,
    region: region ?? company.region,
    zone: home,
    pattern: directory === true ? `*${end}` : null,
    terms: [...draftTerms],
  }
}

/** Whether to write: said on the command line, or asked where somebody can answer. */
async function agreed(
  { json, terminal }: Call,
  home: string,
  { yes }: NewOptions,
): Promise<boolean> {
  if (yes === true) return true
  const asks = !json && process.stdin.isTTY && terminal.lively
  if (!asks) {
    if (!json) terminal.err(terminal.paint('warn', 'Nothing was written. Say --yes to write it.'))
    return false
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`Write it to ${home}? [y/N] `, { signal: terminal.signal })
    return /^(?:y|yes|j|ja)$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

function tellWritten(
  { terminal }: Call,
  home: string,
  name: string,
  result: CheckResult,
  proposal: Proposal,
): void {
  const events = result.samples.reduce((sum, sample) => sum + sample.events, 0)
  const word = result.ok
    ? terminal.paint('good', 'Written:')
    : terminal.paint('bad', 'Written, and wrong:')
  terminal.out(`${word} ${home}, ${events} events from ${proposal.records} records of its samples.`)
  terminal.out(`Look for "check this" in ${basename(home)}/source.yaml and terms.csv, then:`)
  terminal.out(`  orderhub config check ${home}`)
  terminal.out(`  orderhub ingest ${name} <file...>`)
}

function wrong(message: string, hint: string): HubError {
  return new HubError({ code: 'ARGUMENT_INVALID', message, hint })
}

function notUnderstood(why: string): HubError {
  return new HubError({
    code: 'NOT_UNDERSTOOD',
    message: why,
    hint: 'Give files as the source writes them, at least one whole record.',
  })
}
