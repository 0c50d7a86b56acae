/** Orders by any identifier, and everything one can ask about one. */
import { z } from 'zod'
import { limits } from '#model/limits.ts'
import type { EventLinkView } from '../schemas/order.ts'
import { readEvidence, type Evidence } from '#views/evidence.ts'
import { findOrder, search } from '#views/find.ts'
import { listOrders } from '#views/list.ts'
import { readGraph, readOrder } from '#views/order.ts'
import { readTimeline } from '#views/timeline.ts'
import type { ApiContext } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { operation, type Answer, type Operation } from '../operation.ts'
import type { Principal } from '../principal.ts'
import { Problem } from '../problem.ts'
import {
  candidates,
  evidence,
  graph,
  orderPage,
  orderView,
  searchHits,
  timelinePage,
} from '../schemas/order.ts'
import { asOf, cursor, identifierType, limit, status } from '../schemas/words.ts'

const params = z.strictObject({
  identifier: z
    .string()
    .min(1)
    .max(limits.identifierCharsMax * 2)
    .meta({
      description: 'Any identifier of any system, or a golden id.',
      examples: ['G-7K2M4Q9TX3RB', '794612345678'],
    }),
})
const narrow = {
  ns: z
    .string()
    .min(1)
    .max(limits.identifierCharsMax)
    .optional()
    .meta({ description: 'Only identifiers of this namespace.' }),
  type: identifierType.optional().meta({ description: 'Only identifiers of this type.' }),
}
const ambiguous = { description: 'Several orders have this identifier.', schema: candidates }
const common = { method: 'GET', tag: 'Orders', allow: 'orders:read', params } as const

/** Operations that read orders. */
export function orderOperations(context: ApiContext): Operation[] {
  const { views } = context
  return [
    ...evidenceOperations(context),
    ...listOperations(context),
    operation({
      ...common,
      id: 'getOrder',
      path: '/v1/orders/{identifier}',
      summary: 'One order, whole, by any of its identifiers',
      query: z.strictObject({ ...narrow, asOf }),
      answers: {
        200: { description: 'The order as the caller may see it.', schema: orderView },
        300: ambiguous,
      },
      handle: (call) =>
        withOrder(context, call, async (orderKey) => {
          const order = await readOrder(
            views,
            call.principal.access,
            orderKey,
            context.now(),
            dateOf(call.query.asOf),
          )
          return order ?? unknown(call.params.identifier, call.query.asOf)
        }),
    }),
    operation({
      ...common,
      id: 'getTimeline',
      path: '/v1/orders/{identifier}/timeline',
      summary: 'The events of an order, oldest first',
      query: z.strictObject({ ...narrow, asOf, cursor, limit }),
      answers: { 200: { description: 'A page of events.', schema: timelinePage }, 300: ambiguous },
      handle: (call) =>
        withOrder(context, call, async (orderKey) => {
          const at = dateOf(call.query.asOf)
          const page = await readTimeline(views, call.principal.access, orderKey, {
            ...openCursor('timeline', call.query.cursor),
            ...(at === undefined ? {} : { asOf: at }),
            ...(call.query.limit === undefined ? {} : { limit: call.query.limit }),
          })
          return { items: page.items, next: sealCursor('timeline', page.next) }
        }),
    }),
  ]
}

function evidenceOperations(context: ApiContext): Operation[] {
  const { views } = context
  return [
    operation({
      ...common,
      id: 'getEvidence',
      path: '/v1/orders/{identifier}/evidence',
      summary: 'What a shown value stands on',
      query: z.strictObject({
        ...narrow,
        event: z
          .string()
          .regex(/^[0-9a-fA-F]{16,32}$/)
          .meta({ description: 'The id of an event, or its first 16 digits.' }),
      }),
      answers: {
        200: { description: 'Event, bytes, mapping and links.', schema: evidence },
        300: ambiguous,
      },
      handle: (call) =>
        withOrder(context, call, async (orderKey) => {
          const found = await readEvidence(views, call.principal.access, orderKey, call.query.event)
          if (found !== null) return evidenceBody(found)
          throw new Problem('unknown-event', `The order has no event ${call.query.event}.`, {
            hint: 'Its timeline lists them.',
          })
        }),
    }),
    operation({
      ...common,
      id: 'getGraph',
      path: '/v1/orders/{identifier}/graph',
      summary: 'The identifiers of an order and what joins them',
      query: z.strictObject({ ...narrow, asOf }),
      answers: {
        200: { description: 'Nodes and edges; voided links are marked.', schema: graph },
        300: ambiguous,
      },
      handle: (call) =>
        withOrder(context, call, (orderKey) =>
          readGraph(views, call.principal.access, orderKey, dateOf(call.query.asOf)),
        ),
    }),
  ]
}

function listOperations(context: ApiContext): Operation[] {
  const { views } = context
  return [
    operation({
      method: 'GET',
      tag: 'Orders',
      allow: 'orders:read',
      id: 'listOrders',
      path: '/v1/orders',
      summary: 'Orders, last changed first',
      query: z.strictObject({
        status: status.optional(),
        company: z.string().min(1).max(100).optional(),
        region: z.string().min(1).max(100).optional(),
        cursor,
        limit,
      }),
      answers: {
        200: {
          description: 'A page of orders; a page may be short and have a next one.',
          schema: orderPage,
        },
      },
      handle: async ({ query, principal }) => {
        const { cursor: sealed, ...filter } = query
        const page = await listOrders(
          views,
          principal.access,
          present({ ...filter, ...openCursor('orders', sealed) }),
        )
        return { body: { items: page.items, next: sealCursor('orders', page.next) } }
      },
    }),
    operation({
      method: 'GET',
      tag: 'Orders',
      allow: 'orders:read',
      id: 'search',
      path: '/v1/search',
      summary: 'Orders by the beginning of any identifier',
      query: z.strictObject({
        q: z.string().max(limits.identifierCharsMax * 2),
        limit: z.coerce.number().int().min(1).max(limits.searchRowsMax).optional(),
      }),
      answers: {
        200: { description: 'Identifiers that begin so, in their order.', schema: searchHits },
      },
      handle: async ({ query, principal }) => ({
        body: { items: await search(views, principal.access, query.q, query.limit ?? 12) },
      }),
    }),
  ]
}

type OrderCall = {
  readonly principal: Principal
  readonly params: { readonly identifier: string }
  readonly query: {
    readonly ns?: string | undefined
    readonly type?: string | undefined
    readonly asOf?: string | undefined
  }
}

/** Resolves the identifier: 404 when nothing the caller may see has it, 300 with the candidates when several have. */
async function withOrder(
  context: ApiContext,
  { principal, params, query }: OrderCall,
  read: (orderKey: number) => Promise<unknown>,
): Promise<Answer> {
  const { ns, type } = query
  const found = await findOrder(
    context.views,
    principal.access,
    params.identifier,
    present({ ns, type }),
  )
  if (found.kind === 'none') return unknown(params.identifier, query.asOf)
  if (found.kind === 'many') return { status: 300, body: { candidates: found.candidates } }
  return { body: await read(found.orderKey) }
}

function unknown(identifier: string, at: string | undefined): never {
  if (at !== undefined) {
    throw new Problem('unknown-order', `Nothing was known of ${identifier} at ${at}.`, {
      hint: 'Ask for a later moment, or leave asOf out.',
    })
  }
  throw new Problem('unknown-order', `No order has the identifier ${identifier}.`, {
    hint: 'GET /v1/search?q= finds identifiers by their beginning.',
  })
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

/** Without keys that are undefined. */
function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never
}

function evidenceBody({ event, record, links }: Evidence): unknown {
  const { name, context, receipt, ...rest } = record
  const made = links.map((link): EventLinkView => ({
    ...link,
    source: event.source,
    event: event.event,
  }))
  return {
    event: {
      ...event,
      mapping: { ...event.mapping, file: `${event.company}/${event.source}/source.yaml` },
    },
    record: {
      ...rest,
      receipt: String(receipt),
      ...(name === null ? {} : { name }),
      ...(context === null ? {} : { context }),
    },
    links: made,
  }
}
