/** Second pass of a rebuild: each order folded once, written in bulk. */
import pg, { type PoolConfig } from 'pg'
import { joinEvent } from '#collation/join.ts'
import { rollUp } from '#collation/roll-up.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import { identifierHex, identifierId } from '#identity/identifier-id.ts'
import type { Admitted } from '#identity/partition.ts'
import { decodeBody } from '#model/event-body.ts'
import type { HubEvent } from '#model/event.ts'
import { parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import { types, withAccess } from '#store/client.ts'
import { CopyRows } from '#store/copy.ts'
import { createKeys, type KeySource } from '#store/keys.ts'
import type { Flow } from '../hub.ts'
import type { Spooled } from './spool.ts'

export type Totals = { events: number; orders: number; digest: bigint }

export type Writers = {
  events: CopyRows
  orders: CopyRows
  identifiers: CopyRows
  close: () => Promise<void>
}

/** Three bulk writers on connections of their own. */
export async function openWriters(owner: PoolConfig): Promise<Writers> {
  const clients = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const client = new pg.Client({ ...owner, types })
      await client.connect()
      return client
    }),
  )
  const events = new CopyRows(clients[0]!, 'event_next', [
    'tenant_key',
    'order_key',
    'event_at',
    'event_id',
    'scope_key',
    'mapping_key',
    'receipt_key',
    'record_index',
    'record_from',
    'record_to',
    'batch_seq',
    'body',
  ])
  const orders = new CopyRows(clients[1]!, 'order_state_next', [
    'tenant_key',
    'order_key',
    'scope_keys',
    'version',
    'changed_seq',
    'golden_id',
    'status',
    'label',
    'updated_at',
    'state',
  ])
  const identifiers = new CopyRows(clients[2]!, 'identifier_next', [
    'tenant_key',
    'identifier_id',
    'scope_keys',
    'order_key',
    'suspended',
    'identifier_type',
    'namespace',
    'value',
  ])
  return {
    events,
    orders,
    identifiers,
    async close() {
      await Promise.all([events.finish(), orders.finish(), identifiers.finish()])
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

export type FoldContext = {
  readonly writers: Writers
  readonly totals: Totals
  readonly suspended: ReadonlySet<IdentifierText>
  /** Events whose batch is another than their receipt's. */
  readonly moved: ReadonlyMap<string, number>
  readonly ids: (event: HubEvent) => Admitted
}

type Built = {
  state: OrderState
  scopes: Map<IdentifierText, Set<number>>
  rows: Spooled[]
  key: number
}
type Old = { key: number; version: number; changed: number; updated: Date }

/** Folds the orders of one partition and hands them to the writers. */
export async function foldPartition(
  flow: Flow,
  partition: readonly Spooled[],
  context: FoldContext,
): Promise<void> {
  const groups = new Map<number, Spooled[]>()
  for (const event of partition) {
    const group = groups.get(event.root)
    if (group === undefined) groups.set(event.root, [event])
    else group.push(event)
  }
  const keys = createKeys(flow.pool, flow.access, 'order_key_sequence')
  const used = new Set<number>()
  let chunk: Built[] = []
  for (const group of groups.values()) {
    chunk.push(build(flow, group, context))
    if (chunk.length < 2_000) continue
    await writeChunk(flow, chunk, used, keys, context)
    chunk = []
  }
  await writeChunk(flow, chunk, used, keys, context)
}

function build(flow: Flow, group: readonly Spooled[], context: FoldContext): Built {
  const state = emptyState()
  const scopes = new Map<IdentifierText, Set<number>>()
  const rows = new Map<string, Spooled>()
  for (const spooled of group) {
    if (rows.has(spooled.id)) continue
    rows.set(spooled.id, spooled)
    const scope = flow.scopes.get(spooled.scope)!
    const event = decodeBody(spooled.body, {
      id: spooled.id,
      source: sourceOf(flow, spooled.mapping),
      company: scope.company,
      region: scope.region,
    })
    const { ids, links } = context.ids(event)
    joinEvent(state, event, ids, links)
    for (const id of ids) {
      const set = scopes.get(id)
      if (set === undefined) scopes.set(id, new Set([spooled.scope]))
      else set.add(spooled.scope)
    }
  }
  return {
    state,
    scopes,
    rows: [...rows.values()].toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    key: 0,
  }
}

const names = new WeakMap<Flow, Map<number, string>>()

function sourceOf(flow: Flow, mapping: number): string {
  let map = names.get(flow)
  if (map === undefined || !map.has(mapping)) {
    map = new Map(
      [...flow.sources.values()].map((running) => [running.mappingKey, running.source.name]),
    )
    names.set(flow, map)
  }
  return map.get(mapping)!
}

async function writeChunk(
  flow: Flow,
  chunk: Built[],
  used: Set<number>,
  keys: KeySource,
  context: FoldContext,
): Promise<void> {
  const old = await oldOrders(
    flow,
    chunk.map((built) => built.state.ids[0]!),
  )
  await keys.ensure(chunk.length)
  for (const built of chunk) {
    const before = old.get(built.state.ids[0]!)
    const keep = before !== undefined && !used.has(before.key)
    const key = keep ? before.key : keys.next()
    used.add(key)
    writeOrder(flow, built, key, keep ? before : undefined, context)
    writeEvents(flow, built, key, context)
    writeIdentifiers(flow, built, key, context)
    context.totals.orders++
    await context.writers.events.breathe()
    await context.writers.orders.breathe()
    await context.writers.identifiers.breathe()
  }
}

/** Orders keep their keys: lists and feeds refer to them. */
async function oldOrders(
  flow: Flow,
  anchors: readonly IdentifierText[],
): Promise<Map<IdentifierText, Old>> {
  const byHex = new Map(anchors.map((anchor) => [identifierHex(anchor), anchor]))
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ id: string; key: number; version: number; changed: number; updated: Date }>(
      `select replace(i.identifier_id::text, '-', '') as id, o.order_key as key, o.version, o.changed_seq as changed, o.updated_at as updated
       from unnest($1::uuid[]) as r(id), lateral (
           select identifier_id, order_key from identifier
           where tenant_key = (select current_tenant()) and identifier_id = r.id limit 1) as i, lateral (
           select order_key, version, changed_seq, updated_at from order_state where order_key = i.order_key limit 1) as o`,
      [[...byHex.keys()]],
    ),
  )
  return new Map(rows.map((row) => [byHex.get(row.id)!, row]))
}

function writeOrder(
  flow: Flow,
  built: Built,
  key: number,
  old: Old | undefined,
  { writers }: FoldContext,
): void {
  const { state, rows } = built
  const anchor = state.ids[0]!
  const changed = old?.changed ?? Math.max(...rows.map((row) => row.batch))
  const c = writers.orders
  c.row(10)
  c.int4(flow.access.tenant)
  c.int8(key)
  c.int4Array([...new Set(rows.map((row) => row.scope))].toSorted((a, b) => a - b))
  c.int4((old?.version ?? 0) + 1)
  c.int8(changed)
  c.uuid(identifierHex(anchor))
  c.text(rollUp(state, flow.trustOf).status)
  c.text(anchor.slice(anchor.lastIndexOf(':') + 1))
  c.time(old?.updated.getTime() ?? rows[rows.length - 1]!.at)
  c.text(JSON.stringify(state))
}

function writeEvents(
  flow: Flow,
  built: Built,
  key: number,
  { writers, totals, moved }: FoldContext,
): void {
  const c = writers.events
  for (const row of built.rows) {
    c.row(12)
    c.int4(flow.access.tenant)
    c.int8(key)
    c.time(row.at)
    c.uuid(row.id)
    c.int4(row.scope)
    c.int4(row.mapping)
    c.int8(row.receipt)
    c.int4(row.index)
    c.int4(row.from)
    c.int4(row.to)
    c.int8(moved.get(row.id) ?? row.batch)
    c.text(row.body)
    totals.events++
    totals.digest = BigInt.asIntN(64, totals.digest + BigInt(`0x${row.id.slice(0, 16)}`))
  }
}

function writeIdentifiers(
  flow: Flow,
  built: Built,
  key: number,
  { writers, suspended }: FoldContext,
): void {
  const c = writers.identifiers
  for (const text of built.state.ids) {
    const { type, ns, value } = parseIdentifierText(text)
    c.row(8)
    c.int4(flow.access.tenant)
    c.uuid(identifierId(text))
    c.int4Array([...(built.scopes.get(text) ?? [])])
    c.int8(key)
    c.bool(suspended.has(text))
    c.text(type)
    c.text(ns)
    c.text(value)
  }
}
