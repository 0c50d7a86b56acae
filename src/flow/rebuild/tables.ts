/** Fresh tables beside the live ones, and the moment they take their place. */
import type pg from 'pg'

const tables = ['event', 'order_state', 'identifier'] as const

/** Empty twins without indexes and without row security, so that COPY may fill them. */
export async function createNextTables(client: pg.ClientBase): Promise<void> {
  for (const table of tables) {
    await client.query(`drop table if exists ${table}_next`)
    await client.query(
      `create table ${table}_next (like ${table} including defaults including constraints including storage)`,
    )
  }
}

/** Builds the indexes; the long part, done while readers still use the old tables. */
export async function indexNextTables(client: pg.ClientBase): Promise<void> {
  await client.query(`set maintenance_work_mem = '512MB'`)
  await client.query('alter table event_next add primary key (order_key, event_at, event_id)')
  await client.query('alter table order_state_next add primary key (order_key)')
  await client.query('alter table order_state_next set (fillfactor = 60)')
  await client.query('alter table identifier_next add primary key (tenant_key, identifier_id)')
  await client.query('create index on identifier_next (tenant_key, value)')
}

/** Swaps them in; part of the caller's transaction. Other tenants' rows must already be in the new tables. */
export async function swapTables(client: pg.ClientBase): Promise<void> {
  for (const table of tables) {
    await client.query(`drop table ${table}`)
    await client.query(`alter table ${table}_next rename to ${table}`)
    await client.query(`call secure_table('${table}', '${table === 'event' ? 'scope' : 'scopes'}')`)
  }
  await client.query('alter index event_next_pkey rename to event_pkey')
  await client.query('alter index order_state_next_pkey rename to order_state_pkey')
  await client.query('alter index identifier_next_pkey rename to identifier_pkey')
  await client.query(
    'alter index identifier_next_tenant_key_value_idx rename to identifier_by_value',
  )
  await client.query('grant select, insert on event to orderhub_app')
  await client.query('grant update (order_key) on event to orderhub_app')
  await client.query('grant select, insert, update on order_state, identifier to orderhub_app')
  await client.query('grant delete on order_state to orderhub_app')
}
