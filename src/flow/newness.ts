/**
 * Which events of a batch are new. An order whose state learned something from an event has not had it before; only
 * what it knew already must be looked up, among the batches in flight and in the database.
 */
import type { ClientBase } from 'pg'
import { BinaryColumn } from '#store/binary.ts'
import { settled, type Decision, type Placed } from './decide.ts'

/** Ids of the events of batches that have decided and are not committed, by the batch's place in the chain. */
export type InFlight = Map<number, ReadonlySet<string>>

export type Newness = { readonly isNew: boolean[]; readonly suspects: readonly number[] }

/**
 * First judgement, without I/O, when the batch has decided; enters its ids into `inFlight`.
 * `thorough`: every event is looked up, for a batch that is done again.
 */
export function judgeNewness(
  placed: readonly Placed[],
  seq: number,
  inFlight: InFlight,
  thorough: boolean,
): Newness {
  const before = [...inFlight.values()]
  const seen = new Set<string>()
  const suspects: number[] = []
  const isNew = placed.map(({ event, news }, i) => {
    if (seen.has(event.id)) return false
    seen.add(event.id)
    if (news && !thorough) return true
    if (before.some((ids) => ids.has(event.id))) return false
    suspects.push(i)
    return true
  })
  inFlight.set(seq, seen)
  return { isNew, suspects }
}

const columns = {
  key: new BinaryColumn('int8'),
  at: new BinaryColumn('timestamptz'),
  id: new BinaryColumn('uuid'),
}

/**
 * Looks the suspects up and completes the judgement. What a batch in flight is moving between orders is not found here:
 * then the database refuses the row, and the batch is done again thoroughly.
 */
export async function lookUpSuspects(
  client: ClientBase,
  placed: readonly Placed[],
  merged: Decision['merged'],
  { isNew, suspects }: Newness,
): Promise<boolean[]> {
  if (suspects.length === 0) return isNew
  const looked: number[] = []
  const lookUp = (i: number, key: number): void => {
    const { event } = placed[i]!
    columns.key.int8(key)
    columns.at.time(event.time.at)
    columns.id.uuid(event.id)
    looked.push(i)
  }
  const partsOf = new Map<number, number[]>()
  for (const { from, into } of merged) {
    const key = settled(into).key
    partsOf.set(key, [...(partsOf.get(key) ?? []), from.key])
  }
  for (const i of suspects) {
    const { orderKey } = placed[i]!
    lookUp(i, orderKey)
    // Until this batch is written, events of an order that it merges stand under that order's own key.
    for (const key of partsOf.get(orderKey) ?? []) lookUp(i, key)
  }
  const result = await client.query<{ n: number }>({
    name: 'known_events',
    text: `select r.n::int as n from unnest($1::int8[], $2::timestamptz[], $3::uuid[]) with ordinality as r(k, a, i, n), lateral (
             select 1 from event where order_key = r.k and event_at = r.a and event_id = r.i limit 1) as e`,
    values: [columns.key.take(), columns.at.take(), columns.id.take()],
  })
  for (const { n } of result.rows) isNew[looked[n - 1]!] = false
  return isNew
}
