/** Small schemas that many answers share. */
import { z } from 'zod'
import { identifierTypes, type IdentifierType } from '#model/identifier.ts'
import { limits } from '#model/limits.ts'
import { milestones } from '#model/milestone.ts'

export const statuses = [
  'unknown',
  'quoted',
  'ordered',
  'confirmed',
  'in-production',
  'in-fulfilment',
  'partially-shipped',
  'shipped',
  'in-transit',
  'customs',
  'out-for-delivery',
  'attempt-failed',
  'exception',
  'partially-delivered',
  'delivered',
  'on-hold',
  'rejected',
  'cancelled',
  'returning',
  'returned',
  'completed',
] as const

export const status = z.enum(statuses).meta({ id: 'Status' })
export const classifier = z
  .enum(['PLN', 'EST', 'REQ', 'ACT'])
  .meta({ id: 'Classifier', description: 'Planned, estimated, requested, actual (DCSA).' })
export const milestone = z.enum([...milestones, 'unknown', 'note']).meta({ id: 'Milestone' })
export const identifierType = z
  .enum(Object.keys(identifierTypes) as [IdentifierType])
  .meta({ id: 'IdentifierType' })
export const instant = z
  .string()
  .meta({ format: 'date-time', description: 'ISO 8601 with offset.' })
export const factValue = z.union([z.string(), z.number(), z.boolean()])
export const facts = z.record(z.string(), factValue)
export const next = z
  .string()
  .nullable()
  .meta({ description: 'The cursor of the page behind this one, null on the last.' })

/** Parameters every list takes. */
export const cursor = z
  .string()
  .max(200)
  .optional()
  .meta({ description: 'The `next` of the page before.' })
export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(limits.pageRowsMax)
  .optional()
  .meta({ description: `Rows a page; ${limits.pageRowsDefault} when left out.` })
export const asOf = z.iso
  .datetime({ offset: true })
  .optional()
  .meta({ description: 'Answers what the hub knew at this moment.' })

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    hint: z.string().exactOptional(),
    errors: z.array(z.object({ at: z.string(), detail: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457. `code` is stable, `hint` says what to do next.' })

export const totals = z
  .object({
    received: z.int(),
    accepted: z.int(),
    duplicate: z.int(),
    quarantined: z.int(),
    rejected: z.int(),
    events: z.int(),
  })
  .meta({
    id: 'Totals',
    description:
      'Records by what became of them; received is the sum of the next four. `events`: new events.',
  })
