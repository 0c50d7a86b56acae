/** Answers about one order; each schema is checked against the type the views are written in. */
import { z } from 'zod'
import type { OrderRow, OrderView, PartView, SearchHit, TimelineRow } from '#model/view.ts'
import {
  classifier,
  factValue,
  facts,
  identifierType,
  instant,
  milestone,
  next,
  status,
} from './words.ts'

const evidenceRef = z.object({ event: z.string(), source: z.string(), at: instant }).meta({
  id: 'EvidenceRef',
  description: 'The event a value comes from; `evidence?event=` opens it.',
})

const dispute = z.object({
  rule: z.string(),
  others: z.array(z.object({ value: factValue, evidence: evidenceRef })),
})

const valueView = z
  .object({
    value: factValue,
    evidence: evidenceRef,
    dispute: dispute.exactOptional(),
    elsewhere: z
      .array(z.object({ company: z.string(), value: factValue, evidence: evidenceRef }))
      .exactOptional()
      .meta({ description: 'What other companies of the deal say of their own part.' }),
  })
  .meta({ id: 'Value' })

const milestoneView = z
  .object({
    milestone,
    classifier,
    at: instant,
    part: z.string(),
    substatus: z.string().exactOptional(),
    words: z.string().exactOptional(),
    evidence: evidenceRef,
  })
  .meta({ id: 'MilestoneReached' })

const partView = z
  .object({
    key: z.string(),
    kind: z.enum(['line', 'shipment', 'package']),
    label: z.string(),
    company: z.string().exactOptional(),
    status,
    substatus: z.string().exactOptional(),
    facts: z.record(z.string(), valueView),
    milestones: z.array(milestoneView),
    get packages(): z.ZodExactOptional<z.ZodArray<z.ZodType<PartView>>> {
      return z.array(partView as z.ZodType<PartView>).exactOptional()
    },
  })
  .meta({ id: 'Part' })

const identifier = z.object({
  ns: z.string(),
  type: identifierType,
  value: z.string(),
  label: z.string(),
  suspended: z.literal(true).exactOptional(),
})

const link = z
  .object({
    a: z.string(),
    b: z.string(),
    source: z.string(),
    event: z.string(),
    voided: z.literal(true).exactOptional(),
  })
  .meta({
    id: 'Link',
    description: 'Two identifiers that an event of a source says are one order.',
  })

const hold = z.object({
  kind: z.string(),
  part: z.string(),
  open: z.boolean(),
  placedAt: instant.exactOptional(),
  releasedAt: instant.exactOptional(),
  evidence: evidenceRef,
})

export const orderView = z
  .object({
    id: z.string().meta({
      description: 'Golden id; former ones keep resolving.',
      examples: ['G-7K2M4Q9TX3RB'],
    }),
    asOf: instant.nullable(),
    version: z.int(),
    sentence: z.string(),
    status,
    substatus: z.string().exactOptional(),
    statusEvidence: evidenceRef.extend({ words: z.string().exactOptional() }).exactOptional(),
    companies: z.array(z.string()),
    regions: z.array(z.string()),
    updatedAt: instant,
    facts: z.record(z.string(), valueView),
    identifiers: z.array(identifier),
    links: z.array(link),
    promises: z.array(
      z.object({
        kind: z.enum(['requested', 'promised', 'estimated', 'actual']),
        at: z.string(),
        part: z.string(),
        evidence: evidenceRef,
      }),
    ),
    milestones: z.array(milestoneView),
    lines: z.array(partView),
    shipments: z.array(partView),
    holds: z.array(hold),
    disputes: z.array(
      z.object({
        field: z.string(),
        part: z.string(),
        chosen: factValue,
        others: z.array(factValue),
        rule: z.string(),
      }),
    ),
    flags: z.array(
      z.object({
        kind: z.enum(['invalid-transition', 'unknown-word', 'suspended-identifier']),
        text: z.string(),
        part: z.string(),
        evidence: evidenceRef.exactOptional(),
      }),
    ),
  })
  .meta({ id: 'Order' }) satisfies z.ZodType<OrderView>

const place = z.object({
  name: z.string().exactOptional(),
  city: z.string().exactOptional(),
  region: z.string().exactOptional(),
  country: z.string().exactOptional(),
  code: z.string().exactOptional(),
})

export const timelineRow = z
  .object({
    event: z.string(),
    at: instant,
    sourceText: z.string(),
    certainty: z.string(),
    recordedAt: instant,
    source: z.string(),
    company: z.string(),
    region: z.string(),
    milestone,
    classifier,
    part: z.string(),
    words: z.string().exactOptional(),
    substatus: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    place: place.exactOptional(),
    facts: facts.exactOptional(),
    late: z.literal(true).exactOptional(),
    ahead: z.literal(true).exactOptional(),
  })
  .meta({ id: 'TimelineRow' }) satisfies z.ZodType<TimelineRow>

export const timelinePage = z.object({ items: z.array(timelineRow), next })

export const orderRow = z
  .object({
    id: z.string(),
    label: z.string(),
    status,
    companies: z.array(z.string()),
    regions: z.array(z.string()),
    updatedAt: instant,
    milestone: milestone.exactOptional().meta({
      description: 'What the newest change told; left out where it is not at hand.',
    }),
    classifier: z.enum(['PLN', 'EST', 'REQ']).exactOptional().meta({
      description: 'Of a milestone that has not happened: planned, estimated, requested.',
    }),
    source: z.string().exactOptional().meta({ description: 'Who told the newest change.' }),
  })
  .meta({ id: 'OrderRow' }) satisfies z.ZodType<OrderRow>

export const orderPage = z.object({ items: z.array(orderRow), next })

export const searchHit = z
  .object({
    id: z.string(),
    ns: z.string(),
    type: identifierType,
    value: z.string(),
    label: z.string(),
    status,
  })
  .meta({ id: 'SearchHit' }) satisfies z.ZodType<SearchHit>

export const searchHits = z.object({ items: z.array(searchHit) })
export const candidates = z.object({ candidates: z.array(searchHit) }).meta({
  id: 'Candidates',
  description:
    'Several orders have this identifier; narrow it by `ns` and `type`, or ask for an id.',
})

export const graph = z
  .object({
    nodes: z.array(
      z.object({
        id: z.string(),
        ns: z.string(),
        type: z.string(),
        value: z.string(),
        label: z.string(),
        suspended: z.literal(true).exactOptional(),
      }),
    ),
    edges: z.array(link),
  })
  .meta({ id: 'Graph' })

export const evidence = z
  .object({
    event: timelineRow.extend({
      identifiers: z.array(z.string()),
      mapping: z.object({
        hash: z.string(),
        version: z.int(),
        createdAt: instant,
        file: z.string(),
        files: z.record(z.string(), z.string()),
      }),
    }),
    record: z.object({
      receipt: z.string(),
      index: z.int(),
      source: z.string(),
      format: z.string(),
      receivedAt: instant,
      name: z.string().exactOptional(),
      context: z.string().exactOptional(),
      from: z.int(),
      to: z.int(),
      receiptBytes: z.int(),
      sha256: z.string(),
      bytesBase64: z.string(),
      text: z.string(),
      truncated: z.boolean(),
    }),
    links: z.array(link),
  })
  .meta({
    id: 'Evidence',
    description: 'Event, mapping version, record bytes as received, and the links the event made.',
  })

export type EventLinkView = z.output<typeof link>
