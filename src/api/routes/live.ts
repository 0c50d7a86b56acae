/** The live feed as server-sent events. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { followFeeds } from '#feeds/news.ts'
import type { FeedNews } from '#feeds/watch.ts'
import type { ApiContext } from '../context.ts'
import { operation, type Operation } from '../operation.ts'
import { seesScope } from '../principal.ts'
import { Problem } from '../problem.ts'
import { securityHeaders } from '../security-headers.ts'

/** Proxies and people notice a dead connection within this time; a revoked key loses its feed at the next one. */
const heartbeatMs = 15_000

export function liveOperations({ live, authenticator, flow }: ApiContext): Operation[] {
  return [
    operation({
      id: 'followOrders',
      method: 'GET',
      path: '/v1/live',
      tag: 'Orders',
      allow: 'orders:read',
      summary: 'Orders as they change, as server-sent events',
      description:
        'Event `orders`: `{"changes":[{id,label,status,companies,regions,at,milestone,source}]}`; its id is the batch. A reader who comes back with `Last-Event-ID` gets what he missed, or event `reset` when that is too much. Event `feed` tells of an incident of a source (see /v1/feeds) and has no id. Status, milestone and source of an order are left out where not all of it is in the reader’s scopes.',
      query: z.strictObject({
        lastEventId: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional()
          .meta({ description: 'As the header Last-Event-ID, which wins.' }),
      }),
      answers: { 200: { description: 'A stream that does not end.', type: 'text/event-stream' } },
      handle: async ({ query, principal, request, reply }) => {
        const from = batchOf(request.headers['last-event-id'] ?? query.lastEventId)
        const response = reply.raw
        const reader = live.join(principal.access, response, from, () => begin(request, reply))
        const stopFeeds = followFeeds(flow, (news) => {
          if (seesScope(principal, news.scope)) reader.write(feedMessage(news))
        })
        const heartbeat = setInterval(() => {
          reader.write(': heartbeat\n\n')
          authenticator.stillLives(request).then(
            (lives) => lives || reader.end(),
            () => undefined,
          )
        }, heartbeatMs)
        heartbeat.unref()
        response.once('close', () => {
          clearInterval(heartbeat)
          stopFeeds()
          live.leave(reader)
        })
        return null
      },
    }),
  ]
}

/** Takes the connection over and sends the head of a stream. */
function begin(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...securityHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  })
  reply.raw.flushHeaders()
}

/** News of feeds are no batch: they have no id, and whoever missed them asks GET /v1/feeds. */
function feedMessage({ scope: _scope, ...news }: FeedNews): string {
  return `event: feed\ndata: ${JSON.stringify(news)}\n\n`
}

function batchOf(text: string | readonly string[] | undefined): number | null {
  if (text === undefined || text === '') return null
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text)
  throw new Problem('bad-parameter', 'Last-Event-ID is none of this feed.', {
    hint: 'Leave it out to begin now.',
  })
}
