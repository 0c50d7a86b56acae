import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { catalogFolder, withCatalogFiles } from '#flow/catalog-files.ts'
import { readSourceFolders, type SourceFolder } from '#flow/load-sources.ts'
import { checkHeldBack, type HeldBack } from '#onboarding/held-back.ts'
import { vocabularyOf, withoutSources, type Learned } from '#onboarding/vocabulary.ts'
import { progress, report, rounded } from './support/figure.ts'

/**
 * How much the proposer gets right on sources it has never seen: every definition of the company and the catalog in turn is
 * held back (its fields and words taken out of what the proposer knows, and those of definitions with the same base name), its
 * samples are proposed, and the definition is the truth. `--size` does not matter: the whole is a matter of seconds.
 * `--explain <name>` shows what was wrong.
 */
const company = resolve(import.meta.dirname, '../company')
const fieldsAim = 0.8
const termsAim = 0.7

/**
 * Formats in which senders choose the names of fields. In those of standards and protocols (X12, EDIFACT, IDoc, RosettaNet,
 * frames of trackers) the standard says what a field is, and its one definition is no stranger's.
 */
const named = new Set([
  'csv',
  'fixed-width',
  'json',
  'ndjson',
  'xml',
  'cloudevents',
  'debezium',
  'odata',
])

const explained = process.argv[process.argv.indexOf('--explain') + 1]

async function main(): Promise<void> {
  const folders = [
    ...(await readSourceFolders(company)),
    ...(await readSourceFolders(catalogFolder)),
  ]
  const learned = folders.map(learnedFrom)
  const vocabulary = vocabularyOf([...learned, ...terminologies()])
  const rows: HeldBack[] = []
  const skipped: string[] = []
  for (const { folder, files } of folders) {
    const kin = new Set(
      learned.map(({ source }) => source).filter((source) => isKin(source, folder)),
    )
    const all = await withCatalogFiles(files)
    const row = checkHeldBack(folder, all, withoutSources(vocabulary, kin))
    if (row === null || !named.has(row.format)) {
      skipped.push(folder)
      continue
    }
    rows.push(row)
    progress(
      `${folder.padEnd(34)} ${row.format.padEnd(14)} fields ${row.fieldsRight}/${row.fields} (${row.fieldsWrong} wrong)  terms ${row.termsRight}/${row.terms}`,
    )
    if (
      process.argv.includes('--explain') &&
      (explained === folder || explained === undefined || explained.startsWith('--'))
    )
      for (const line of row.misses) progress(`    ${line}`)
  }
  const figures = figuresOf(rows, skipped.length)
  report(
    'check:proposals',
    figures,
    figures.fieldsRight >= fieldsAim && figures.termsRight >= termsAim,
  )
}

type Counted = {
  readonly [Key in keyof HeldBack as HeldBack[Key] extends number ? Key : never]: number
}

function figuresOf(rows: readonly HeldBack[], leftOut: number) {
  const sum = (key: keyof Counted): number => rows.reduce((total, row) => total + row[key], 0)
  const share = (part: number, whole: number): number => rounded(part / Math.max(1, whole), 3)
  const some = rows.filter((row) => row.fields > 0)
  const mean = some.reduce((total, row) => total + row.fieldsRight / row.fields, 0)
  const words = sum('terms') - sum('codes')
  return {
    sources: rows.length,
    fields: sum('fields'),
    fieldsRight: share(sum('fieldsRight'), sum('fields')),
    fieldsRightMean: share(mean, some.length),
    fieldsWrong: share(sum('fieldsWrong'), sum('fields')),
    terms: words,
    termsRight: share(sum('termsRight') - sum('codesRight'), words),
    termsWrong: share(sum('termsWrong'), sum('terms')),
    codes: sum('codes'),
    codesRight: share(sum('codesRight'), sum('codes')),
    formatsRight: rows.filter((row) => row.formatRight).length,
    compiled: rows.filter((row) => row.compiled).length,
    leftOut,
  }
}

function learnedFrom({ folder, files }: SourceFolder): Learned {
  const [definition, terms] = [files['source.yaml'], files['terms.csv']]
  return {
    source: folder,
    ...(typeof definition === 'string' && { definition }),
    ...(typeof terms === 'string' && { terms }),
  }
}

function terminologies(): Learned[] {
  const home = join(catalogFolder, 'terms')
  return readdirSync(home).map((file) => ({
    source: file.replace('.csv', ''),
    terms: readFileSync(join(home, file), 'utf8'),
  }))
}

/** The same carrier or system under another definition is the same source in other clothes. */
function isKin(source: string, held: string): boolean {
  const system = (name: string): string =>
    (name.split('/').at(-1) ?? '').replace(/^carrier-/, '').split('-')[0]!
  return source === held || system(source) === system(held)
}

await main()
