/** The statements that write a batch, each one round trip for all its rows; row-level security checks every row. */
import type { ClientBase } from 'pg'
import { BinaryColumn } from './binary.ts'

type Kind = ConstructorParameters<typeof BinaryColumn>[0]

/** A statement over parallel arrays: fill the columns, then run; it is prepared once a connection. */
export type RowStatement<Columns extends Record<string, Kind>> = {
  readonly columns: { readonly [Name in keyof Columns]: BinaryColumn }
  /** Rows waiting to be written. */
  readonly count: number
  /** Runs with everything filled in; returns the rows it touched. Does nothing for no rows. */
  run(client: ClientBase): Promise<number>
}

/**
 * `sql` receives the `unnest` of all columns in place of `$rows`, under the name `r` with the columns' names.
 * `casts`: columns that PostgreSQL must cast from text (`int[]`).
 */
export function rowStatement<const Columns extends Record<string, Kind>>(
  name: string,
  types: Columns,
  sql: string,
): RowStatement<Columns> {
  const names = Object.keys(types)
  const columns = Object.fromEntries(names.map((key) => [key, new BinaryColumn(types[key]!)]))
  const first = columns[names[0]!]!
  const params = names.map((key, i) => `$${i + 1}::${types[key]}[]`).join(', ')
  const text = sql.replace('$rows', `unnest(${params}) as r(${names.join(', ')})`)
  return {
    columns: columns as RowStatement<Columns>['columns'],
    get count() {
      return first.count
    },
    async run(client) {
      if (first.count === 0) return 0
      const values = names.map((key) => columns[key]!.take())
      const result = await client.query({ name, text, values })
      return result.rowCount ?? 0
    },
  }
}

/** Events and orders. */
function truthStatements() {
  return {
    events: rowStatement(
      'insert_events',
      {
        order_key: 'int8',
        event_at: 'timestamptz',
        event_id: 'uuid',
        scope_key: 'int4',
        mapping_key: 'int4',
        receipt_key: 'int8',
        record_index: 'int4',
        record_from: 'int4',
        record_to: 'int4',
        batch_seq: 'int8',
        body: 'text',
      },
      `insert into event (tenant_key, order_key, event_at, event_id, scope_key, mapping_key, receipt_key,
         record_index, record_from, record_to, batch_seq, body)
       select current_tenant(), r.* from $rows`,
    ),
    orders: rowStatement(
      'upsert_orders',
      {
        order_key: 'int8',
        scope_keys: 'text',
        version: 'int4',
        changed_seq: 'int8',
        golden_id: 'uuid',
        status: 'text',
        label: 'text',
        updated_at: 'timestamptz',
        state: 'text',
      },
      `insert into order_state (tenant_key, order_key, scope_keys, version, changed_seq, golden_id, status, label, updated_at, state)
       select current_tenant(), order_key, scope_keys::int[], version, changed_seq, golden_id, status, label, updated_at, state
       from $rows
       on conflict (order_key) do update set scope_keys = excluded.scope_keys,
         version = case when order_state.version = excluded.version - 1 then excluded.version else overtaken() end,
         changed_seq = excluded.changed_seq, golden_id = excluded.golden_id, status = excluded.status, label = excluded.label,
         updated_at = excluded.updated_at, state = excluded.state`,
    ),
    goneOrders: rowStatement(
      'delete_orders',
      { order_key: 'int8', version: 'int4' },
      `with rows as (select * from $rows), gone as (
         delete from order_state o using rows r where o.order_key = r.order_key and o.version = r.version returning 1)
       select must_touch((select count(*)::int from rows), (select count(*) from gone))`,
    ),
    movedEvents: rowStatement(
      'move_events',
      { from_key: 'int8', into_key: 'int8' },
      `update event e set order_key = r.into_key from $rows where e.order_key = r.from_key`,
    ),
  }
}

/** Identifiers, and claims that wait for a person. */
function identityStatements() {
  return {
    newIdentifiers: rowStatement(
      'insert_identifiers',
      {
        identifier_id: 'uuid',
        scope_keys: 'text',
        order_key: 'int8',
        suspended: 'bool',
        identifier_type: 'text',
        namespace: 'text',
        value: 'text',
      },
      `insert into identifier (tenant_key, identifier_id, scope_keys, order_key, suspended, identifier_type, namespace, value)
       select current_tenant(), identifier_id, scope_keys::int[], order_key, suspended, identifier_type, namespace, value
       from $rows`,
    ),
    movedIdentifiers: rowStatement(
      'upsert_identifiers',
      {
        identifier_id: 'uuid',
        scope_keys: 'text',
        order_key: 'int8',
        suspended: 'bool',
        identifier_type: 'text',
        namespace: 'text',
        value: 'text',
      },
      `insert into identifier (tenant_key, identifier_id, scope_keys, order_key, suspended, identifier_type, namespace, value)
       select current_tenant(), identifier_id, scope_keys::int[], order_key, suspended, identifier_type, namespace, value
       from $rows
       on conflict (tenant_key, identifier_id) do update set scope_keys = excluded.scope_keys,
         order_key = excluded.order_key, suspended = excluded.suspended`,
    ),
    reviewClaims: rowStatement(
      'insert_review_claims',
      { scope_key: 'int4', identifier: 'text', other: 'text', anchor: 'text', void: 'bool' },
      `insert into link_review_claim (tenant_key, scope_key, identifier, other, anchor, void)
       select current_tenant(), r.* from $rows on conflict do nothing`,
    ),
  }
}

/** What arrived, what could not be taken, and how far a source is. */
function receiptStatements() {
  return {
    receipts: rowStatement(
      'insert_receipts',
      {
        receipt_key: 'int8',
        scope_key: 'int4',
        mapping_key: 'int4',
        batch_seq: 'int8',
        received_at: 'timestamptz',
        name: 'text',
        context: 'text',
        outcomes: 'text',
        bytes_length: 'int4',
        sha256: 'bytea',
        packed: 'bool',
        bytes: 'bytea',
      },
      `insert into receipt (tenant_key, receipt_key, scope_key, mapping_key, batch_seq, received_at, name, context, outcomes,
         bytes_length, sha256, packed, bytes)
       select current_tenant(), r.* from $rows`,
    ),
    quarantine: rowStatement(
      'insert_quarantine',
      {
        scope_key: 'int4',
        source: 'text',
        mapping_key: 'int4',
        receipt_key: 'int8',
        record_index: 'int4',
        record_from: 'int4',
        record_to: 'int4',
        received_at: 'timestamptz',
        code: 'text',
        detail: 'text',
        path: 'text',
      },
      `insert into quarantine (tenant_key, scope_key, source, mapping_key, receipt_key, record_index, record_from, record_to,
         received_at, code, detail, path)
       select current_tenant(), r.* from $rows`,
    ),
    positions: rowStatement(
      'upsert_positions',
      {
        scope_key: 'int4',
        source: 'text',
        stream: 'text',
        position: 'int8',
        mark: 'text',
        updated_at: 'timestamptz',
      },
      `insert into source_position as p (tenant_key, scope_key, source, stream, position, mark, updated_at)
       select current_tenant(), r.* from $rows
       on conflict (tenant_key, source, stream) do update set position = excluded.position, mark = excluded.mark,
         updated_at = excluded.updated_at`,
    ),
  }
}

/** What followers and auditors are told. */
function accountStatements() {
  return {
    outbox: rowStatement(
      'insert_outbox',
      { batch_seq: 'int8', scope_key: 'int4', order_keys: 'text', changes: 'text' },
      `insert into outbox (tenant_key, batch_seq, scope_key, order_keys, changes)
       select current_tenant(), batch_seq, scope_key, order_keys::bigint[], changes from $rows`,
    ),
    ledger: rowStatement(
      'upsert_ledger',
      {
        scope_key: 'int4',
        source: 'text',
        day: 'text',
        received: 'int8',
        accepted: 'int8',
        duplicate: 'int8',
        quarantined: 'int8',
        rejected: 'int8',
      },
      `insert into ledger as l (tenant_key, scope_key, source, day, received, accepted, duplicate, quarantined, rejected)
       select current_tenant(), scope_key, source, day::date, received, accepted, duplicate, quarantined, rejected from $rows
       on conflict (tenant_key, source, day) do update set received = l.received + excluded.received,
         accepted = l.accepted + excluded.accepted, duplicate = l.duplicate + excluded.duplicate,
         quarantined = l.quarantined + excluded.quarantined, rejected = l.rejected + excluded.rejected`,
    ),
    unknownWords: rowStatement(
      'upsert_unknown_words',
      { scope_key: 'int4', source: 'text', word: 'text', times: 'int8', seen_at: 'timestamptz' },
      `insert into unknown_word as u (tenant_key, scope_key, source, word, times, first_at, last_at)
       select current_tenant(), scope_key, source, word, times, seen_at, seen_at from $rows
       on conflict (tenant_key, source, word) do update set times = u.times + excluded.times, last_at = excluded.last_at`,
    ),
  }
}

/**
 * One set of statements for each connection that writes. What exists is changed by `on conflict do update`, never by
 * `update ... from unnest`: the former always goes through the key, the latter depends on what the planner believes of
 * the table's size, and sees no row that another batch in flight has inserted.
 */
export function writeStatements() {
  return {
    ...truthStatements(),
    ...identityStatements(),
    ...receiptStatements(),
    ...accountStatements(),
  }
}

export type WriteStatements = ReturnType<typeof writeStatements>
