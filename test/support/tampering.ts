/** What a hand in the database can do, past every lock of the hub: each must be noticed. */

/** `sql` must touch exactly one row of `table`. */
export type Tampering = { readonly name: string; readonly sql: string }

const anyEvent = `(order_key, event_at, event_id) = (select order_key, event_at, event_id from event order by event_id limit 1)`
const anyReceipt = `receipt_key = (select receipt_key from receipt where not packed order by receipt_key offset 3 limit 1)`
const anyPacked = `receipt_key = (select receipt_key from receipt where packed order by receipt_key offset 3 limit 1)`
const anyOrder = `order_key = (select order_key from order_state order by order_key offset 3 limit 1)`

export const tamperings: readonly Tampering[] = [
  { name: 'a receipt is deleted', sql: `delete from receipt where ${anyReceipt}` },
  { name: 'an event is deleted', sql: `delete from event where ${anyEvent}` },
  {
    name: 'a quarantined record is deleted',
    sql: `delete from quarantine where quarantine_key = (select min(quarantine_key) from quarantine)`,
  },
  {
    name: 'a ledger row is deleted',
    sql: `delete from ledger where (source, day) = (select source, day from ledger order by 1, 2 limit 1)`,
  },
  {
    name: 'a batch is deleted',
    sql: `delete from batch where batch_seq = (select min(batch_seq) + 1 from batch)`,
  },
  {
    name: 'the last batch is deleted',
    sql: `delete from batch where batch_seq = (select max(batch_seq) from batch)`,
  },
  { name: 'an order is deleted', sql: `delete from order_state where ${anyOrder}` },
  {
    name: 'an identifier is deleted',
    sql: `delete from identifier where identifier_id = (select identifier_id from identifier where order_key <> 0 order by 1 limit 1)`,
  },
  {
    name: 'a byte of a receipt is altered',
    sql: `update receipt set bytes = set_byte(bytes, 5, (get_byte(bytes, 5) + 1) % 256) where ${anyReceipt}`,
  },
  {
    name: 'a byte of a packed receipt is altered',
    sql: `update receipt set bytes = set_byte(bytes, 30, (get_byte(bytes, 30) + 1) % 256) where ${anyPacked}`,
  },
  {
    name: 'bytes and hash of a receipt are altered together',
    sql: `update receipt set bytes = set_byte(bytes, 5, 65), sha256 = sha256(set_byte(bytes, 5, 65)) where ${anyReceipt}`,
  },
  {
    name: 'what became of a record is altered',
    sql: `update receipt set outcomes = overlay(outcomes placing 'D' from 1) where receipt_key = (select receipt_key from receipt where outcomes like 'A%' order by 1 limit 1)`,
  },
  {
    name: 'the ledger is balanced by hand',
    sql: `update ledger set accepted = accepted - 1, duplicate = duplicate + 1 where (source, day) = (select source, day from ledger where accepted > 0 order by 1, 2 limit 1)`,
  },
  { name: 'a batch is altered', sql: `update batch set events = events + 1 where batch_seq = 2` },
  {
    name: 'the time of an event is altered',
    sql: `update event set body = (body::jsonb #- '{time,at}' || jsonb_build_object('time', (body::jsonb -> 'time') || '{"at": 1000000000000}'))::json where ${anyEvent}`,
  },
  {
    name: 'the milestone of an event is altered',
    sql: `update event set body = (body::jsonb || '{"milestone": "lost"}')::json where ${anyEvent}`,
  },
  {
    name: 'an event is given to another order',
    sql: `update event set order_key = (select max(order_key) from order_state) where ${anyEvent}`,
  },
  {
    name: 'an event is made up',
    sql: `insert into event select order_key, event_at, gen_random_uuid(), tenant_key, scope_key, mapping_key, receipt_key, record_index, record_from, record_to, batch_seq, body from event where ${anyEvent}`,
  },
  {
    name: 'the state of an order is altered',
    sql: `update order_state set state = replace(state::text, '"ACT"', '"EST"')::json where order_key = (select order_key from order_state where state::text like '%"ACT"%' order by 1 limit 1)`,
  },
  {
    name: 'an identifier is led to another order',
    sql: `update identifier set order_key = (select max(order_key) from order_state) where identifier_id = (select identifier_id from identifier where order_key = (select min(order_key) from order_state) order by 1 limit 1)`,
  },
]
