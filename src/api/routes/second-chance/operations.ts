/** Quarantine as work: causes instead of records, a fix tried before it is made, many records replayed, one repaired by hand. */
import { z } from 'zod'
import { compileGiven } from '#flow/second-chance/given-mapping.ts'
import { dryRun } from '#flow/second-chance/dry-run.ts'
import { editQuarantined } from '#flow/second-chance/edit.ts'
import type { Selection } from '#flow/second-chance/selection.ts'
import { limits } from '#model/limits.ts'
import type { Source } from '#model/source.ts'
import { listCauses } from '#views/causes.ts'
import { readQuarantined } from '#views/quarantine.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Answer, type Operation } from '#api/operation.ts'
import { Problem } from '#api/problem.ts'
import { quarantineState } from '#api/schemas/operations.ts'
import { createReplayRuns } from './replay-runs.ts'
import * as schema from './schemas.ts'

const tag = 'Quarantine'
const recordId = z.string().regex(/^\d{1,15}$/)

export function secondChanceOperations(context: ApiContext): Operation[] {
  return [causesOperation(context), dryRunOperation(context), ...replays(context), editing(context)]
}

function causesOperation({ views }: ApiContext): Operation {
  return operation({
    id: 'listQuarantineCauses',
    method: 'GET',
    path: '/v1/quarantine/causes',
    tag,
    allow: 'orders:read',
    summary: 'Why records wait: one row a cause, the most frequent first',
    query: z.strictObject({
      status: quarantineState.optional(),
      source: z.string().min(1).max(100).optional(),
      code: z.string().min(1).max(50).optional(),
    }),
    answers: {
      200: {
        description: 'Causes; of open records when no status is named.',
        schema: schema.causes,
      },
    },
    handle: async ({ query, principal }) => ({
      body: { items: await listCauses(views, principal.access, given(query)) },
    }),
  })
}

function dryRunOperation({ flow }: ApiContext): Operation {
  return operation({
    id: 'tryQuarantined',
    method: 'POST',
    path: '/v1/quarantine/dry-runs',
    tag,
    allow: 'quarantine:write',
    keyless: true,
    summary: 'What the running mapping, or a given one, would make of waiting records',
    description: 'Records are read and mapped again; nothing is written.',
    query: z.strictObject({}),
    body: schema.trying,
    answers: {
      200: {
        description: 'Healed, and what still fails with which reason.',
        schema: schema.dryRunAnswer,
      },
    },
    handle: async ({ body: { files, ...selected }, principal }) => {
      const mapping = files === undefined ? null : await compiled(files)
      const selection = selectionOf(selected, mapping?.name)
      const sourceNamed = (name: string) =>
        mapping?.name === name ? mapping : flow.sources.get(name)?.source
      const reach = { pool: flow.pool, access: principal.access }
      return { body: await dryRun(reach, selection, { sourceNamed }) }
    },
  })
}

function replays(context: ApiContext): Operation[] {
  const runs = createReplayRuns(context)
  return [
    operation({
      id: 'replayMany',
      method: 'POST',
      path: '/v1/quarantine/replays',
      tag,
      allow: 'quarantine:write',
      summary: 'Replays waiting records that fit, in the background',
      description: 'Every record has its own transaction; asking again goes on where it ended.',
      query: z.strictObject({}),
      body: schema.selection,
      answers: {
        202: { description: 'It runs; its address tells how far.', schema: schema.replayRun },
      },
      handle: async ({ body, principal }) => {
        const run = runs.start(principal.access, selectionOf(body))
        return { status: 202, body: run, headers: { location: `/v1/quarantine/replays/${run.id}` } }
      },
    }),
    operation({
      id: 'getReplay',
      method: 'GET',
      path: '/v1/quarantine/replays/{run}',
      tag,
      allow: 'quarantine:write',
      params: z.strictObject({ run: z.string().regex(/^[0-9A-Za-z]{22}$/) }),
      summary: 'How far a replay of many is',
      query: z.strictObject({}),
      answers: { 200: { description: 'Counts so far.', schema: schema.replayRun } },
      handle: async ({ params }) => {
        const run = runs.get(params.run)
        if (run !== undefined) return { body: run }
        throw new Problem('not-found', 'There is no such replay.', {
          hint: 'The newest are kept until the hub stops; GET /v1/quarantine tells what is left.',
        })
      },
    }),
  ]
}

function editing(context: ApiContext): Operation {
  return operation({
    id: 'editQuarantined',
    method: 'POST',
    path: '/v1/quarantine/{id}/edit',
    tag,
    allow: 'quarantine:write',
    params: z.strictObject({ id: recordId }),
    summary: 'Takes a repaired copy of a record; the original stays as it was received',
    description:
      'The body is the record alone, repaired. It becomes a receipt of its own that names the original, which is then `edited`. A copy that would be refused too is not taken.',
    query: z.strictObject({}),
    body: 'bytes',
    bodyBytesMax: limits.recordBytesMax,
    answers: { 200: { description: 'What became of the copy.', schema: schema.edited } },
    handle: async ({ params: { id }, body, principal }) => {
      const found = await readQuarantined(context.views, principal.access, Number(id))
      if (found === null) throw unknown(id)
      return edit(context, id, body)
    },
  })
}

async function edit({ flow, now }: ApiContext, id: string, body: Buffer): Promise<Answer> {
  const done = await editQuarantined(flow, Number(id), body, now())
  switch (done.kind) {
    case 'edited':
      return { body: { id, status: 'edited', receipt: done.receipt, totals: done.totals } }
    case 'settled':
      throw new Problem('already-settled', `The record was ${done.state} before.`, {
        hint: 'Nothing is left to do.',
      })
    case 'quarantined':
      throw new Problem('still-quarantined', done.fault.detail, {
        hint: 'Nothing was taken: repair the copy further.',
        errors: [{ at: done.fault.path ?? '', detail: `${done.fault.code}: ${done.fault.detail}` }],
      })
    case 'busy':
      throw new Problem('in-flight', 'Another edit of this record is on its way.')
    case 'unknown':
      throw unknown(id)
  }
}

function unknown(id: string): Problem {
  return new Problem('unknown-record', `There is no quarantined record ${id}.`)
}

/** Refuses to take "none named" for "all". `source`: of the mapping that is tried. */
function selectionOf({ ids, all, ...named }: schema.Selected, source?: string): Selection {
  const rest = given({ ...(source !== undefined && { source }), ...named })
  if (ids === undefined && all !== true && Object.keys(rest).length === 0)
    throw new Problem('bad-body', 'No record is named.', {
      hint: 'Name ids, cause, source or code, or say "all": true.',
    })
  return { ...rest, ...(ids !== undefined && { ids: ids.map(Number) }) }
}

async function compiled(files: Record<string, string>): Promise<Source> {
  const mapping = await compileGiven(files)
  if (mapping.ok) return mapping.source
  throw new Problem('bad-body', 'The mapping cannot be used.', {
    errors: mapping.errors.slice(0, 50).map((detail) => ({ at: 'files', detail })),
  })
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without what is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>
}
