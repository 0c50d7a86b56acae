/** What a history adds up to, worked out at once over everything: no order of arrival, no memory, no database. */
import { joinEvent } from '#collation/join.ts'
import { emptyState } from '#collation/state.ts'
import { admit, partition, suspended, type Rulings } from '#identity/partition.ts'
import { identifierHex } from '#identity/identifier-id.ts'
import { voidKey } from '#identity/links.ts'
import type { HubEvent } from '#model/event.ts'
import { tenantHash, type Stated } from '../tenant-hash.ts'
import type { History, Ruling } from './history.ts'

export type Truth = {
  readonly hash: string
  readonly orders: readonly Stated[]
  readonly suspended: ReadonlySet<string>
}

/** The truth of a history once all of its events and rulings are in. */
export function truthOf(history: History): Truth {
  const voided = voidedBy(history.rulings)
  const approved = history.approves
    ? suspended(history.events, { voided, approved: new Set() })
    : new Set<string>()
  return truthOfEvents(history.events, { voided, approved })
}

export function truthOfEvents(events: readonly HubEvent[], rulings: Rulings): Truth {
  const cut = suspended(events, rulings)
  const admitted = events.map((event) => admit(event, rulings.voided, (id) => cut.has(id)))
  const orders = partition(admitted).map(({ members }) => {
    const state = emptyState()
    for (const { event, ids, links } of members) joinEvent(state, event, ids, links)
    return { golden: identifierHex(state.ids[0]!), state: JSON.stringify(state) }
  })
  return { hash: tenantHash(orders), orders, suspended: cut }
}

/** The claims that are void after all rulings. */
export function voidedBy(rulings: readonly Ruling[]): Set<string> {
  const voided = new Set<string>()
  for (const { kind, claim } of rulings) {
    const key = voidKey(claim.source, claim.a, claim.b)
    if (kind === 'void') voided.add(key)
    else voided.delete(key)
  }
  return voided
}
