/** What operations on the life of sources take and answer. */
import { z } from 'zod'
import type { ContractChange } from '#contracts/compare.ts'
import type { ContractVersion, Drift, ShadowTold } from '#lifecycle/contracts.ts'
import type { VersionDiff } from '#lifecycle/diff.ts'
import type { SourceVersion } from '#lifecycle/versions.ts'
import { instant } from '#api/schemas/words.ts'

export const ofSource = z.strictObject({ source: z.string().min(1).max(100) })
const number = z.int().min(1).max(1_000_000)

export const files = z
  .record(z.string().min(1).max(200), z.string().max(200_000))
  .meta({ description: '`source.yaml`, `terms.csv`, and the files of the catalog they build on.' })

const versionRow = z
  .object({
    version: z.int(),
    hash: z.string(),
    createdAt: instant,
    shadow: z.boolean(),
    publishedAt: instant.nullable(),
    publishedBy: z.string().nullable(),
    kind: z.enum(['published', 'rolled-back']).nullable(),
  })
  .meta({ id: 'SourceVersion' }) satisfies z.ZodType<SourceVersion>
export const versions = z.object({ running: z.int(), items: z.array(versionRow) })
export const version = z.object({ source: z.string(), version: z.int(), files })
export const added = z.object({ source: z.string(), version: z.int() })
export const adding = z.strictObject({ files })

export const publishing = z.strictObject({
  version: number,
  reread: z
    .boolean()
    .optional()
    .meta({ description: 'Makes all orders anew, as the running versions read the history.' }),
})
export const rollingBack = z.strictObject({
  version: number.optional().meta({ description: 'Without it, the version that ran before.' }),
  reread: z.boolean().optional(),
})
export const published = z.object({
  source: z.string(),
  version: z.int(),
  reread: z
    .object({
      orders: z.int(),
      events: z.int(),
      seconds: z.number(),
      replayed: z.int(),
      left: z.int(),
    })
    .nullable(),
})

const count = z.int()
const diff = z
  .object({
    source: z.string(),
    receipts: count,
    records: count,
    events: z.object({
      before: count,
      after: count,
      added: count,
      removed: count,
      changed: count,
    }),
    quarantine: z.object({
      healed: count,
      fresh: count,
      reasons: z.array(z.object({ code: z.string(), records: count })),
    }),
    unknownWords: z.array(z.object({ word: z.string(), times: count })),
    orders: z.object({
      changed: count,
      statusesChanged: count,
      added: count,
      gone: count,
      statuses: z.array(z.object({ from: z.string(), to: z.string(), orders: count })),
      examples: z.array(
        z.object({ id: z.string(), label: z.string(), from: z.string(), to: z.string() }),
      ),
    }),
    complete: z.boolean(),
    sentence: z.string(),
  })
  .meta({ id: 'VersionDiff' }) satisfies z.ZodType<VersionDiff>
export const diffing = z.strictObject({ version: number })
export const diffJob = z
  .object({
    id: z.string(),
    source: z.string(),
    version: z.int(),
    state: z.enum(['running', 'done', 'failed']),
    receiptsDone: z.int(),
    receiptsTotal: z.int(),
    diff: diff.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'DiffJob' })

const shadowTold = z
  .object({
    version: z.int(),
    records: count,
    events: count,
    quarantined: count,
    milestones: z.record(z.string(), count),
    faults: z.record(z.string(), count),
    unknownWords: z.array(z.object({ word: z.string(), times: count })),
    firstAt: instant,
    lastAt: instant,
  })
  .meta({ id: 'ShadowTold' }) satisfies z.ZodType<ShadowTold>
export const shadow = z.object({ shadow: z.boolean(), items: z.array(shadowTold) })

const contractRow = z
  .object({ version: z.int(), createdAt: instant, records: count, fields: count })
  .meta({ id: 'ContractVersion' }) satisfies z.ZodType<ContractVersion>
export const contracts = z.object({ items: z.array(contractRow) })
export const document = z.record(z.string(), z.unknown())

const change = z
  .object({
    path: z.string(),
    kind: z.string(),
    backward: z.boolean(),
    forward: z.boolean(),
    detail: z.string(),
  })
  .meta({ id: 'ContractChange' }) satisfies z.ZodType<
  Omit<ContractChange, 'kind'> & { kind: string }
>
export const comparison = z.object({
  compatibility: z.enum(['full', 'backward', 'forward', 'none']),
  changes: z.array(change),
})
export const checked = z.object({ ...comparison.shape, records: count, unreadable: count })

const driftRow = z
  .object({
    source: z.string(),
    path: z.string(),
    kind: z.string(),
    severity: z.enum(['additive', 'breaking']),
    detail: z.string(),
    contractVersion: z.int(),
    times: count,
    quarantined: count,
    firstAt: instant,
    lastAt: instant,
    acknowledged: z.boolean(),
  })
  .meta({ id: 'Drift' }) satisfies z.ZodType<Drift>
export const drift = z.object({ items: z.array(driftRow) })
export const acknowledged = z.object({ acknowledged: count })
export const renewed = z.object({ source: z.string(), renewed: z.literal(true) })
