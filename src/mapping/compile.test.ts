import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSource } from './compile.ts'
import { readTerms } from './terms.ts'
import { describeError } from './errors.ts'
import { formatNamed, head, terms } from './fixture.ts'

function errors(yaml: string, csv: string | null = terms): string {
  const files: Record<string, string> = {
    'source.yaml': yaml,
    ...(csv !== null && { 'terms.csv': csv }),
  }
  const compiled = compileSource(files, formatNamed)
  return compiled.ok ? '' : compiled.errors.map(describeError).join('\n')
}

const event = `identifiers: [{ type: order, value: rec.order }]
events:
  - name: one
    milestone: shipped
    time: { value: rec.at, format: iso }
`

test('an expression error names file, line, column, key, expression and what was expected', () => {
  assert.equal(
    errors(`${head}${event}    facts:\n      customer: upper(rce.name) + uper(rec.x)\n`),
    `source.yaml:13:23 events[0].facts.customer: unknown name rce
  expression: upper(rce.name) + uper(rec.x)
  expected: one of rec, src
  hint: did you mean rec?
source.yaml:13:35 events[0].facts.customer: unknown function uper
  expression: upper(rce.name) + uper(rec.x)
  expected: a function of the language
  hint: did you mean upper?`,
  )
})

test('all errors of a file are told at once', () => {
  const yaml = `source: Test Source
company: acme
region: EMEA
zone: Europe/Berlni
trust: { base: 150, facts: { promisd: 1 } }
transport: { kind: directory }
format: { name: jsn }
lets: {}
identifiers:
  - { type: ordr, value: rec.order }
events:
  - name: one
    milestone: shiped
    term: rec.status
    time: { value: rec.at, format: YYYYMMdd }
    part: { kind: package }
    facts: { custmer: rec.c }
  - name: two
    milestone: note
`
  assert.equal(
    errors(yaml),
    `source.yaml:1:9 source: source is Test Source
  expected: lower-case letters, digits and single hyphens
source.yaml:4:7 zone: unknown time zone Europe/Berlni
  expected: an IANA name such as Europe/Berlin, an offset such as +01:00, or unknown
source.yaml:5:16 trust.base: trust.base is 150
  expected: a number from 0 to 100
source.yaml:5:39 trust.facts.promisd: unknown name promisd
  expected: a fact or a milestone
  hint: did you mean promised?
source.yaml:6:12 transport: a directory has no pattern
  expected: pattern: '*.csv'
source.yaml:7:17 format.name: unknown format jsn
  expected: a format of the hub such as json, ndjson, csv, xml, idoc-xml, x12, debezium
source.yaml:8:7 unknown key lets
  expected: one of source, title, company, region, zone, trust, shadow, transport, format, recognise, terms, let, time, told, identifiers, ignore, refuse, events, else
  hint: did you mean let?
source.yaml:10:13 identifiers[0].type: identifiers[0].type is ordr
  expected: a known word
  hint: did you mean order?
source.yaml:12:5 events[0]: an event has either a milestone or a term
  expected: milestone: a stage of the hub, or term: an expression for the source's word
source.yaml:12:5 events[0]: the event has no identifiers
  expected: identifiers here or at the top
source.yaml:13:16 events[0].milestone: events[0].milestone is shiped
  expected: a known word
  hint: did you mean shipped?
source.yaml:15:36 events[0].time.format: the time format YYYYMMdd has an unknown letter Y
  expected: iso, epoch-ms, epoch-s, epoch-us or a pattern of yyyy yy MM dd HH mm ss SSS
  hint: other letters stand in 'quotes'
source.yaml:16:11 events[0].part: a part of kind package has no key
  expected: key: an expression
source.yaml:17:23 events[0].facts.custmer: unknown name custmer
  expected: a name the hub knows
  hint: did you mean customer?
source.yaml:18:5 events[1]: the event has no time
  expected: time: { value: ..., format: ... }
  hint: a time beside let is the default of all events
source.yaml:18:5 events[1]: the event has no identifiers
  expected: identifiers here or at the top`,
  )
})

test('an unquoted expression inside { } is explained', () => {
  assert.match(
    errors(`${head}${event}    place: { city: coalesce(rec.a, rec.b) }\n`),
    /unknown (key|name) rec\.b\)|quote the whole value/,
  )
  assert.match(
    errors(`${head}${event}    place: { city: rec.a[0].b }\n`),
    /hint: quote the whole value/,
  )
})

test('names of let follow each other, it belongs to each', () => {
  assert.match(errors(`${head}let:\n  a: b.x\n  b: rec.y\n${event}`), /8:6 let\.a: unknown name b/)
  assert.match(errors(`${head}let:\n  rec: src\n${event}`), /rec cannot be a name/)
  assert.match(errors(`${head}${event}    reason: it.x\n`), /events\[0\]\.reason: unknown name it/)
  assert.equal(
    errors(`${head}let:\n  a: rec.y\n  b: a.x\n${event}    each: b\n    reason: it.x\n`),
    '',
  )
})

test('terms.csv is checked line by line', () => {
  const csv = `word,milestone,substatus,classfier
shipped,shiped,,
Sent ,shipped,,
sent,shipped,,
,shipped,,
a,b,c,d,e
`
  const found = errors(`${head}${event}`, csv)
  assert.equal(
    found,
    `terms.csv:1:1 unknown column classfier
  expected: columns word,milestone,substatus,classifier,hold,action,label,required,language,from,until
  hint: did you mean classifier?
terms.csv:2:1 milestone: unknown milestone shiped for the word shipped
  expected: a milestone of the hub, note or unknown
  hint: did you mean shipped?
terms.csv:4:1 word: the word sent is also in line 3
  expected: every word once, or from and until of its own for each meaning
terms.csv:5:1 word: the word is empty
  expected: the word as the source writes it
terms.csv:6:1 the line has 5 cells
  expected: 4; a cell with a comma needs "quotes"
terms.csv:6:1 milestone: unknown milestone b for the word a
  expected: a milestone of the hub, note or unknown`,
  )
})

test('a term without terms.csv, a hold without action and an open quote are errors', () => {
  assert.match(
    errors(`${head}${event.replace('milestone: shipped', 'term: rec.s')}`, null),
    /there is no terms\.csv/,
  )
  assert.match(
    errors(`${head}${event}`, 'word,milestone,hold,action\na,shipped,customs,\n'),
    /hold customs with action \(empty\)/,
  )
  assert.match(
    errors(`${head}${event}`, 'word,milestone\n"a,shipped\n'),
    /terms\.csv:2:1 a quote is never closed/,
  )
})

test('the mapping hash follows the mapping and nothing else', () => {
  const hash = (files: Record<string, string>): string => {
    const compiled = compileSource(files, formatNamed)
    assert.ok(compiled.ok)
    return compiled.source.mappingHash
  }
  const files = { 'source.yaml': head + event, 'terms.csv': terms }
  assert.match(hash(files), /^[0-9a-f]{64}$/)
  assert.equal(
    hash({ 'terms.csv': terms, 'README.md': 'x', 'source.yaml': head + event }),
    hash(files),
  )
  assert.notEqual(hash({ ...files, 'terms.csv': `${terms}x,shipped\n` }), hash(files))
})

test('broken YAML names its line', () => {
  assert.match(errors('source: [1\nx: }'), /^source\.yaml:\d+:\d+ /)
  assert.match(errors(''), /the file is no map/)
})

test('a word may mean another thing from a day on; what was said before keeps its meaning', () => {
  const csv = `word,milestone,language,from,until
versandt,shipped,de,,2026-02-28
versandt,in-transit,de,2026-03-01,
`
  const compiled = compileSource(
    { 'source.yaml': `${head}${event}`, 'terms.csv': csv },
    formatNamed,
  )
  assert.ok(compiled.ok)
  const terms = readTerms('terms.csv', csv, [])
  assert.equal(terms.find('Versandt', Date.parse('2026-02-28T23:59:59Z'))?.milestone, 'shipped')
  assert.equal(terms.find('versandt', Date.parse('2026-03-01T00:00:00Z'))?.milestone, 'in-transit')
  const twice = errors(`${head}${event}`, csv.replace('2026-03-01', '2026-02-01'))
  assert.match(twice, /the word versandt is also in line 2/)
})
