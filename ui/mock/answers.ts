import { identifierTypes } from '#model/identifier.ts'
import type { OrderRow, SearchHit } from '#model/view.ts'
import { evidenceOf } from './bytes.ts'
import type { Books } from './books.ts'
import { idKey, sources } from './told.ts'
import type { MockOrder, World } from './world.ts'

type Answer = { readonly status: number; readonly body?: unknown }
const ok = (body: unknown): Answer => ({ status: 200, body })
const not = (detail: string): Answer => ({ status: 404, body: detail })

/** Answers one request of the contract. */
export function answer(world: World, books: Books, method: string, url: URL): Answer {
  const [, , room, key, part] = url.pathname.split('/').map(decodeURIComponent)
  if (method === 'POST' && room === 'quarantine') return settle(books, key ?? '', part ?? '')
  if (room === 'search') return ok({ items: search(world, url.searchParams.get('q') ?? '') })
  if (room === 'orders' && key === undefined) return ok(list(world, url.searchParams))
  if (room === 'orders') return order(world, key ?? '', part, url.searchParams)
  if (room === 'quarantine')
    return ok({
      items: books.quarantine.filter(
        ({ status }) => status === (url.searchParams.get('status') ?? 'open'),
      ),
      next: null,
    })
  if (room === 'ledger') return ok(books.ledger)
  if (room === 'sources') return ok({ items: Object.values(sources) })
  return not('There is no such resource.')
}

function settle(books: Books, key: string, action: string): Answer {
  const at = books.quarantine.findIndex(({ id }) => id === key)
  const item = books.quarantine[at]
  if (item === undefined) return not('There is no such quarantined record.')
  books.quarantine[at] = { ...item, status: action === 'replay' ? 'replayed' : 'discarded' }
  return { status: 200, body: {} }
}

const newest = ({ events }: MockOrder) =>
  events
    .filter(({ classifier }) => classifier === 'ACT')
    .toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
    .at(-1)
const hitOf = ({ each, order }: World['identifiers'][number]): SearchHit => ({
  id: order.golden,
  ...each,
  label: order.label,
  status: order.status,
})

function search(world: World, q: string): SearchHit[] {
  const wanted = q.trim().toUpperCase()
  return world.identifiers
    .filter(({ each }) => each.value.startsWith(wanted))
    .slice(0, 12)
    .map(hitOf)
}

function list(world: World, query: URLSearchParams) {
  const [status, company, region] = [query.get('status'), query.get('company'), query.get('region')]
  const rows = world.orders.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
  const fits = (order: MockOrder, but?: string) =>
    (but === 'status' || status === null || order.status === status) &&
    (but === 'company' || company === null || order.companies.includes(company)) &&
    (region === null || order.regions.includes(region))
  const found = rows.filter((each) => fits(each))
  const from = Number(query.get('cursor') ?? 0)
  const limit = Math.min(200, Number(query.get('limit') ?? 50))
  const items = found
    .slice(from, from + limit)
    .map((each): OrderRow & { milestone: string; source: string } => ({
      id: each.golden,
      label: each.label,
      status: each.status,
      companies: each.companies,
      regions: each.regions,
      updatedAt: each.updatedAt,
      milestone: newest(each)?.milestone ?? 'note',
      source: newest(each)?.source ?? '',
    }))
  const count = (values: readonly string[]) =>
    Object.fromEntries(
      [...Map.groupBy(values, (value) => value)].map(([value, own]) => [value, own.length]),
    )
  const facets = {
    status: count(rows.filter((each) => fits(each, 'status')).map((each) => each.status)),
    company: count(rows.filter((each) => fits(each, 'company')).flatMap((each) => each.companies)),
  }
  return { items, next: from + limit < found.length ? String(from + limit) : null, facets }
}

function order(
  world: World,
  key: string,
  part: string | undefined,
  query: URLSearchParams,
): Answer {
  const carriers = world.identifiers.filter(({ each }) => each.value === key.toUpperCase())
  const found =
    world.byId.get(key) ??
    (new Set(carriers.map((each) => each.order)).size === 1 ? carriers[0]?.order : undefined)
  if (found === undefined && carriers.length > 1)
    return { status: 300, body: { candidates: carriers.map(hitOf) } }
  if (found === undefined) return not(`No order has the identifier ${key}.`)
  const asOf = query.get('asOf')
  const events = world.known(found, asOf)
  if (part === 'evidence') {
    const told = found.events.find(({ event }) => event === query.get('event'))
    return told === undefined ? not('There is no such event.') : ok(evidenceOf(told))
  }
  if (part === 'timeline')
    return ok({
      items: events.map(({ ids: _ids, lines: _lines, hold: _hold, ...row }) => row),
      next: null,
    })
  if (events.length === 0) return not('Nothing was known about this order at that time.')
  const view = world.view(found, asOf)
  if (part === 'graph')
    return ok({
      nodes: view.identifiers.map(({ ns, type, value, suspended }) => ({
        id: idKey({ ns, type, value }),
        ns,
        type,
        value,
        label: identifierTypes[type].label,
        ...(suspended === undefined ? {} : { suspended }),
      })),
      edges: view.links,
    })
  return ok(view)
}
