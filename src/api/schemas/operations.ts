/** Answers about the hub itself: ledger, quarantine, sources, links, callers. */
import { z } from 'zod'
import type { LedgerRow } from '#views/ledger.ts'
import { transportStates } from '#transports/port.ts'
import type { QuarantineDetail, QuarantineRow } from '#views/quarantine.ts'
import { identifierType, instant, next } from './words.ts'

const ledgerRow = z
  .object({
    source: z.string(),
    day: z.iso.date(),
    received: z.int(),
    accepted: z.int(),
    duplicate: z.int(),
    quarantined: z.int(),
    rejected: z.int(),
    difference: z.int(),
  })
  .meta({ id: 'LedgerRow' }) satisfies z.ZodType<LedgerRow>

export const ledger = z.object({ rows: z.array(ledgerRow), balanced: z.boolean() }).meta({
  id: 'Ledger',
  description:
    'received = accepted + duplicate + quarantined + rejected, per source and day (UTC).',
})

export const quarantineState = z.enum(['open', 'replayed', 'discarded', 'edited'])

const quarantineRow = z
  .object({
    id: z.string(),
    source: z.string(),
    code: z.string(),
    detail: z.string(),
    path: z.string(),
    receivedAt: instant,
    status: quarantineState,
    cause: z.string().meta({ description: 'Shared by all records that wait for the same reason.' }),
    settledBy: z
      .int()
      .nullable()
      .meta({ description: 'The receipt of the repaired copy, where one was sent.' }),
    mappingVersion: z.int(),
    preview: z.string(),
  })
  .meta({ id: 'QuarantineRow' }) satisfies z.ZodType<QuarantineRow>

export const quarantinePage = z.object({ items: z.array(quarantineRow), next })

export const quarantined = z
  .object({
    ...quarantineRow.shape,
    receipt: z.int(),
    name: z.string().nullable(),
    context: z.string().nullable(),
    from: z.int(),
    to: z.int(),
    bytesBase64: z.string(),
    text: z.string(),
    truncated: z.boolean(),
  })
  .meta({ id: 'Quarantined' }) satisfies z.ZodType<QuarantineDetail>

export const settled = z
  .object({
    id: z.string(),
    status: quarantineState,
    events: z
      .int()
      .meta({ description: 'New events of this call; 0 when the record was settled before.' }),
  })
  .meta({ id: 'Settled' })

const told = z.object({ message: z.string(), since: instant }).nullable()

const feed = z
  .object({
    state: z.enum(transportStates),
    lastHeardAt: instant.nullable(),
    lastTakenAt: instant.nullable(),
    lag: z
      .object({
        value: z.number(),
        unit: z.enum(['bytes', 'files', 'messages', 'rows', 'seconds']),
      })
      .nullable(),
    receiptsTaken: z.int(),
    error: told,
    alarm: told,
  })
  .meta({
    id: 'Feed',
    description:
      'How the source is fed; null where it is pushed. lastHeardAt: the other side answered; lag: what it has more; alarm: what a person must know although it goes on.',
  })

export const source = z
  .object({
    name: z.string(),
    title: z.string(),
    company: z.string(),
    region: z.string(),
    format: z.string(),
    transport: z.string(),
    mappingVersion: z.int(),
    counts: z.object({
      received: z.int(),
      accepted: z.int(),
      duplicate: z.int(),
      quarantined: z.int(),
      rejected: z.int(),
    }),
    feed: feed.nullable(),
  })
  .meta({ id: 'Source' })
export const sources = z.object({ items: z.array(source) })

const identifierText = z
  .string()
  .min(3)
  .max(400)
  .regex(/^[a-z-]+:.+:[^:]+$/)
  .meta({
    description: '`type:namespace:value`, as links and graphs show it.',
    examples: ['order:servers:4500017231'],
  })

export const claim = z.strictObject({
  source: z.string().min(1).max(100),
  a: identifierText,
  b: identifierText,
})
export const voiding = z.strictObject({
  claims: z.array(claim).min(1).max(100),
  reason: z.string().min(1).max(500).meta({ description: 'Why, for those who look later.' }),
})
export const restoring = z.strictObject({ claims: z.array(claim).min(1).max(100) })
export const ruled = z
  .object({ claims: z.int().meta({ description: 'Claims the ruling covers.' }) })
  .meta({ id: 'Ruled' })

export const review = z
  .object({
    identifier: z.string(),
    type: identifierType,
    ns: z.string(),
    value: z.string(),
    openedAt: instant,
    decision: z.string().nullable(),
    decidedAt: instant.nullable(),
    waiting: z
      .array(z.string())
      .meta({ description: 'Identifiers that were not joined because of it; at most 100.' }),
    waitingCount: z.int(),
  })
  .meta({
    id: 'Review',
    description: 'An identifier that would have joined too many orders and waits for a person.',
  })
export const reviews = z.object({ items: z.array(review) })

export const me = z
  .object({
    kind: z.enum(['key', 'session']),
    keyId: z.string(),
    name: z.string(),
    organisation: z.string(),
    permissions: z.array(z.string()),
    scopes: z.union([
      z.literal('*'),
      z.array(z.object({ company: z.string(), region: z.string() })),
    ]),
  })
  .meta({ id: 'Me' })

export const entering = z.strictObject({
  name: z.string().min(1).max(100).optional().meta({ description: 'Who the link is for.' }),
})
export const entry = z
  .object({ url: z.string(), expiresAt: instant })
  .meta({ id: 'Entry', description: 'A link that signs a browser in, once.' })

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' })
