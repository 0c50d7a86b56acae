/** The health of feeds: silent, late, drifting, flooding, each as one incident. */
import { z } from 'zod'
import type { FeedIncidentRow, FeedRow } from '#views/feeds.ts'
import { listFeeds } from '#views/feeds.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Operation } from '#api/operation.ts'
import { instant } from '#api/schemas/words.ts'

const troubles = z.enum(['silent', 'late', 'drifting', 'flooding'])
const incident = z
  .object({
    kind: troubles,
    since: instant,
    noticedAt: instant,
    expected: z.string(),
    observed: z.string(),
  })
  .meta({ id: 'FeedIncident' }) satisfies z.ZodType<FeedIncidentRow>

const feedHealth = z
  .object({
    source: z.string(),
    lane: z
      .string()
      .meta({ description: 'A topic, partner or kind of file; empty for the source as a whole.' }),
    health: z.enum(['well', 'learning', ...troubles.options]),
    lastAt: instant,
    dueAt: instant
      .nullable()
      .meta({ description: 'When quiet becomes an incident; null while it is being learned.' }),
    judgedAt: instant,
    incident: incident.nullable(),
  })
  .meta({ id: 'FeedHealth' }) satisfies z.ZodType<FeedRow>

export const feedsAnswer = z.object({ items: z.array(feedHealth) })

export function feedOperations({ views }: ApiContext): Operation[] {
  return [
    operation({
      id: 'listFeeds',
      method: 'GET',
      path: '/v1/feeds',
      tag: 'In',
      allow: 'orders:read',
      summary: 'Whether the systems speak as they are wont to',
      description:
        'What is usual is learned for each hour of the week. `GET /v1/live` tells of incidents as event `feed`.',
      query: z.strictObject({}),
      answers: {
        200: { description: 'One row a feed, those in trouble first.', schema: feedsAnswer },
      },
      handle: async ({ principal }) => ({
        body: { items: await listFeeds(views, principal.access) },
      }),
    }),
  ]
}
