/** Bodies and answers about causes, dry runs, replays of many and edits. */
import { z } from 'zod'
import type { DryRun } from '#flow/second-chance/dry-run.ts'
import type { CauseRow } from '#views/causes.ts'
import { limits } from '#model/limits.ts'
import { instant, totals } from '#api/schemas/words.ts'

export const cause = z
  .object({
    cause: z
      .string()
      .meta({ description: 'The fingerprint; /v1/quarantine?cause= lists its records.' }),
    source: z.string(),
    code: z.string(),
    detail: z.string(),
    path: z.string(),
    count: z.int(),
    firstAt: instant,
    lastAt: instant,
    example: z
      .string()
      .meta({ description: 'The id of the newest record; detail and path are its.' }),
  })
  .meta({ id: 'Cause' }) satisfies z.ZodType<CauseRow>
export const causes = z.object({ items: z.array(cause) })

const idText = z.string().regex(/^\d{1,15}$/)
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/)

const selected = {
  ids: z.array(idText).min(1).max(10_000).optional(),
  cause: fingerprint.optional(),
  source: z.string().min(1).max(100).optional(),
  code: z.string().min(1).max(50).optional(),
  all: z.literal(true).optional().meta({ description: 'Every open record.' }),
}
export const selection = z
  .strictObject(selected)
  .meta({ description: 'Open records that fit all of what is named; `all` where nothing is.' })
export const trying = z.strictObject({
  ...selected,
  files: z.record(z.string().max(100), z.string().max(limits.evidenceBytesMax)).optional().meta({
    description:
      'The mapping to try: the texts of `source.yaml` and `terms.csv`. Left out: the one that runs.',
  }),
})
export type Selected = z.output<typeof selection>

export const dryRunAnswer = z
  .object({
    tried: z.int(),
    healed: z.int(),
    events: z.int(),
    failing: z.array(
      z.object({
        source: z.string(),
        code: z.string(),
        detail: z.string(),
        path: z.string(),
        count: z.int(),
        example: z.string(),
      }),
    ),
  })
  .meta({ id: 'DryRun' }) satisfies z.ZodType<DryRun>

export const replayRun = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    startedAt: instant,
    total: z.int(),
    done: z.int(),
    healed: z.int(),
    failing: z.int(),
    events: z.int(),
  })
  .meta({ id: 'ReplayRun', description: 'How far a replay of many records is.' })
export type ReplayRun = z.output<typeof replayRun>

export const edited = z
  .object({ id: z.string(), status: z.literal('edited'), receipt: z.int(), totals })
  .meta({ id: 'Edited' })
