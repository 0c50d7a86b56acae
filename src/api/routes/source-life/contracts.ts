/** What may be relied on in a source's records, where they left it, and what a source in shadow tells. */
import { z } from 'zod'
import { compareContracts } from '#contracts/compare.ts'
import { contractLanguages, exportContract } from '#contracts/export.ts'
import {
  acknowledgeDrift,
  checkRecords,
  listContracts,
  listDrift,
  readContract,
  readShadow,
  renewContract,
} from '#lifecycle/contracts.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Operation } from '#api/operation.ts'
import * as schemas from './schemas.ts'
import { seen } from './versions.ts'

const none = z.strictObject({})
const number = z.coerce.number().int().min(1).max(1_000_000)
const reading = { method: 'GET', tag: 'Sources', allow: 'orders:read' } as const
const params = schemas.ofSource

export function contractOperations(context: ApiContext): Operation[] {
  return [...contractReading(context), ...contractComparing(context), ...driftOperations(context)]
}

function contractReading(context: ApiContext): Operation[] {
  const { flow } = context
  return [
    operation({
      ...reading,
      id: 'getContract',
      path: '/v1/sources/{source}/contract',
      params,
      summary: 'The contract of a source, in the language asked for',
      query: z.strictObject({
        as: z.enum(contractLanguages).optional(),
        version: number.optional(),
      }),
      answers: {
        200: {
          description: 'JSON Schema 2020-12 (the default), Avro, AsyncAPI 3 or ODCS 3.',
          schema: schemas.document,
        },
      },
      handle: async ({ params: { source }, query, principal }) => {
        const running = seen(context, principal, source)
        await flow.watch.flush(source)
        const { as = 'json-schema', version = null } = query
        const about = await readContract(flow.pool, principal.access, running.source, version)
        const headers = { 'contract-version': String(about.version) }
        return { body: exportContract(as, about), headers }
      },
    }),
    operation({
      ...reading,
      id: 'listContracts',
      path: '/v1/sources/{source}/contract/versions',
      params,
      summary: 'Every version of a source’s contract',
      query: none,
      answers: { 200: { description: 'Newest first.', schema: schemas.contracts } },
      handle: async ({ params: { source }, principal }) => {
        seen(context, principal, source)
        await flow.watch.flush(source)
        return { body: { items: await listContracts(flow.pool, principal.access, source) } }
      },
    }),
  ]
}

function contractComparing(context: ApiContext): Operation[] {
  const { flow } = context
  return [
    operation({
      ...reading,
      id: 'compareContracts',
      path: '/v1/sources/{source}/contract/changes',
      params,
      summary: 'What changed between two versions of a contract, and who can still read what',
      query: z.strictObject({ from: number, to: number.optional() }),
      answers: { 200: { description: 'Change by change.', schema: schemas.comparison } },
      handle: async ({ params: { source }, query: { from, to = null }, principal }) => {
        const running = seen(context, principal, source)
        const read = (version: number | null) =>
          readContract(flow.pool, principal.access, running.source, version)
        const [before, after] = [await read(from), await read(to)]
        return { body: compareContracts(before.contract, after.contract) }
      },
    }),
    operation({
      id: 'checkContract',
      method: 'POST',
      path: '/v1/sources/{source}/contract/check',
      tag: 'Sources',
      allow: 'orders:read',
      keyless: true,
      params,
      summary: 'Whether records keep the contract; nothing of them is kept',
      query: none,
      body: 'bytes',
      answers: { 200: { description: 'What they would change.', schema: schemas.checked } },
      handle: async ({ params: { source }, body, principal }) => {
        const running = seen(context, principal, source)
        const about = await readContract(flow.pool, principal.access, running.source, null)
        return { body: await checkRecords(running.source, about, body) }
      },
    }),
    operation({
      id: 'renewContract',
      method: 'POST',
      path: '/v1/sources/{source}/contract/renew',
      tag: 'Sources',
      allow: 'admin',
      params,
      summary: 'Concludes the next contract from what comes from now on',
      query: none,
      answers: { 200: { description: 'It is being learned.', schema: schemas.renewed } },
      handle: async ({ params: { source }, principal }) => {
        seen(context, principal, source)
        await renewContract(flow, source)
        return { body: { source, renewed: true } }
      },
    }),
  ]
}

function driftOperations(context: ApiContext): Operation[] {
  const { flow, now } = context
  return [
    operation({
      ...reading,
      id: 'listDrift',
      path: '/v1/drift',
      summary: 'Where records left their contract, newest first',
      query: z.strictObject({
        source: z.string().min(1).max(100).optional(),
        all: z.enum(['true', 'false']).optional(),
      }),
      answers: {
        200: { description: 'What was not acknowledged, or all.', schema: schemas.drift },
      },
      handle: async ({ query: { source = null, all }, principal }) => {
        await flow.watch.flush()
        const items = await listDrift(flow.pool, principal.access, source, all === 'true')
        return { body: { items } }
      },
    }),
    operation({
      id: 'acknowledgeDrift',
      method: 'POST',
      path: '/v1/sources/{source}/drift/acknowledge',
      tag: 'Sources',
      allow: 'admin',
      params,
      summary: 'Marks a source’s drift as seen',
      query: none,
      answers: { 200: { description: 'How many entries.', schema: schemas.acknowledged } },
      handle: async ({ params: { source }, principal }) => {
        seen(context, principal, source)
        return { body: { acknowledged: await acknowledgeDrift(flow, source, now()) } }
      },
    }),
    operation({
      ...reading,
      id: 'getShadow',
      path: '/v1/sources/{source}/shadow',
      params,
      summary: 'What a source told while no order learned of it',
      query: none,
      answers: {
        200: { description: 'Per version of the mapping, newest first.', schema: schemas.shadow },
      },
      handle: async ({ params: { source }, principal }) => {
        const running = seen(context, principal, source)
        await flow.watch.flush(source)
        const items = await readShadow(flow.pool, principal.access, source)
        return { body: { shadow: running.source.shadow, items } }
      },
    }),
  ]
}
