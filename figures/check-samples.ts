import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { tryFile } from '#catalog/attempt.ts'
import { type Catalog, loadCatalog } from '#catalog/catalog.ts'
import { parserFailed, stopParsing } from '#flow/parse.ts'
import { checkFile, expectationsOf, type Kind, kinds, samplesFolder } from './support/facts.ts'

/**
 * Runs the catalog over payloads that others wrote, per kind: `files` there are; `known` are recognised, `events` of them give
 * events; `valid` by their own standard are checked against expected facts (test/facts) and `right` when all of them hold;
 * `invalid` must wait in quarantine with the reason that is expected, and `refused` do; `crashed` and `slow` must be none.
 * `--kind` for one kind, `--list` tells each file.
 */
const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    list: { type: 'boolean', default: false },
    size: { type: 'string' },
  },
})
const fileMsMax = 5_000
const rightShareMin = 0.98
const now = Date.now()

type Counts = {
  files: number
  known: number
  events: number
  valid: number
  right: number
  invalid: number
  refused: number
  crashed: number
  slow: number
}

async function main(): Promise<void> {
  if (!existsSync(samplesFolder)) {
    console.log('There is no ../shared/samples beside the project: nothing to check.')
    report({}, true)
    return
  }
  const catalog = await loadCatalog()
  for (const error of catalog.errors) console.log(`${error.file}: ${error.message}`)
  const figures: Record<string, Counts> = {}
  for (const kind of kinds)
    if (values.kind === undefined || kind === values.kind)
      figures[kind] = await countKind(catalog, kind)
  await stopParsing()
  const all = Object.values(figures)
  const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0)
  const right = sum('right') >= rightShareMin * sum('valid') && sum('refused') === sum('invalid')
  report(figures, right && sum('crashed') + sum('slow') === 0)
}

async function countKind(catalog: Catalog, kind: Kind): Promise<Counts> {
  const counts: Counts = {
    files: 0,
    known: 0,
    events: 0,
    valid: 0,
    right: 0,
    invalid: 0,
    refused: 0,
    crashed: 0,
    slow: 0,
  }
  for (const path of filesIn(join(samplesFolder, kind))) await countFile(catalog, path, counts)
  for (const expectation of expectationsOf(kind)) {
    const { missing, source } = await checkFile(catalog, kind, expectation, now)
    const right = missing.length === 0 ? 1 : 0
    if (expectation.verdict === 'refused') {
      counts.invalid += 1
      counts.refused += right
    } else {
      counts.valid += 1
      counts.right += right
    }
    for (const one of missing) console.log(`wrong  ${kind}/${expectation.file} (${source}): ${one}`)
  }
  return counts
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.tsv')
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function countFile(catalog: Catalog, path: string, counts: Counts): Promise<void> {
  const start = performance.now()
  counts.files += 1
  try {
    const tried = await tryFile(catalog, path, now)
    if (tried.source !== null) counts.known += 1
    if (tried.events > 0) counts.events += 1
    if ((tried.reason ?? '').includes(parserFailed)) counts.crashed += 1
    const { source, events, quarantined, reason } = tried
    if (values.list)
      console.log(
        `${relative(samplesFolder, path)}  ${source}  ${events} events  ${quarantined} quarantined  ${reason ?? ''}`,
      )
  } catch (error) {
    counts.crashed += 1
    console.log(`crash  ${relative(samplesFolder, path)}: ${String(error)}`)
  }
  const ms = performance.now() - start
  if (ms <= fileMsMax) return
  counts.slow += 1
  console.log(`slow   ${relative(samplesFolder, path)}: ${ms.toFixed(0)} ms`)
}

function report(figures: Record<string, Counts>, pass: boolean): void {
  console.log(JSON.stringify({ name: 'check:samples', figures, pass }))
  process.exitCode = pass ? 0 : 1
}

await main()
