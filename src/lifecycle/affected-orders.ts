/** What orders would be with other events in them. */
import type pg from 'pg'
import { joinEvent } from '#collation/join.ts'
import { rollUp } from '#collation/roll-up.ts'
import { emptyState } from '#collation/state.ts'
import type { TrustOf } from '#collation/status.ts'
import { goldenId, identifierHex } from '#identity/identifier-id.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import { admit, type Group, partition } from '#identity/partition.ts'
import type { HubEvent } from '#model/event.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { withAccess, type Access } from '#store/client.ts'
import { readEvents } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'

export type OrdersChanged = {
  /** Orders that would say anything else, new ones and those that would be gone among them. */
  readonly changed: number
  readonly statusesChanged: number
  readonly added: number
  readonly gone: number
  readonly statuses: readonly { from: string; to: string; orders: number }[]
  readonly examples: readonly { id: string; label: string; from: string; to: string }[]
}

/** `makes`: whether the source makes an event now; what it does not make leaves its order. */
export type EventChange = {
  readonly source: string
  readonly removed: readonly HubEvent[]
  readonly added: readonly HubEvent[]
  readonly makes: (id: string) => boolean
}

export type JudgeContext = {
  readonly pool: pg.Pool
  readonly access: Access
  readonly trustOf: TrustOf
  readonly voided: ReadonlySet<string>
}

/** Orders judged at a time. */
const ordersAtOnce = 400
const examplesMax = 20

type Cluster = { readonly orders: Set<number>; readonly added: HubEvent[] }
/** Which order an identifier leads to. */
type Leads = ReadonlyMap<IdentifierText, number>
type Stored = { status: string; label: string; state: string }
type Tally = {
  changed: number
  added: number
  gone: number
  statuses: Map<string, number>
  examples: OrdersChanged['examples'][number][]
}

export async function judgeOrders(
  context: JudgeContext,
  change: EventChange,
): Promise<OrdersChanged> {
  const suspended = await readSuspended(context)
  const tally: Tally = { changed: 0, added: 0, gone: 0, statuses: new Map(), examples: [] }
  let batch: Cluster[] = []
  let size = 0
  const leads = await ordersOf(
    context,
    [...change.removed, ...change.added].flatMap(linkingIdentifiers),
  )
  for (const cluster of clustersOf(change, leads)) {
    batch.push(cluster)
    size += cluster.orders.size + 1
    if (size < ordersAtOnce) continue
    await judge(context, change, batch, { suspended, leads }, tally)
    batch = []
    size = 0
  }
  await judge(context, change, batch, { suspended, leads }, tally)
  const statuses = [...tally.statuses].map(([key, orders]) => {
    const [from = '', to = ''] = key.split(' ')
    return { from, to, orders }
  })
  return {
    changed: tally.changed,
    statusesChanged: statuses.reduce((sum, { orders }) => sum + orders, 0),
    added: tally.added,
    gone: tally.gone,
    statuses: statuses.toSorted((a, b) => b.orders - a.orders),
    examples: tally.examples,
  }
}

async function readSuspended({ pool, access }: JudgeContext): Promise<Set<IdentifierText>> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<{ text: IdentifierText }>(
      `select identifier_type || ':' || namespace || ':' || replace(value, ':', '%3A') as text from identifier where suspended`,
    ),
  )
  return new Set(rows.map(({ text }) => text))
}

/** Orders and new events that may come together, each set apart from all others. */
function clustersOf(change: EventChange, orderOf: Leads): Cluster[] {
  const all = [...change.removed, ...change.added]
  const parents = new Map<string, string>()
  const find = (node: string): string => {
    const parent = parents.get(node)
    if (parent === undefined) parents.set(node, node)
    if (parent === undefined || parent === node) return node
    const root = find(parent)
    parents.set(node, root)
    return root
  }
  const nodesOf = (event: HubEvent) =>
    linkingIdentifiers(event).map((id) => String(orderOf.get(id) ?? id))
  for (const event of change.added) {
    const [first, ...rest] = nodesOf(event)
    for (const node of rest) parents.set(find(node), find(first!))
  }
  const clusters = new Map<string, Cluster>()
  const clusterOf = (node: string): Cluster => {
    const root = find(node)
    const known = clusters.get(root)
    if (known !== undefined) return known
    const made: Cluster = { orders: new Set(), added: [] }
    clusters.set(root, made)
    return made
  }
  for (const event of change.added) clusterOf(nodesOf(event)[0]!).added.push(event)
  for (const event of all)
    for (const id of linkingIdentifiers(event)) {
      const order = orderOf.get(id)
      if (order !== undefined) clusterOf(String(order)).orders.add(order)
    }
  return [...clusters.values()]
}

async function ordersOf(
  { pool, access }: JudgeContext,
  texts: readonly IdentifierText[],
): Promise<Map<IdentifierText, number>> {
  const unique = [...new Set(texts)]
  const found = new Map<IdentifierText, number>()
  for (let from = 0; from < unique.length; from += 10_000) {
    const byHex = new Map(
      unique.slice(from, from + 10_000).map((text) => [identifierHex(text), text]),
    )
    const { rows } = await withAccess(pool, access, (client) =>
      client.query<{ id: string; key: number }>(
        `select replace(identifier_id::text, '-', '') as id, order_key as key from identifier
         where tenant_key = current_tenant() and order_key <> 0 and identifier_id = any($1::uuid[])`,
        [[...byHex.keys()]],
      ),
    )
    for (const { id, key } of rows) found.set(byHex.get(id)!, key)
  }
  return found
}

async function judge(
  context: JudgeContext,
  change: EventChange,
  clusters: readonly Cluster[],
  { suspended, leads }: { suspended: ReadonlySet<IdentifierText>; leads: Leads },
  tally: Tally,
): Promise<void> {
  if (clusters.length === 0) return
  const keys = clusters.flatMap(({ orders }) => [...orders])
  const { rows, stored } = await withAccess(context.pool, context.access, async (client) => ({
    rows: await readEvents(client, keys),
    stored: await readStored(client, keys),
  }))
  const orderOf = new Map(rows.map((row) => [row.event_id, row.order_key]))
  const left = rows.filter((row) => row.source !== change.source || change.makes(row.event_id))
  const known = new Set(left.map((row) => row.event_id))
  const fresh = clusters.flatMap(({ added }) => added).filter(({ id }) => !known.has(id))
  const admitted = [...left.map(eventOf), ...fresh].map((event) =>
    admit(event, context.voided, (id) => suspended.has(id)),
  )
  const free = new Set(stored.keys())
  const groups = partition(admitted).toSorted((a, b) => b.members.length - a.members.length)
  for (const group of groups) {
    const { members } = group
    const named = members.flatMap(({ event, ids }) => [
      ...ids.map((id) => leads.get(id)),
      orderOf.get(event.id),
    ])
    const key = named.find((order) => order !== undefined && free.has(order))
    if (key !== undefined) free.delete(key)
    compare(group, key === undefined ? undefined : stored.get(key), context.trustOf, tally)
  }
  tally.gone += free.size
  tally.changed += free.size
}

/** `before`: the order the group goes on as, undefined for a new one. */
function compare(group: Group, before: Stored | undefined, trustOf: TrustOf, tally: Tally): void {
  if (before === undefined) {
    tally.added++
    tally.changed++
    return
  }
  const state = emptyState()
  for (const { event, ids, links } of group.members) joinEvent(state, event, ids, links)
  if (JSON.stringify(state) === before.state) return
  tally.changed++
  const to = rollUp(state, trustOf).status
  if (to === before.status) return
  const pair = `${before.status} ${to}`
  tally.statuses.set(pair, (tally.statuses.get(pair) ?? 0) + 1)
  if (tally.examples.length >= examplesMax) return
  const id = goldenId(identifierHex(state.ids[0]!))
  tally.examples.push({ id, label: before.label, from: before.status, to })
}

async function readStored(
  client: pg.PoolClient,
  keys: readonly number[],
): Promise<Map<number, Stored>> {
  const { rows } = await client.query<Stored & { key: number }>(
    'select order_key as key, status, label, state from order_state where order_key = any($1::int8[])',
    [keys],
  )
  return new Map(rows.map((row) => [row.key, row]))
}
