import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatNamed, formatNames } from '#formats/registry.ts'
import { lineFacts, orderFacts, shipmentFacts } from '#model/facts.ts'
import { identifierTypes } from '#model/identifier.ts'
import { milestones } from '#model/milestone.ts'
import { checkSource, describeCheck } from './check.ts'
import { extendKeys } from './extend.ts'
import { eventKeys } from './read-rules.ts'
import { topKeys } from './read-source.ts'

const file = new URL('../../docs/reference/source-definition.md', import.meta.url)
const page = readFileSync(file, 'utf8')
const blocks = [...page.matchAll(/```\w+\n([^`]*)```/g)].map((found) => found[1]!)
const [yaml, terms, sample, expected] = blocks as [string, string, string, string]

test("the reference's example compiles, and its sample gives the events it shows", () => {
  const result = checkSource(
    {
      'source.yaml': yaml,
      'terms.csv': terms,
      'catalog/terms/carrier-words.csv': 'word,milestone\n* delivered *,delivered\n',
      'samples/a-day.json': sample,
      'samples/a-day.expected.json': expected,
    },
    formatNamed,
  )
  assert.ok(result.ok && result.warnings.length === 0, describeCheck('the example', result))
})

test('the example uses every key of a source and of an event', () => {
  for (const key of topKeys) assert.match(yaml, new RegExp(`^${key}:`, 'm'))
  for (const key of eventKeys) assert.match(yaml, new RegExp(`^(?:  - |    )${key}:`, 'm'))
})

test('the reference names every key, format, fact, milestone and identifier type', () => {
  const facts = { ...orderFacts, ...lineFacts, ...shipmentFacts }
  const names = [
    ...topKeys,
    ...extendKeys,
    ...eventKeys,
    ...formatNames,
    ...milestones,
    ...Object.keys(facts),
    ...Object.keys(identifierTypes),
  ]
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  )
})
