/** Answers to received EDI interchanges, for whoever sends them back. */
import { z } from 'zod'
import type { ApiContext } from '#api/context.ts'
import { operation, type Operation } from '#api/operation.ts'
import { Problem } from '#api/problem.ts'
import { acknowledgeReceipt } from '#flow/second-chance/acknowledge.ts'

const types = { x12: 'application/edi-x12', edifact: 'application/edifact' } as const

export function acknowledgementOperations({ flow, now }: ApiContext): Operation[] {
  return [
    operation({
      id: 'writeAcknowledgement',
      method: 'POST',
      path: '/v1/receipts/{receipt}/acknowledgement',
      tag: 'In',
      allow: 'records:write',
      keyless: true,
      params: z.strictObject({ receipt: z.string().regex(/^\d{1,15}$/) }),
      summary: 'The 997, 999 or CONTRL that answers a received interchange',
      description:
        'Says of every transaction set or message whether it could be read. Nothing is sent or stored; asked again, the answer has the same control number.',
      query: z.strictObject({
        kind: z.enum(['997', '999']).optional().meta({ description: 'Of X12; 997 when left out.' }),
      }),
      answers: { 200: { description: 'One interchange for each received.', type: types.x12 } },
      handle: async ({ params, query: { kind }, principal }) => {
        const reach = { pool: flow.pool, access: principal.access }
        const done = await acknowledgeReceipt(reach, Number(params.receipt), {
          sourceNamed: (name) => flow.sources.get(name)?.source,
          now: now(),
          ...(kind && { kind }),
        })
        if (done.ok) return { body: done.text, type: types[done.format] }
        if (done.reason === 'unknown-receipt')
          throw new Problem('not-found', `There is no receipt ${params.receipt}.`, {
            hint: 'The evidence of an event and a quarantined record name their receipts.',
          })
        throw new Problem(
          'bad-request',
          done.reason === 'not-edi'
            ? 'The receipt is no X12 or EDIFACT.'
            : 'The receipt holds nothing that is acknowledged: no document, or acknowledgements only.',
        )
      },
    }),
  ]
}
