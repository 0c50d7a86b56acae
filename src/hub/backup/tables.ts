/** Which tables a backup holds, and in which order they can be filled again. */
import type { Client } from 'pg'

export type Table = { readonly name: string; readonly columns: readonly string[] }

/** Kept by migrations, not by backups. */
const leftOut = 'migration'

/** All tables of the schema, those that others refer to first. */
export async function readTableList(client: Client): Promise<Table[]> {
  const { rows: tables } = await client.query<Table>(
    `select c.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
     from information_schema.columns c
     join pg_tables t on t.schemaname = c.table_schema and t.tablename = c.table_name
     where c.table_schema = 'public' and c.table_name <> $1 and c.is_generated = 'NEVER'
     group by 1 order by 1`,
    [leftOut],
  )
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
  )
  const ordered: Table[] = []
  const placed = new Set<string>()
  while (ordered.length < tables.length) {
    const before = ordered.length
    for (const table of tables) {
      const open = references.some(({ from, to }) => from === table.name && !placed.has(to))
      if (placed.has(table.name) || open) continue
      placed.add(table.name)
      ordered.push(table)
    }
    if (ordered.length === before) throw new Error('tables refer to each other in a circle')
  }
  return ordered
}

/** `"table" ("a", "b")` as COPY wants it. */
export function copyTarget({ name, columns }: Table): string {
  return `${quoted(name)} (${columns.map(quoted).join(', ')})`
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
