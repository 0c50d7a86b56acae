import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileWithRules } from './compile.ts'
import { describeError } from './errors.ts'
import { formatNamed, head, status } from './fixture.ts'
import { recogniser } from './recognise.ts'

const base = `${head}recognise:
  - { when: rec.kind == 'status', weight: 0.9 }
  - { when: "rec.order.startsWith('SO') && rec.order > 5", weight: 1 }
  - when: rec.order != null
terms: [words]
identifiers:
  - { type: order, value: rec.order }
  - { type: tracking, ns: "'fedex'", value: rec.order }
events:
  - name: one
    term: rec.word
    time: { value: rec.at, format: iso }
`
const own = `extends: base
source: our-base
company: ours
region: EMEA
zone: Asia/Tokyo
ns: { tracking: "'x' + rec.kind" }
`
const files = {
  'catalog/base/source.yaml': base,
  'catalog/base/terms.csv': 'word,milestone\nA,shipped\nB,packed\n',
  'catalog/terms/words.csv': 'word,milestone\nA,lost\n* delivered *,delivered\nC,picked\n',
}
const at = '2026-03-01T10:00:00'

function eventOf(word: string) {
  const compiled = compileWithRules(
    { ...files, 'source.yaml': own, 'terms.csv': 'word,milestone\nB,built\n' },
    formatNamed,
  )
  assert.ok(compiled.ok, JSON.stringify(compiled))
  const tree = { kind: 'status', order: 'SO-1', at, word }
  const mapped = compiled.source.map({ ok: true, from: 0, to: 1, tree }, Date.parse(at))
  assert.ok(mapped.kind === 'events', JSON.stringify(mapped))
  return mapped.events[0]!
}

test('a source that builds on the catalog speaks for itself where it says so', () => {
  const event = eventOf('A')
  assert.equal(event.source, 'our-base')
  assert.equal(event.time.at, Date.parse(`${at}+09:00`))
  assert.deepEqual(event.identifiers, [
    { ns: 'ours', type: 'order', value: 'SO-1' },
    { ns: 'xstatus', type: 'tracking', value: 'SO-1' },
  ])
})

test('words are asked of the source, then of what it builds on, then of the vocabularies', () => {
  const milestones = ['A', 'B', 'C', 'PACKAGE_DELIVERED, thanks', 'undelivered'].map(
    (word) => eventOf(word).milestone,
  )
  assert.deepEqual(milestones, ['shipped', 'built', 'picked', 'delivered', 'unknown'])
})

test('errors name the file they are in', () => {
  const errorsOf = (yaml: string, rest: Record<string, string> = files) => {
    const compiled = compileWithRules({ ...rest, 'source.yaml': yaml }, formatNamed)
    return compiled.ok ? [] : compiled.errors.map((one) => describeError(one).split('\n')[0])
  }
  assert.deepEqual(errorsOf(own.replace('Asia/Tokyo', 'Asia/Tokio')), [
    'source.yaml:5:7 zone: unknown time zone Asia/Tokio',
  ])
  assert.deepEqual(errorsOf(own.replace('base', 'bse')), [
    'source.yaml:1:10 extends: there is no bse in the catalog',
  ])
  const broken = { ...files, 'catalog/base/source.yaml': base.replace('rec.at', 'rec..at') }
  assert.match(errorsOf(own, broken)[0] ?? '', /^catalog\/base\/source\.yaml:\d+:\d+ events\[0\]/)
  assert.match(errorsOf(own.replace('tracking', 'trackin'))[0] ?? '', /unknown type of identifier/)
})

test('a record is known by the greatest weight that holds; a rule that fails does not hold', () => {
  const compiled = compileWithRules(
    { ...files, 'source.yaml': base, 'terms.csv': 'word,milestone\n' },
    formatNamed,
  )
  assert.ok(compiled.ok)
  const score = recogniser(compiled.mapping)
  assert.deepEqual(
    [status, { order: 'SO-2' }, { kind: 'x' }, null, 5].map(score),
    [0.9, 0.8, 0, 0, 0],
  )
})
