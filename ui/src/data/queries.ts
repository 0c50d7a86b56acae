import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, withQuery } from '#ui/data/api.ts'
import type { OrderView, SearchHit, TimelineRow } from '#model/view.ts'
import type {
  Candidates,
  EvidenceAnswer,
  GraphAnswer,
  LedgerAnswer,
  OrderPage,
  Page,
  QuarantineItem,
  SourceItem,
} from '#ui/data/contract.ts'

/** Filters of the live list as they stand in the URL. */
export type OrderFilter = {
  readonly status?: string | undefined
  readonly company?: string | undefined
  readonly region?: string | undefined
}

const order = (id: string) => `/v1/orders/${encodeURIComponent(id)}`

/** What an identifier leads to: one order, several candidates, or nothing the hub has heard of. */
export type Resolved =
  | { readonly kind: 'order'; readonly order: OrderView }
  | { readonly kind: 'candidates'; readonly candidates: readonly SearchHit[] }

/** Resolves any identifier; throws `ApiProblem` with status 404 when the hub does not know it. */
export async function resolve(
  identifier: string,
  asOf?: string,
  signal?: AbortSignal,
): Promise<Resolved> {
  const answer = await request<OrderView | Candidates>(
    withQuery(order(identifier), { asOf }),
    signal ? { signal } : {},
  )
  if (answer.status === 300)
    return { kind: 'candidates', candidates: (answer.body as Candidates).candidates }
  return { kind: 'order', order: answer.body as OrderView }
}

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    enabled: q !== '',
    staleTime: 5_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await request<{ items: readonly SearchHit[] }>(withQuery('/v1/search', { q }), { signal }))
        .body.items,
  })

export const ordersQuery = (filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: ['orders', filter],
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) =>
      (
        await request<OrderPage>(
          withQuery('/v1/orders', { limit: 50, cursor: pageParam, ...filter }),
          { signal },
        )
      ).body,
    getNextPageParam: (page: OrderPage) => page.next,
  })

export const orderQuery = (id: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: ['order', id, 'view', asOf ?? null],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => resolve(id, asOf, signal),
  })

/** Pages are small and orders finite, so the whole timeline is read; 20 pages is far above any real order. */
const timelinePagesMax = 20

export const timelineQuery = (id: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: ['order', id, 'timeline', asOf ?? null],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const rows: TimelineRow[] = []
      let cursor: string | null = null
      for (let page = 0; page < timelinePagesMax; page += 1) {
        const path = withQuery(`${order(id)}/timeline`, { asOf, cursor, limit: 200 })
        const { body }: { body: Page<TimelineRow> } = await request<Page<TimelineRow>>(path, {
          signal,
        })
        rows.push(...body.items)
        cursor = body.next
        if (cursor === null) break
      }
      return rows
    },
  })

export const graphQuery = (id: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: ['order', id, 'graph', asOf ?? null],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await request<GraphAnswer>(withQuery(`${order(id)}/graph`, { asOf }), { signal })).body,
  })

/** Evidence never changes once recorded. */
export const evidenceQuery = (id: string, event: string) =>
  queryOptions({
    queryKey: ['order', id, 'evidence', event],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await request<EvidenceAnswer>(withQuery(`${order(id)}/evidence`, { event }), { signal }))
        .body,
  })

export const quarantineQuery = (status: string) =>
  queryOptions({
    queryKey: ['quarantine', status],
    queryFn: async ({ signal }) =>
      (
        await request<Page<QuarantineItem>>(withQuery('/v1/quarantine', { status, limit: 200 }), {
          signal,
        })
      ).body,
  })

/** Sends one quarantined record through its mapping again, or gives it up; both are recorded. */
export async function settleQuarantined(id: string, action: 'replay' | 'discard'): Promise<void> {
  await request(`/v1/quarantine/${encodeURIComponent(id)}/${action}`, {
    method: 'POST',
    headers: { 'idempotency-key': crypto.randomUUID() },
  })
}

/** Titles of the sources by name; they change with a deployment only. */
export const sourceTitlesQuery = () =>
  queryOptions({
    queryKey: ['sources'],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await request<{ items: readonly SourceItem[] }>('/v1/sources', { signal })).body.items,
    select: (items) => new Map(items.map(({ name, title }) => [name, title])),
  })

export const ledgerQuery = () =>
  queryOptions({
    queryKey: ['ledger'],
    queryFn: async ({ signal }) => (await request<LedgerAnswer>('/v1/ledger', { signal })).body,
  })
