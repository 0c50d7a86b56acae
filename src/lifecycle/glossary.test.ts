import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import type { Source } from '#model/source.ts'
import { glossaryOf } from './glossary.ts'

function source(name: string, company: string, terms: string): Source {
  const yaml = `source: ${name}
company: ${company}
region: EMEA
zone: UTC
transport: { kind: http }
format: { name: json }
identifiers: [{ type: order, value: rec.order }]
events:
  - { name: state, term: rec.state, time: { value: rec.at, format: iso } }
`
  const compiled = compileSource({ 'source.yaml': yaml, 'terms.csv': terms }, formatNamed)
  assert.ok(compiled.ok)
  return compiled.source
}

const header = 'word,milestone,language,from,until\n'
const sources = [
  source(
    'shop',
    'acme',
    `${header}Sent,shipped,en,,\nVersandt,shipped,de,,\nClosed,delivered,en,,\n`,
  ),
  source('desk', 'acme', `${header}closed,closed,en,,\nSent,shipped,en,,\n`),
  source('other', 'globex', `${header}Closed,cancelled,en,,\n`),
]

test('words of one company are told together, with synonyms and contradictions', () => {
  const glossary = glossaryOf(sources, false)
  const of = (company: string, word: string) =>
    glossary.find((one) => one.company === company && one.word.toLowerCase() === word)
  assert.deepEqual(of('acme', 'sent')?.meanings[0]?.sources, ['desk', 'shop'])
  assert.deepEqual(of('acme', 'sent')?.synonyms, ['Versandt'])
  assert.deepEqual(
    glossary.filter(({ conflict }) => conflict).map(({ company, word }) => `${company} ${word}`),
    ['acme Closed'],
  )
  assert.equal(of('globex', 'closed')?.meanings.length, 1)
})

test('two meanings one after the other are no contradiction', () => {
  const terms = `${header}Sent,shipped,en,,2026-01-31\nSent,in-transit,en,2026-02-01,\n`
  const [entry] = glossaryOf([source('shop', 'acme', terms)], false)
  assert.deepEqual([entry?.meanings.length, entry?.conflict], [2, false])
})
