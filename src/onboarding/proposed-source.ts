import type { Source } from '#model/source.ts'
import { draft, type Draft, type DraftHead } from './draft.ts'
import { propose, type Proposal } from './propose.ts'
import type { SampleFile } from './reading.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A source nobody has described, read as the proposer understands it. */
export type ProposedSource = {
  readonly source: Source
  readonly proposal: Proposal
  readonly draft: Draft
}

const nobody: DraftHead = {
  source: 'proposed',
  title: 'Proposed from its samples',
  company: 'unknown',
  region: 'GLOBAL',
  zone: 'unknown',
  pattern: null,
  terms: [],
}

/**
 * The proposal for files, compiled, for looking at what it would tell: nothing of it is applied. Null with a sentence when
 * there is none, or when it says neither which order nor when. `extra`: files of the catalog that `head.terms` names.
 */
export function proposedSource(
  files: readonly SampleFile[],
  vocabulary: Vocabulary,
  head: Partial<DraftHead> = {},
  extra: Readonly<Record<string, string>> = {},
): ProposedSource | { readonly source: null; readonly why: string } {
  const proposed = propose(files, vocabulary)
  if (!proposed.ok) return { source: null, why: proposed.why }
  const { proposal } = proposed
  const [blocked] = proposal.plan.blocked
  if (blocked !== undefined) return { source: null, why: blocked }
  const written = draft(proposal, { ...nobody, ...head }, extra)
  const [error] = written.errors
  if (written.source === null)
    return { source: null, why: `The proposal does not compile: ${error?.message ?? 'unknown'}.` }
  return { source: written.source, proposal, draft: written }
}
