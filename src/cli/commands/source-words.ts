/** What may be relied on in a source's records, and what a company's words mean. */
import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { compareContracts } from '#contracts/compare.ts'
import { contractLanguages, type ContractLanguage, exportContract } from '#contracts/export.ts'
import { stopParsing } from '#flow/parse.ts'
import { runningVersions } from '#flow/pins.ts'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { checkRecords, listContracts, listDrift, readContract } from '#lifecycle/contracts.ts'
import { glossaryOf, listUnknownWords } from '#lifecycle/glossary.ts'
import { type Call, declare, type Program, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal.ts'
import { runningSource, unknownSource } from './source-life.ts'

type ContractOptions = {
  readonly as?: ContractLanguage
  readonly at?: number
  readonly since?: number
  readonly check?: string
}
type TermOptions = {
  readonly company?: string
  readonly conflicts?: true
  readonly catalog?: true
  readonly unknown?: true
}

const versionNumber = wholeNumber(1, 1_000_000)

/** `source contract|terms`. */
export function sourceWordCommands(parent: Command, program: Program): void {
  declare<ContractOptions>(parent, program, {
    use: 'contract <source>',
    summary: 'what may be relied on in a source’s records, and where they left it',
    examples: [
      ['source contract storage-csv', 'versions and drift'],
      [
        'source contract storage-csv --as odcs',
        'as a data contract; also json-schema, avro, asyncapi',
      ],
      [
        'source contract storage-csv --check new.csv',
        'whether a file keeps it; ends with 1 if not',
      ],
      ['source contract storage-csv --since 1', 'what changed since version 1'],
    ],
    options: [
      new Option('--as <language>', 'write it in this language').choices(contractLanguages),
      new Option('--at <version>', 'this version instead of the newest').argParser(versionNumber),
      new Option('--since <version>', 'changes since this version').argParser(versionNumber),
      new Option('--check <file>', 'compare the records of a file'),
    ],
    run: contract,
  })
  declare<TermOptions>(parent, program, {
    use: 'terms',
    summary: 'the glossary: what each company means by its words',
    examples: [
      ['source terms --company storage', 'words, meanings, synonyms'],
      ['source terms --conflicts', 'words with two meanings in one company'],
      ['source terms --unknown', 'words no term knew, with what is nearest'],
    ],
    options: [
      new Option('--company <name>', 'only of this company'),
      new Option('--conflicts', 'only words that contradict'),
      new Option('--catalog', 'with what the catalog brings'),
      new Option('--unknown', 'words of statuses that no term knew'),
    ],
    run: terms,
  })
}

function open({ config, log, terminal }: Call): Promise<Reader> {
  return attachToRead({ config: config(), log, signal: terminal.signal })
}

async function contract(
  call: Call,
  [name = '']: readonly string[],
  { as, at, since, check }: ContractOptions,
): Promise<ExitCode> {
  await using reader = await open(call)
  const { pool, access } = reader
  const { out, paint } = call.terminal
  const source = await runningSource(reader, name)
  if (source === null) throw unknownSource(name)
  const read = (version: number | null) => readContract(pool, access, source, version)
  if (as !== undefined) {
    out(JSON.stringify(exportContract(as, await read(at ?? null)), null, call.json ? 0 : 2))
    return exitCodes.done
  }
  if (since !== undefined || check !== undefined) {
    const compared = await (check === undefined
      ? compareSince(await read(since!), await read(at ?? null))
      : checkRecords(source, await read(at ?? null), await readFile(check)))
    await stopParsing()
    if (call.json) out(JSON.stringify(compared))
    else {
      out(paint('strong', `compatibility: ${compared.compatibility}`))
      for (const { detail } of compared.changes) out(`  ${printable(detail)}`)
    }
    const kept = compared.changes.every(({ forward }) => forward)
    return check === undefined || kept ? exitCodes.done : exitCodes.checkFailed
  }
  const versions = await listContracts(pool, access, name)
  const drift = await listDrift(pool, access, name, false)
  if (call.json) out(JSON.stringify({ versions, drift }))
  else {
    for (const { version, createdAt, records, fields } of versions)
      out(`version ${version}  ${createdAt.slice(0, 16)}  ${fields} fields of ${records} records`)
    for (const { severity, detail, lastAt } of drift)
      out(
        paint(
          severity === 'breaking' ? 'bad' : 'warn',
          `${lastAt.slice(0, 16)} ${severity}: ${printable(detail)}`,
        ),
      )
    if (versions.length === 0) out(paint('dim', 'Too few records were seen.'))
  }
  return exitCodes.done
}

type About = Awaited<ReturnType<typeof readContract>>

function compareSince(before: About, after: About) {
  return compareContracts(before.contract, after.contract)
}

async function terms(
  call: Call,
  _args: readonly string[],
  { company, conflicts, catalog, unknown }: TermOptions,
): Promise<ExitCode> {
  await using reader = await open(call)
  const { out, paint } = call.terminal
  const sources = await runningVersions(reader.pool, reader.access, reader.company.sources)
  if (unknown === true) {
    const items = await listUnknownWords(reader.pool, reader.access, sources)
    if (call.json) out(JSON.stringify({ items }))
    for (const { source, word, times, known, suggestions } of call.json ? [] : items) {
      const near = suggestions.map((one) => `${one.word} (${one.milestone})`).join(', ')
      const state = known ? 'known by now' : near === '' ? 'nothing is near' : `near: ${near}`
      out(printable(`${source}  ${times} times "${word}"  ${state}`))
    }
    return exitCodes.done
  }
  const items = glossaryOf(sources, catalog === true).filter(
    (entry) =>
      (company === undefined || entry.company === company) &&
      (conflicts !== true || entry.conflict),
  )
  if (call.json) out(JSON.stringify({ items }))
  for (const { company: owner, word, meanings, synonyms, conflict } of call.json ? [] : items) {
    const said = meanings.map(({ milestone, sources: by }) => `${milestone} (${by.join(', ')})`)
    const also = synonyms.length === 0 ? '' : `  also: ${synonyms.slice(0, 5).join(', ')}`
    const text = printable(`${owner}  ${word}: ${said.join(' | ')}${also}`)
    out(conflict ? paint('bad', text) : text)
  }
  return exitCodes.done
}
