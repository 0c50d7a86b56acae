import { assign, type AssignedField } from './assign.ts'
import { flatten } from './flatten.ts'
import { kindsOf, type Kind } from './kinds.ts'
import { mergedPlans } from './merge-plans.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan-types.ts'
import { readSamples, type SampleFile, type SampleReading } from './reading.ts'
import { scoreFields } from './score-fields.ts'
import { proposeTerm, type TermProposal } from './score-terms.ts'
import { isOfParcels } from './parcels.ts'
import { inField, type Vocabulary } from './vocabulary.ts'

/** What a source probably is: how its files are read, what each field is, what its words mean, and what would be told of it. */
export type Proposal = {
  readonly reading: SampleReading
  /** Words of the files' names. */
  readonly topic: string
  readonly records: number
  readonly fields: readonly AssignedField[]
  readonly plan: Plan
  readonly terms: readonly TermProposal[]
}

/** A proposal, or the sentence that says why there is none. */
export type Proposed =
  | { readonly ok: true; readonly proposal: Proposal }
  | { readonly ok: false; readonly why: string }

const wordsMax = 300

/**
 * Looks at samples of a source nobody has described and proposes what they mean. Pure: the same files and vocabulary give the
 * same proposal. Nothing in it is applied; `draft` writes it down for a person to check.
 */
export function propose(files: readonly SampleFile[], vocabulary: Vocabulary): Proposed {
  if (files.length === 0) return { ok: false, why: 'There is no sample.' }
  const reading = readSamples(files)
  if (reading === null) return { ok: false, why: 'No format of the hub recognises these files.' }
  if (reading.trees.length === 0) {
    const [fault] = reading.faults
    return {
      ok: false,
      why: `No record of format ${reading.format} can be read: ${fault?.detail ?? 'the files are empty'}`,
    }
  }
  const topic = topicOf(files)
  const trees = reading.format === 'debezium' ? reading.trees.map(rowOnly) : reading.trees
  const kinds = kindsOf(trees).map((kind) =>
    proposeKind(kind, vocabulary, topic, reading.options['lines'] !== undefined),
  )
  const records = Math.min(
    trees.length,
    kinds.reduce((sum, kind) => sum + kind.records, 0),
  )
  const fields = kinds.flatMap((kind) => kind.fields)
  const terms = new Map(
    kinds.flatMap((kind) => kind.terms.map((term) => [term.word, term] as const)),
  )
  const plan = mergedPlans(kinds.map(({ plan, guard }) => ({ plan, guard })))
  return {
    ok: true,
    proposal: { reading, topic, records, fields, plan, terms: [...terms.values()] },
  }
}

type ProposedKind = {
  readonly records: number
  readonly fields: readonly AssignedField[]
  readonly plan: Plan
  readonly terms: readonly TermProposal[]
  readonly guard: string | null
}

function proposeKind(
  { trees, guard }: Kind,
  vocabulary: Vocabulary,
  topic: string,
  single: boolean,
): ProposedKind {
  const flat = flatten(trees, single)
  const fields = assign(scoreFields(flat, vocabulary, topic))
  const plan = planOf(fields, topic)
  const known = inField(vocabulary, isOfParcels(flat, topic))
  return { records: flat.records, fields, plan, terms: termsOf(fields, plan, known), guard }
}

/** Words of the files' names: `raw_orders.csv` holds orders. */
function topicOf(files: readonly SampleFile[]): string {
  const names = files.map(({ name }) =>
    name
      .replace(/^.*[/\\]/, '')
      .replace(/\..*$/, '')
      .replaceAll(/\d+/g, ''),
  )
  return names[0] ?? ''
}

/** Before and after of a change say the same as its row. */
function rowOnly(tree: unknown): unknown {
  if (typeof tree !== 'object' || tree === null || !('row' in tree)) return tree
  const { row, source, op } = tree as Record<string, unknown>
  const { table, lsn } = (source ?? {}) as Record<string, unknown>
  return { row, op, source: { table, lsn } }
}

function termsOf(
  fields: readonly AssignedField[],
  plan: Plan,
  vocabulary: Vocabulary,
): TermProposal[] {
  const found = new Map<string, TermProposal>()
  for (const one of fields) {
    if (!plan.statuses.includes(one.field.path)) continue
    const beside = fields.find(
      (other) => other.role === 'words' && other.field.list === one.field.list,
    )
    const descriptions = beside === undefined ? null : together(one, beside)
    for (const [word, count] of one.profile.words.slice(0, wordsMax)) {
      if (found.size >= wordsMax || found.has(word)) continue
      found.set(word, proposeTerm(word, count, descriptions?.get(word), vocabulary))
    }
  }
  return [...found.values()]
}

/** The text that stands most often beside each word, where both fields have as many values. */
function together(words: AssignedField, texts: AssignedField): Map<string, string> {
  const pairs = new Map<string, string>()
  if (words.field.values.length !== texts.field.values.length) return pairs
  for (const [index, word] of words.field.values.entries()) {
    const key = String(word).trim()
    if (!pairs.has(key)) pairs.set(key, String(texts.field.values[index]).trim())
  }
  return pairs
}
