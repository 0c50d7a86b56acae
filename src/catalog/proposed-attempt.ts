/** What the proposer makes of bytes that no definition knows: a fallback for looking, never for taking. */
import type { Found } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { formatNamed } from '#formats/registry.ts'
import { parseSafely } from '#flow/parse.ts'
import { draft } from '#onboarding/draft.ts'
import { propose } from '#onboarding/propose.ts'
import { isReference } from '#onboarding/reference-data.ts'
import type { Vocabulary } from '#onboarding/vocabulary.ts'
import { draftExtra, draftTerms, loadVocabulary } from './vocabulary.ts'

/** Formats whose senders choose the names of fields; others have definitions of their standards. */
const named = new Set(['csv', 'fixed-width', 'json', 'ndjson', 'xml'])

/**
 * `source`: the proposal compiled, null when none can be made. `silent`: the records are readable and tell nothing of orders.
 * `why`: a sentence when there is no source.
 */
export type ProposedAttempt = {
  readonly format: string
  readonly source: Source | null
  readonly silent: boolean
  readonly why: string | null
  readonly found: readonly Found[]
}

let known: Promise<readonly [Vocabulary, Record<string, string>]> | undefined

/** Proposes; null when the bytes are in no format that has names of its own. Reads within the bounds of any parse. */
export async function proposedAttempt(
  name: string,
  bytes: Buffer,
): Promise<ProposedAttempt | null> {
  known ??= Promise.all([loadVocabulary(null), draftExtra()])
  const [vocabulary, extra] = await known
  const proposed = propose([{ name, bytes }], vocabulary)
  if (!proposed.ok || !named.has(proposed.proposal.reading.format)) return null
  const { proposal } = proposed
  const { reading, plan } = proposal
  const written = draft(
    proposal,
    {
      source: 'proposed',
      title: 'Proposed from the file',
      company: 'unknown',
      region: 'GLOBAL',
      zone: 'unknown',
      pattern: null,
      terms: [...draftTerms],
    },
    extra,
  )
  const { source } = written
  const blocked = plan.blocked[0] ?? written.errors[0]?.message ?? null
  if (source !== null && blocked === null) {
    const found = await parseSafely(source.format, source.formatOptions, bytes)
    return { format: reading.format, source, silent: false, why: null, found }
  }
  const silent = isReference(proposal)
  const format = formatNamed(reading.format)!
  const found = await parseSafely(format, format.options(reading.options), bytes)
  return { format: reading.format, source: null, silent, why: silent ? nothing : blocked, found }
}

const nothing = 'Reference data: nothing in it tells of an order or a shipment.'
