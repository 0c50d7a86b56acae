/** Takes orders apart and together again after a ruling: identity and fold anew over all of their events. */
import type pg from 'pg'
import { joinEvent } from '#collation/join.ts'
import { emptyState, type OrderState } from '#collation/state.ts'
import type { TrustOf } from '#collation/status.ts'
import { identifierHex } from '#identity/identifier-id.ts'
import { linkingIdentifiers } from '#identity/links.ts'
import {
  admit,
  notAdmitted,
  partition,
  suspended,
  type Admitted,
  type Group,
} from '#identity/partition.ts'
import type { HubEvent } from '#model/event.ts'
import { parseIdentifierText, type IdentifierText } from '#model/identifier.ts'
import type { Instant } from '#model/time.ts'
import { advanceHead, readHead } from '#store/chain.ts'
import type { KeySource } from '#store/keys.ts'
import { readEvents, type EventRow } from '#store/read-events.ts'
import { eventOf } from '#store/stored-event.ts'
import { writeStatements } from '#store/write-rows.ts'
import { chainHash, receiptsDigest } from './chain-hash.ts'
import { isNewer } from './decide.ts'
import type { Rulings } from './known.ts'
import type { Scope } from './registry.ts'
import type { OrderSlot } from './world.ts'
import { fillOrder, fillOutbox } from './write-batch.ts'

export type ResettleContext = {
  readonly rulings: Rulings
  readonly trustOf: TrustOf
  readonly scopes: ReadonlyMap<number, Scope>
  readonly orderKeys: KeySource
  readonly now: () => Instant
}

/** Of the identifiers a ruling names: which are suspended now, and which link. */
export type Judged = {
  readonly suspended: readonly IdentifierText[]
  readonly linking: readonly IdentifierText[]
}

/**
 * Refolds every order that a ruling on these identifiers touches into as many orders as their events make now, and counts
 * the identifiers' fan-out anew (`keep`: suspended whatever is counted). Part of the caller's transaction.
 */
export async function resettle(
  client: pg.PoolClient,
  touched: readonly IdentifierText[],
  keep: ReadonlySet<IdentifierText>,
  context: ResettleContext,
): Promise<Judged> {
  const reached = await reach(client, touched, keep, context)
  const { keys, rows, admitted } = reached
  const rowOf = new Map(admitted.map((entry, i) => [entry, rows[i]!]))
  await context.orderKeys.ensure(admitted.length)
  const versions = await versionsOf(client, keys)
  const free = new Set(versions.keys())
  const orders = partition(admitted)
    .map((group) => build(group, rowOf))
    // The largest part keeps the key, the others take what is left.
    .toSorted(
      (a, b) => b.members.length - a.members.length || (a.state.ids[0]! < b.state.ids[0]! ? -1 : 1),
    )
    .map((part) => assign(part, rowOf, free, versions, context.orderKeys))
  await write(client, orders, rowOf, free, versions, context)
  await detachStrays(client, keys, orders)
  await writeHeldBack(client, admitted, rowOf, context)
  return reached.judged
}

type Reached = { keys: number[]; rows: EventRow[]; admitted: Admitted[]; judged: Judged }

/** All events that can end up in one order with the touched identifiers, and what they may claim now. */
async function reach(
  client: pg.PoolClient,
  touched: readonly IdentifierText[],
  keep: ReadonlySet<IdentifierText>,
  context: ResettleContext,
): Promise<Reached> {
  const { voided } = context.rulings
  // Events that name an identifier without linking it stand in the orders of their anchors.
  const anchors = await client.query<{ anchor: string }>(
    'select distinct anchor from link_review_claim where identifier = any($1)',
    [touched],
  )
  let fresh = await orderKeysOf(client, [...touched, ...anchors.rows.map((row) => row.anchor)])
  const keys = new Set(fresh)
  const rows = await readEvents(client, fresh)
  const judged = await judge(client, touched, keep, rows.map(eventOf), context)
  for (;;) {
    const events = rows.map(eventOf)
    const isSuspended = await suspendedAmong(client, events.flatMap(linkingIdentifiers))
    const admitted = events.map((event) => admit(event, voided, (id) => isSuspended.has(id)))
    fresh = (
      await orderKeysOf(
        client,
        admitted.flatMap((entry) => entry.ids),
      )
    ).filter((key) => !keys.has(key))
    if (fresh.length === 0) return { keys: [...keys], rows, admitted, judged }
    for (const key of fresh) keys.add(key)
    rows.push(...(await readEvents(client, fresh)))
  }
}

/** A ruling changes how many neighbours its own identifiers have, and no other's. */
async function judge(
  client: pg.PoolClient,
  touched: readonly IdentifierText[],
  keep: ReadonlySet<IdentifierText>,
  events: readonly HubEvent[],
  context: ResettleContext,
): Promise<Judged> {
  const over = suspended(events, context.rulings)
  const isOver = (id: IdentifierText): boolean => keep.has(id) || over.has(id)
  const unique = [...new Set(touched)]
  const judged = { suspended: unique.filter(isOver), linking: unique.filter((id) => !isOver(id)) }
  for (const [value, ids] of [
    [true, judged.suspended],
    [false, judged.linking],
  ] as const) {
    await client.query(
      'update identifier set suspended = $1 where tenant_key = current_tenant() and identifier_id = any($2::uuid[]) and suspended <> $1',
      [value, ids.map(identifierHex)],
    )
  }
  return judged
}

async function orderKeysOf(
  client: pg.PoolClient,
  texts: readonly IdentifierText[],
): Promise<number[]> {
  const { rows } = await client.query<{ order_key: number }>(
    `select distinct order_key from identifier
     where tenant_key = current_tenant() and identifier_id = any($1::uuid[]) and order_key <> 0`,
    [[...new Set(texts)].map(identifierHex)],
  )
  return rows.map((row) => row.order_key)
}

/** What these events claim and may not stands beside them, so that it counts and is found again. */
async function writeHeldBack(
  client: pg.PoolClient,
  admitted: readonly Admitted[],
  rowOf: ReadonlyMap<Admitted, EventRow>,
  context: ResettleContext,
): Promise<void> {
  const statement = writeStatements().reviewClaims
  const anchors = new Set<IdentifierText>()
  for (const entry of admitted) {
    const anchor = entry.ids[0]!
    anchors.add(anchor)
    for (const { identifier, other, isVoid } of notAdmitted(entry, context.rulings.voided)) {
      const c = statement.columns
      c.scope_key.int4(rowOf.get(entry)!.scope_key)
      c.identifier.text(identifier)
      c.other.text(other)
      c.anchor.text(anchor)
      c.void.bool(isVoid)
    }
  }
  await client.query(
    'delete from link_review_claim where tenant_key = current_tenant() and anchor = any($1)',
    [[...anchors]],
  )
  await statement.run(client)
}

type Part = { members: readonly Admitted[]; state: OrderState; scopes: number[] }
type Assigned = Part & { slot: OrderSlot }

function build(group: Group, rowOf: ReadonlyMap<Admitted, EventRow>): Part {
  const state = emptyState()
  for (const { event, ids, links } of group.members) joinEvent(state, event, ids, links)
  const scopes = [...new Set(group.members.map((member) => rowOf.get(member)!.scope_key))].toSorted(
    (a, b) => a - b,
  )
  return { members: group.members, state, scopes }
}

function assign(
  part: Part,
  rowOf: ReadonlyMap<Admitted, EventRow>,
  free: Set<number>,
  versions: ReadonlyMap<number, number>,
  keys: KeySource,
): Assigned {
  let key = part.members
    .map((member) => rowOf.get(member)!.order_key)
    .find((candidate) => free.has(candidate))
  if (key === undefined) key = keys.next()
  free.delete(key)
  return {
    ...part,
    slot: {
      key,
      version: versions.get(key) ?? 0,
      text: '',
      open: part.state,
      name: null,
      scopes: part.scopes,
      into: null,
    },
  }
}

async function write(
  client: pg.PoolClient,
  orders: readonly Assigned[],
  rowOf: ReadonlyMap<Admitted, EventRow>,
  gone: ReadonlySet<number>,
  versions: ReadonlyMap<number, number>,
  context: ResettleContext,
): Promise<void> {
  const w = writeStatements()
  const head = await readHead(client)
  const seq = head.seq + 1
  for (const key of gone) {
    w.goneOrders.columns.order_key.int8(key)
    w.goneOrders.columns.version.int4(versions.get(key)!)
  }
  await w.goneOrders.run(client)
  const scopeNames = (key: number): Scope => context.scopes.get(key)!
  const changes = orders.map(({ slot, members }) => {
    const newest = members.reduce((a, b) => (isNewer(a.event, b.event) ? a : b)).event
    return fillOrder(w.orders.columns, slot, newest, context.now(), seq, { ...context, scopeNames })
  })
  await w.orders.run(client)
  for (const { slot, members } of orders) await moveMembers(client, slot.key, members, rowOf)
  fillOutbox(w, changes, seq)
  await w.outbox.run(client)
  const hash = chainHash(head.hash, receiptsDigest().digest(), 0, 0n)
  await advanceHead(client, {
    seq,
    committedAt: context.now(),
    receipts: 0,
    events: 0,
    eventsDigest: 0n,
    previous: head.hash,
    hash,
  })
}

async function moveMembers(
  client: pg.PoolClient,
  key: number,
  members: readonly Admitted[],
  rowOf: ReadonlyMap<Admitted, EventRow>,
): Promise<void> {
  const moved = members.map((member) => rowOf.get(member)!).filter((row) => row.order_key !== key)
  if (moved.length > 0) {
    await client.query(
      `update event e set order_key = $1 from unnest($2::int8[], $3::uuid[]) as r(k, i)
       where e.order_key = r.k and e.event_id = r.i`,
      [key, moved.map((row) => row.order_key), moved.map((row) => row.event_id)],
    )
  }
  await attach(client, key, members, rowOf)
}

/** Leads the order's identifiers to it; each is seen by the scopes whose events claim it, and by no other. */
async function attach(
  client: pg.PoolClient,
  key: number,
  members: readonly Admitted[],
  rowOf: ReadonlyMap<Admitted, EventRow>,
): Promise<void> {
  const scopes = new Map<IdentifierText, Set<number>>()
  for (const member of members) {
    for (const id of member.ids) {
      const found = scopes.get(id) ?? new Set()
      scopes.set(id, found.add(rowOf.get(member)!.scope_key))
    }
  }
  const texts = [...scopes.keys()]
  const names = texts.map(parseIdentifierText)
  await client.query(
    `insert into identifier (tenant_key, identifier_id, scope_keys, order_key, suspended, identifier_type, namespace, value)
     select current_tenant(), r.id, r.scopes::int[], $1, false, r.type, r.ns, r.value
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) as r(id, scopes, type, ns, value)
     on conflict (tenant_key, identifier_id) do update set order_key = excluded.order_key, scope_keys = excluded.scope_keys`,
    [
      key,
      texts.map(identifierHex),
      texts.map((text) => `{${[...scopes.get(text)!].toSorted((x, y) => x - y).join(',')}}`),
      names.map((name) => name.type),
      names.map((name) => name.ns),
      names.map((name) => name.value),
    ],
  )
}

/** Identifiers that no event may claim any more belong to no order. */
async function detachStrays(
  client: pg.PoolClient,
  keys: readonly number[],
  orders: readonly Assigned[],
): Promise<void> {
  const held = new Set(orders.flatMap((order) => order.state.ids))
  const named = new Set(
    orders.flatMap((order) => order.members.flatMap((member) => linkingIdentifiers(member.event))),
  )
  const strays = [...named].filter((text) => !held.has(text))
  await client.query(
    `update identifier set order_key = 0 where tenant_key = current_tenant() and identifier_id = any($1::uuid[]) and order_key = any($2::int8[])`,
    [strays.map(identifierHex), [...keys, ...orders.map((order) => order.slot.key)]],
  )
}

async function suspendedAmong(
  client: pg.PoolClient,
  texts: readonly IdentifierText[],
): Promise<Set<IdentifierText>> {
  const unique = [...new Set(texts)]
  const byHex = new Map(unique.map((text) => [identifierHex(text), text]))
  const { rows } = await client.query<{ id: string }>(
    `select replace(identifier_id::text, '-', '') as id from identifier
     where tenant_key = current_tenant() and suspended and identifier_id = any($1::uuid[])`,
    [[...byHex.keys()]],
  )
  return new Set(rows.map((row) => byHex.get(row.id)!))
}

async function versionsOf(
  client: pg.PoolClient,
  keys: readonly number[],
): Promise<Map<number, number>> {
  const { rows } = await client.query<{ order_key: number; version: number }>(
    'select order_key, version from order_state where order_key = any($1::int8[]) for update',
    [keys],
  )
  return new Map(rows.map((row) => [row.order_key, row.version]))
}
