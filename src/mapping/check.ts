import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { compileWithRules } from './compile.ts'
import type { CompiledSource, FormatNamed } from './compile.ts'
import { describeError } from './errors.ts'
import type { ConfigError } from './errors.ts'
import { mapper } from './map.ts'
import type { Rule } from './map.ts'
import { differences } from './match.ts'
import type { Difference } from './match.ts'
import type { EventRule, RefuseRule } from './rule.ts'

/** A folder of a source: file name to text, or to bytes for samples. */
export type SourceFiles = Readonly<Record<string, string | Buffer>>

/** One sample: what it gave, and where that differs from what was expected. */
export type SampleResult = {
  readonly name: string
  readonly records: number
  readonly events: number
  readonly differences: readonly Difference[]
}

/** What `config check` has to say about a source. `source` is there when it compiled. */
export type CheckResult = {
  readonly ok: boolean
  readonly source?: Source
  readonly errors: readonly ConfigError[]
  readonly warnings: readonly ConfigError[]
  readonly samples: readonly SampleResult[]
}

/** Samples are read as if they came in at this instant (2026-11-22T00:00:00Z), so that a check gives the same every day. */
export const sampleReceivedAt: Instant = 1_795_305_600_000
const expectedEnd = '.expected.json'

/** Compiles a source and runs its samples: events out must be those expected, and every rule should be hit once. */
export function checkSource(
  files: SourceFiles,
  formatNamed: FormatNamed,
  receivedAt = sampleReceivedAt,
): CheckResult {
  const texts = Object.fromEntries(
    Object.entries(files).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
  const compiled = compileWithRules(texts, formatNamed)
  if (!compiled.ok) return { ok: false, errors: compiled.errors, warnings: [], samples: [] }
  const errors: ConfigError[] = []
  const hit = new Set<Rule>()
  const samples = sampleNames(files).map((name) =>
    runSample(name, files, compiled, hit, receivedAt, errors),
  )
  // What builds on the catalog has its samples there.
  const inherits = Object.keys(texts).some((name) => /^catalog\/[^/]+\/source\.yaml$/.test(name))
  const warnings = inherits ? [] : coverage(compiled, hit)
  if (samples.length === 0 && !inherits)
    warnings.push(
      at(
        'samples',
        1,
        'the source has no samples',
        'samples/<name>.<ext> with <name>.expected.json',
      ),
    )
  const ok = errors.length === 0 && samples.every((sample) => sample.differences.length === 0)
  return { ok, source: compiled.source, errors, warnings, samples }
}

function at(file: string, line: number, message: string, expected: string, path = ''): ConfigError {
  return { file, line, column: 1, path, message, expected, hint: '' }
}

function sampleNames(files: SourceFiles): string[] {
  return Object.keys(files)
    .filter((name) => name.startsWith('samples/') && !name.endsWith(expectedEnd))
    .toSorted()
}

function runSample(
  name: string,
  files: SourceFiles,
  { source, mapping }: CompiledSource,
  hit: Set<Rule>,
  receivedAt: Instant,
  errors: ConfigError[],
): SampleResult {
  const map = mapper(mapping, (rule) => hit.add(rule))
  const raw = files[name]!
  const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw
  const got: unknown[] = []
  let records = 0
  for (const found of source.format.read(bytes, source.formatOptions)) {
    records += 1
    const mapped = map(found, receivedAt)
    if (mapped.kind === 'events') got.push(...mapped.events)
    else
      got.push({ fault: mapped.fault.code, detail: mapped.fault.detail, path: mapped.fault.path })
  }
  const expected = expectedOf(name, files, errors)
  const events = got.length
  return {
    name,
    records,
    events,
    differences: expected === undefined ? [] : differences(expected, got),
  }
}

function expectedOf(name: string, files: SourceFiles, errors: ConfigError[]): unknown {
  const file = `${name.replace(/\.[^./]+$/, '')}${expectedEnd}`
  const raw = files[file]
  if (raw === undefined) {
    errors.push(at(name, 1, 'the sample has no expected events', file))
    return undefined
  }
  try {
    const expected = JSON.parse(raw.toString()) as unknown
    if (Array.isArray(expected)) return expected
    errors.push(at(file, 1, 'the expected events are no list', '[ { "milestone": ... } ]'))
  } catch (error) {
    errors.push(at(file, 1, error instanceof Error ? error.message : String(error), 'JSON'))
  }
  return undefined
}

function coverage({ mapping }: CompiledSource, hit: ReadonlySet<Rule>): ConfigError[] {
  const missing = (rule: EventRule | RefuseRule, message: string): ConfigError[] =>
    hit.has(rule) ? [] : [at('source.yaml', rule.line, message, 'a sample that does', rule.path)]
  return [
    ...mapping.refuse.flatMap((rule) => missing(rule, 'no sample is refused')),
    ...mapping.events.flatMap((rule) => missing(rule, `no sample makes the event ${rule.name}`)),
  ]
}

/** The result as `orderhub config check` prints it, one source after the other. */
export function describeCheck(folder: string, result: CheckResult): string {
  const lines = [`${result.ok ? 'ok  ' : 'FAIL'} ${folder}`]
  const indented = (text: string): string => text.replaceAll(/^/gm, '  ')
  for (const error of result.errors) lines.push(indented(describeError(error)))
  for (const sample of result.samples) {
    if (sample.differences.length === 0) continue
    lines.push(`  ${sample.name}: ${sample.differences.length} differences`)
    for (const one of sample.differences) {
      lines.push(`    ${one.path}`, `      expected: ${one.expected}`, `      got:      ${one.got}`)
    }
  }
  for (const warning of result.warnings) lines.push(indented(`warning: ${describeError(warning)}`))
  return lines.join('\n')
}
