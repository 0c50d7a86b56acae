import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadCatalog } from '#catalog/catalog.ts'
import { stopParsing } from '#flow/parse.ts'
import { checkFile, expectationsOf, kinds, samplesFolder } from './support/facts.ts'

/**
 * How many facts, written down by reading payloads that others wrote, come out of the catalog: milestone, time, identifier, state.
 * `--kind` for one kind of them. A verdict (silent, refused with a reason) counts as a fact.
 */
const { values } = parseArgs({ options: { kind: { type: 'string' }, size: { type: 'string' } } })
const rightShareMin = 0.98
const now = Date.now()

async function main(): Promise<void> {
  if (!existsSync(samplesFolder)) {
    console.log('There is no ../shared/samples beside the project: nothing to check.')
    console.log(
      JSON.stringify({
        name: 'check:facts',
        figures: { files: 0, facts: 0, right: 0 },
        pass: true,
      }),
    )
    return
  }
  const catalog = await loadCatalog()
  const totals = { files: 0, facts: 0, right: 0 }
  for (const kind of kinds) {
    if (values.kind !== undefined && kind !== values.kind) continue
    for (const expectation of expectationsOf(kind)) {
      const { missing, source } = await checkFile(catalog, kind, expectation, now)
      const facts = Math.max(1, expectation.facts.length)
      totals.files += 1
      totals.facts += facts
      totals.right += Math.max(0, facts - missing.length)
      for (const one of missing) console.log(`${kind}/${expectation.file} (${source}): ${one}`)
    }
  }
  await stopParsing()
  const pass = totals.right >= rightShareMin * totals.facts
  console.log(JSON.stringify({ name: 'check:facts', figures: totals, pass }))
  process.exitCode = pass ? 0 : 1
}

await main()
