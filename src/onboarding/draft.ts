import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import type { ConfigError } from '#mapping/errors.ts'
import type { HubEvent } from '#model/event.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { surelyFrom } from './assign.ts'
import type { EventPlan, IdentifierLine, Line, LinesPlan } from './plan-types.ts'
import type { Proposal } from './propose.ts'
import type { TermProposal } from './score-terms.ts'

/** Who the source is; what a proposal cannot know. `zone`: of times without one, `unknown` when nobody says. */
export type DraftHead = {
  readonly source: string
  readonly title: string
  readonly company: string
  readonly region: string
  readonly zone: string
  readonly pattern: string | null
  /** Terminologies of the catalog that stand behind its own words. */
  readonly terms: readonly string[]
}

/** The definition as text, and compiled; `errors` when it does not compile, which is a bug of the proposer. */
export type Draft = {
  readonly files: Readonly<Record<string, string>>
  readonly source: Source | null
  readonly errors: readonly ConfigError[]
}

/** Terms below it are written as comments, and stay unknown. */
const termFrom = 0.5

/** Writes a proposal down as `source.yaml` and `terms.csv`. `extra`: texts of the catalog that `terms` names. */
export function draft(
  proposal: Proposal,
  head: DraftHead,
  extra: Readonly<Record<string, string>> = {},
): Draft {
  const files = {
    'source.yaml': definitionOf(proposal, head),
    'terms.csv': termsOf(proposal.terms),
  }
  const compiled = compileSource({ ...extra, ...files }, formatNamed)
  return compiled.ok
    ? { files, source: compiled.source, errors: [] }
    : { files, source: null, errors: compiled.errors }
}

function definitionOf({ reading, plan }: Proposal, head: DraftHead): string {
  const local = plan.events.some(({ time }) => time.local && time.zone === null)
  const transport =
    head.pattern === null
      ? '{ kind: http }'
      : `{ kind: directory, pattern: ${quoted(head.pattern)} }`
  const lines = [
    '# Proposed from samples. Lines marked "check this" are guesses; the rest is likely, and wrong at times.',
    `source: ${head.source}`,
    `title: ${quoted(head.title)}`,
    `company: ${head.company}`,
    `region: ${quoted(head.region)}`,
    `zone: ${head.zone}${local && head.zone === 'unknown' ? ' # check this: times have no zone; name that of the system, such as Europe/Berlin' : ''}`,
    'trust: { base: 50 }',
    `transport: ${transport}`,
    `format: ${flow({ name: reading.format, ...reading.options })} # ${comment(reading.because)}`,
    ...(head.terms.length > 0 ? [`terms: [${head.terms.join(', ')}]`] : []),
  ]
  if (plan.identifiers.length > 0)
    lines.push('identifiers:', ...plan.identifiers.map(identifierLine))
  lines.push('events:', ...plan.events.flatMap(eventLines), 'else: quarantine', '')
  return lines.join('\n')
}

function identifierLine(line: IdentifierLine): string {
  const ns = line.ns === null ? '' : ` ns: ${quoted(line.ns)},`
  return `  - { type: ${line.key},${ns} value: ${quoted(line.code)} }${remark(line)}`
}

function eventLines(event: EventPlan): string[] {
  const { term, time, part, also, place, texts, facts } = event
  const lines = [`  - name: ${quoted(event.name)}`]
  if (event.when !== null) lines.push(`    when: ${quoted(event.when)}`)
  if (event.each !== null) lines.push(`    each: ${quoted(event.each)}`)
  if (term !== null) lines.push(`    term: ${quoted(term.code)}${remark(term)}`)
  else lines.push(`    milestone: ${event.milestone ?? 'note'}`)
  if (event.classifier !== 'ACT') lines.push(`    classifier: ${event.classifier}`)
  const zone = time.zone === null ? '' : `, zone: ${quoted(time.zone)}`
  const formats = time.formats.map(quoted).join(', ')
  const told = time.check === null ? remark(time) : ` # check this: ${comment(time.check)}`
  lines.push(`    time: { value: ${quoted(time.value)}, format: [${formats}]${zone} }${told}`)
  if (part !== null) lines.push(`    part: { kind: ${part.kind}, key: ${quoted(part.key)} }`)
  for (const line of texts) lines.push(`    ${line.key}: ${quoted(line.code)}${remark(line)}`)
  if (also.length > 0) lines.push('    also:', ...also.map((line) => `    ${identifierLine(line)}`))
  if (place.length > 0) lines.push('    place:', ...place.map(namedLine))
  if (facts.length > 0) lines.push('    facts:', ...facts.map(namedLine))
  if (event.lines !== null) lines.push(...linesLines(event.lines))
  return lines
}

function linesLines({ each, key, facts }: LinesPlan): string[] {
  const shown =
    facts.length === 0 ? [] : ['      facts:', ...facts.map((line) => `  ${namedLine(line)}`)]
  return [
    '    lines:',
    `      each: ${quoted(each)}`,
    `      key: ${quoted(key.code)}${remark(key)}`,
    ...shown,
  ]
}

function namedLine(line: Line): string {
  return `      ${line.key}: ${quoted(line.code)}${remark(line)}`
}

/** Why, and how sure; guesses say so. */
function remark({ confidence, because }: { confidence: number; because: string }): string {
  const share = `${Math.round(confidence * 100)} %`
  return ` # ${confidence < surelyFrom ? 'check this: ' : ''}${comment(because)} (${share})`
}

function comment(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, 160)
}

/** JSON's quotes are YAML's double quotes. */
function quoted(text: string): string {
  return /^[A-Za-z][\w.]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${/^[a-z-]+$/i.test(key) ? key : JSON.stringify(key)}: ${flow(one)}`)
      .join(', ')} }`
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value)
}

const columns = 'word,milestone,substatus,classifier,hold,action,label'

/** Surely known words as rows, others as rows marked, those nothing is known of as comments: they stay unknown and visible. */
export function termsOf(terms: readonly TermProposal[]): string {
  const lines = [columns]
  const seen = new Set<string>()
  for (const term of terms) {
    const key = term.word.trim().toLowerCase().replaceAll(/\s+/g, ' ')
    if (seen.has(key) || key === '' || /[\n\r*]/.test(term.word)) continue
    seen.add(key)
    const share = `${Math.round(term.confidence * 100)} %`
    if (term.confidence < surelyFrom)
      lines.push(
        `# check this: ${comment(term.word)} (${term.count} times): ${comment(term.because)} (${share})`,
      )
    const row = [
      term.word,
      term.milestone,
      term.substatus ?? '',
      term.classifier ?? '',
      term.hold?.kind ?? '',
      term.hold?.action ?? '',
      '',
    ]
    const written = row.map(cell).join(',')
    lines.push(term.confidence < termFrom ? `# ${comment(written)}` : written)
  }
  return `${lines.join('\n')}\n`
}

function cell(text: string): string {
  return /[",#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What a sample of the draft must give: the events it gives now, in the writing of `expected.json`. */
export function expectedOf(source: Source, bytes: Buffer, receivedAt: Instant): string {
  const rows: string[] = []
  for (const found of source.format.read(bytes, source.formatOptions)) {
    const mapped = source.map(found, receivedAt)
    if (mapped.kind === 'quarantined') rows.push(JSON.stringify({ fault: mapped.fault.code }))
    else rows.push(...mapped.events.map((event) => JSON.stringify(expectedEvent(event))))
  }
  return `[\n${rows.map((row) => `  ${row}`).join(',\n')}\n]\n`
}

function expectedEvent(event: HubEvent): unknown {
  const { milestone, classifier, time, words, identifiers, part, facts, lines, place } = event
  return {
    milestone,
    ...(classifier !== 'ACT' && { classifier }),
    ...(words !== undefined && { words }),
    time: new Date(time.at).toISOString(),
    identifiers,
    ...(part.kind !== 'order' && { part }),
    ...(place !== undefined && { place }),
    ...(facts !== undefined && { facts }),
    ...(lines !== undefined && { lines }),
  }
}
