/** Proves that every order is what its events make, and that its identifiers lead to it and to nothing else. */
import type pg from 'pg'
import { joinEvent } from '#collation/join.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import { identifierHex } from '#identity/identifier-id.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import { admit, partition } from '#identity/partition.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { readEvents, type EventRow } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'

const pageOrders = 500

type OrderRow = { order_key: number; golden: string; state: string }

/** Folds all orders anew, page by page, and adds a sentence for each that differs; about as long as a rebuild takes. */
export async function verifyOrders(client: pg.PoolClient, problems: string[]): Promise<void> {
  const voided = await readVoided(client)
  let named = 0
  let folded = 0
  for (let after = 0; ;) {
    const { rows: orders } = await client.query<OrderRow>({
      name: 'verify_orders',
      text: `select order_key, replace(golden_id::text, '-', '') as golden, state from order_state
             where order_key > $1 order by order_key limit $2`,
      values: [after, pageOrders],
    })
    if (orders.length === 0) break
    const page = await readPage(client, orders)
    for (const order of orders) {
      const events = page.events.get(order.order_key) ?? []
      folded += events.length
      named += checkOrder(order, events, page, voided, problems)
    }
    after = orders[orders.length - 1]!.order_key
  }
  await checkTotals(client, folded, named, problems)
}

type Page = {
  readonly events: ReadonlyMap<number, EventRow[]>
  readonly suspended: ReadonlySet<string>
  /** Identifier, as hex, to the order it leads to. */
  readonly leads: ReadonlyMap<string, number>
}

async function readPage(client: pg.PoolClient, orders: readonly OrderRow[]): Promise<Page> {
  const events = new Map<number, EventRow[]>()
  const hexes = new Set<string>()
  for (const { state } of orders)
    for (const id of (JSON.parse(state) as OrderState).ids) hexes.add(identifierHex(id))
  for (const row of await readEvents(
    client,
    orders.map((order) => order.order_key),
  )) {
    const list = events.get(row.order_key)
    if (list === undefined) events.set(row.order_key, [row])
    else list.push(row)
    for (const id of linkingIdentifiers(eventOf(row))) hexes.add(identifierHex(id))
  }
  const { rows } = await client.query<{ id: string; order_key: number; suspended: boolean }>(
    `select replace(identifier_id::text, '-', '') as id, order_key, suspended from identifier
     where tenant_key = current_tenant() and identifier_id = any($1::uuid[])`,
    [[...hexes]],
  )
  const suspended = new Set(rows.filter((row) => row.suspended).map((row) => row.id))
  return { events, suspended, leads: new Map(rows.map((row) => [row.id, row.order_key])) }
}

/** Returns how many identifiers the order has. */
function checkOrder(
  order: OrderRow,
  rows: readonly EventRow[],
  page: Page,
  voided: ReadonlySet<string>,
  problems: string[],
): number {
  const isSuspended = (id: IdentifierText): boolean => page.suspended.has(identifierHex(id))
  const admitted = rows.map((row) => admit(eventOf(row), voided, isSuspended))
  const state = emptyState()
  for (const { event, ids, links } of admitted) joinEvent(state, event, ids, links)
  const whole = rows.length > 0 && partition(admitted).length === 1
  const stated =
    JSON.stringify(state) === order.state && identifierHex(state.ids[0] ?? '') === order.golden
  if (!whole || !stated) problems.push(`order ${order.order_key} is not what its events make`)
  for (const id of (JSON.parse(order.state) as OrderState).ids) {
    if (page.leads.get(identifierHex(id)) === order.order_key) continue
    problems.push(`the identifier ${id} does not lead to its order ${order.order_key}`)
  }
  return state.ids.length
}

async function checkTotals(
  client: pg.PoolClient,
  folded: number,
  named: number,
  problems: string[],
): Promise<void> {
  const { rows } = await client.query<{ events: number; identifiers: number }>(
    `select (select count(*) from event)::int as events,
       (select count(*) from identifier where order_key <> 0)::int as identifiers`,
  )
  const { events, identifiers } = rows[0]!
  if (events !== folded) problems.push(`${events - folded} events belong to no order`)
  if (identifiers !== named)
    problems.push(`${identifiers} identifiers lead to orders that have ${named}`)
}

async function readVoided(client: pg.PoolClient): Promise<Set<string>> {
  const { rows } = await client.query<{ void_key: string }>(
    'select void_key from link_void where restored_at is null',
  )
  return new Set(rows.map((row) => row.void_key))
}
