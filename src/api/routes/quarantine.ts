/** Records that could not be taken, and what a person does about them; the ledger that counts them. */
import { z } from 'zod'
import { discardQuarantined, replayQuarantined } from '#flow/quarantine.ts'
import { readLedger } from '#views/ledger.ts'
import { listQuarantine, readQuarantined } from '#views/quarantine.ts'
import type { ApiContext } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { operation, type Answer, type Operation } from '../operation.ts'
import type { Principal } from '../principal.ts'
import { Problem } from '../problem.ts'
import {
  ledger,
  quarantined,
  quarantinePage,
  quarantineState,
  settled,
} from '../schemas/operations.ts'
import { cursor, limit } from '../schemas/words.ts'

const params = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,15}$/)
    .meta({ description: 'The id of a quarantined record.' }),
})
const cause = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .optional()
  .meta({ description: 'A fingerprint of GET /v1/quarantine/causes.' })
const answers = { 200: { description: 'What became of the record.', schema: settled } }
const changed = { method: 'POST', tag: 'Quarantine', allow: 'quarantine:write', params } as const

export function quarantineOperations(context: ApiContext): Operation[] {
  const { views } = context
  return [
    ...settlingOperations(context),
    operation({
      id: 'readLedger',
      method: 'GET',
      path: '/v1/ledger',
      tag: 'Quarantine',
      allow: 'orders:read',
      summary: 'What became of every record',
      query: z.strictObject({}),
      answers: {
        200: { description: 'One row a source and day, newest day first.', schema: ledger },
      },
      handle: async ({ principal }) => ({ body: await readLedger(views, principal.access) }),
    }),
    operation({
      id: 'listQuarantine',
      method: 'GET',
      path: '/v1/quarantine',
      tag: 'Quarantine',
      allow: 'orders:read',
      summary: 'Records that could not be taken, newest first',
      query: z.strictObject({
        status: quarantineState.optional(),
        source: z.string().min(1).max(100).optional(),
        code: z.string().min(1).max(50).optional(),
        cause,
        cursor,
        limit,
      }),
      answers: {
        200: { description: 'A page of records with their reasons.', schema: quarantinePage },
      },
      handle: async ({ query, principal }) => {
        const { cursor: sealed, ...rest } = query
        const filter = Object.fromEntries(
          Object.entries(rest).filter(([, value]) => value !== undefined),
        )
        const page = await listQuarantine(views, principal.access, {
          ...filter,
          ...openCursor('quarantine', sealed),
        })
        return { body: { items: page.items, next: sealCursor('quarantine', page.next) } }
      },
    }),
    operation({
      id: 'getQuarantined',
      method: 'GET',
      path: '/v1/quarantine/{id}',
      tag: 'Quarantine',
      allow: 'orders:read',
      params,
      summary: 'One quarantined record with its bytes',
      query: z.strictObject({}),
      answers: {
        200: {
          description: 'The record as received, and why it was not taken.',
          schema: quarantined,
        },
      },
      handle: async ({ params: { id }, principal }) => ({
        body: await visible(context, principal, id),
      }),
    }),
  ]
}

function settlingOperations(context: ApiContext): Operation[] {
  return [
    operation({
      ...changed,
      id: 'replayQuarantined',
      path: '/v1/quarantine/{id}/replay',
      summary: 'Reads a record again with the source’s current mapping',
      description:
        'Its events, the ledger and its state change in one transaction; doing it twice changes nothing.',
      query: z.strictObject({}),
      answers,
      handle: async ({ params: { id }, principal }) => {
        await visible(context, principal, id)
        return replay(context, id)
      },
    }),
    operation({
      ...changed,
      id: 'discardQuarantined',
      path: '/v1/quarantine/{id}/discard',
      summary: 'Gives a record up; its bytes are kept',
      query: z.strictObject({}),
      answers,
      handle: async ({ params: { id }, principal }) => {
        const { status } = await visible(context, principal, id)
        if (status === 'replayed' || status === 'edited') throw settledBefore(status)
        await discardQuarantined(context.flow, Number(id), context.now())
        return { body: { id, status: 'discarded', events: 0 } }
      },
    }),
  ]
}

async function visible({ views }: ApiContext, principal: Principal, id: string) {
  const found = await readQuarantined(views, principal.access, Number(id))
  if (found !== null) return found
  throw new Problem('unknown-record', `There is no quarantined record ${id}.`, {
    hint: 'GET /v1/quarantine lists them.',
  })
}

async function replay({ flow, now }: ApiContext, id: string): Promise<Answer> {
  const done = await replayQuarantined(flow, Number(id), now())
  switch (done.kind) {
    case 'replayed':
      return { body: { id, status: 'replayed', events: done.events } }
    case 'settled':
      if (done.state !== 'replayed') throw settledBefore(done.state)
      return { body: { id, status: 'replayed', events: 0 } }
    case 'quarantined':
      throw new Problem('still-quarantined', done.fault.detail, {
        hint: 'Repair the mapping of the source (source.yaml, terms.csv), then replay again.',
        errors: [{ at: done.fault.path ?? '', detail: `${done.fault.code}: ${done.fault.detail}` }],
      })
    case 'unknown':
      throw new Problem('unknown-record', `There is no quarantined record ${id}.`)
  }
}

function settledBefore(state: string): Problem {
  return new Problem('already-settled', `The record was ${state} before.`, {
    hint: 'Nothing is left to do.',
  })
}
