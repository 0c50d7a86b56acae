/** Webhooks in: posts that carry no key of the hub, only a signature of their sender. */
import { z } from 'zod'
import type { Door } from '#transports/webhook/door.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Answer, type Call, type Operation } from '#api/operation.ts'
import { Problem } from '#api/problem.ts'
import { totals } from '#api/schemas/words.ts'

/** Senders of webhooks keep below 1 MiB, mostly far; a stranger must not make the hub hold more. */
const hookBytesMax = 2 * 1024 * 1024
const none = { received: 0, accepted: 0, duplicate: 0, quarantined: 0, rejected: 0, events: 0 }

export function hookOperations(context: ApiContext): Operation[] {
  return [
    operation({
      id: 'receiveWebhook',
      method: 'POST',
      path: '/v1/hooks/{source}',
      tag: 'In',
      rate: 'none',
      summary: 'Takes a signed webhook of a source',
      description:
        'For sources whose transport is `webhook`. The signature is checked over the bytes as they came. A message that was taken before is acknowledged and has no effect; a copy of one sending is refused.',
      allow: 'everyone',
      params: z.strictObject({ source: z.string().min(1).max(100) }),
      query: z.strictObject({}),
      body: 'bytes',
      bodyBytesMax: hookBytesMax,
      keyless: true,
      answers: {
        200: { description: 'What became of every record, after COMMIT.', schema: totals },
        401: {
          description:
            'The signature is missing, wrong or too old, or no source of this name takes webhooks: strangers are not told which.',
        },
        409: { description: 'A copy of a sending that was taken.' },
      },
      before: (request, reply) => context.rates.refuse('strangers', request.ip, reply),
      handle: (call) => receive(context, call),
    }),
  ]
}

async function receive(
  context: ApiContext,
  { params, body, request, reply }: Call<{ source: string }, unknown, Buffer>,
): Promise<Answer> {
  const door = doorOf(context, params.source)
  const received = await door?.receive(request.headers, body)
  switch (received?.kind) {
    case 'taken':
      context.rates.take('ingest', `hook ${params.source}`, reply)
      return { body: received.totals }
    case 'known':
      return { body: none, headers: { 'idempotency-replayed': 'true' } }
    case 'replayed':
      throw new Problem('replayed', 'This sending of the message was taken before.', {
        hint: 'A sender that tries again signs anew.',
      })
    case 'refused':
    case undefined:
      context.rates.take('strangers', request.ip, reply)
      throw new Problem('bad-signature', 'Nothing of this was taken.', {
        hint: 'Sign the bytes of the body as they are sent, with a secret of the source. Whoever runs the hub sees at GET /v1/sources what was wrong.',
      })
  }
}

function doorOf({ board }: ApiContext, source: string): Door | undefined {
  return board.door(source)
}
