/** What goes in: bytes of a source in its own format, and CloudEvents. Acknowledged after COMMIT. */
import { z } from 'zod'
import type { Totals } from '#model/record.ts'
import type { ApiContext } from '../context.ts'
import { readCloudEvents } from '../cloud-events.ts'
import { operation, type Answer, type Operation } from '../operation.ts'
import { seesScope, type Principal } from '../principal.ts'
import { Problem } from '../problem.ts'
import { totals } from '../schemas/words.ts'

const taken = { description: 'What became of every record, after COMMIT.', schema: totals }
const rejected = { description: 'Nothing of the body was taken.' }

/** The operations that take records. */
export function intakeOperations(context: ApiContext): Operation[] {
  return [
    operation({
      id: 'sendRecords',
      method: 'POST',
      path: '/v1/sources/{source}/records',
      tag: 'In',
      rate: 'ingest',
      summary: 'Takes records of a source in its own format',
      description:
        'The body is what the source wrote, byte for byte: an IDoc, an X12 interchange, a CSV file, JSON lines. A record that cannot be read is kept in quarantine with its reason.',
      allow: 'records:write',
      params: z.strictObject({ source: z.string().min(1).max(100) }),
      query: z.strictObject({
        name: z
          .string()
          .min(1)
          .max(255)
          .optional()
          .meta({ description: 'The name of the file or message, kept as evidence.' }),
      }),
      body: 'bytes',
      answers: { 200: taken, 422: rejected },
      handle: async ({ params, query, body, principal }) => {
        const name = visibleSource(context, principal, params.source)
        return take(context, name, body, query.name === undefined ? {} : { name: query.name })
      },
    }),
    operation({
      id: 'sendEvents',
      method: 'POST',
      path: '/v1/events',
      tag: 'In',
      rate: 'ingest',
      summary: 'Takes CloudEvents 1.0: one, a batch, a line each, or in binary mode',
      description:
        'One event or a batch that breaks a rule of CloudEvents is refused whole, naming every fault. In a stream of lines a faulty line goes to quarantine and the others are taken. The events go to the source named by `source`; without it to the one the key is named after, or to the only one there is.',
      allow: 'records:write',
      query: z.strictObject({
        source: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .meta({ description: 'A source whose format is cloudevents.' }),
      }),
      body: 'bytes',
      bodyTypes: [
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'application/x-ndjson',
        'application/json',
      ],
      answers: { 200: taken, 422: rejected },
      handle: async ({ query, body, principal, request }) => {
        const name = eventSource(context, principal, query.source)
        return take(context, name, readCloudEvents(request.headers, body), {})
      },
    }),
  ]
}

async function take(
  context: ApiContext,
  source: string,
  bytes: Buffer,
  about: { name?: string },
): Promise<Answer> {
  if (bytes.length === 0) {
    throw new Problem('bad-body', 'The body is empty.', {
      hint: 'Send the bytes as the source wrote them.',
    })
  }
  const body = await context.flow.ingest(source, bytes, about)
  if (isRefused(body)) {
    throw new Problem('all-rejected', `All ${body.received} records were rejected.`, {
      hint: 'Compare the bytes with the format of the source (GET /v1/sources).',
    })
  }
  return { body }
}

/** Quarantined records are kept and can be replayed; only a body of which nothing was kept is an error. */
function isRefused({ received, rejected }: Totals): boolean {
  return received > 0 && rejected === received
}

/** The name, when the caller may write to this source; a source of foreign scopes is as unknown as one that is not. */
export function visibleSource({ flow }: ApiContext, principal: Principal, name: string): string {
  const running = flow.sources.get(name)
  if (running !== undefined && seesScope(principal, running.scopeKey)) return name
  throw new Problem('unknown-source', `There is no source "${name}".`, {
    hint: 'GET /v1/sources lists those your key may use.',
  })
}

function eventSource(context: ApiContext, principal: Principal, named: string | undefined): string {
  const fitting = [...context.flow.sources.values()]
    .filter(
      ({ source, scopeKey }) =>
        source.format.name === 'cloudevents' && seesScope(principal, scopeKey),
    )
    .map(({ source }) => source.name)
  if (named !== undefined) {
    const name = visibleSource(context, principal, named)
    if (fitting.includes(name)) return name
    throw new Problem('wrong-media-type', `The source "${name}" does not speak CloudEvents.`, {
      hint: `Send its records to /v1/sources/${name}/records.`,
    })
  }
  if (fitting.includes(principal.name)) return principal.name
  if (fitting.length === 1) return fitting[0]!
  throw new Problem('no-source-named', 'It is not clear which source these events are of.', {
    hint:
      fitting.length === 0
        ? 'No source your key may use speaks CloudEvents.'
        : `Add ?source= with one of: ${fitting.join(', ')}.`,
  })
}
