/**
 * Which version of a mapping runs. A source's folder says it, until a person publishes another version or rolls back: that holds
 * while the folder says what it said then, and a change of the folder is the newer word.
 */
import type pg from 'pg'
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'

export type PublicationKind = 'published' | 'rolled-back'

type Row = { source: string; folder_hash: string; hash: string; definition: string }

/** The sources of the folders, each in the version that runs, and those that only a publication knows. */
export async function runningVersions(
  pool: pg.Pool,
  access: Access,
  folders: readonly Source[],
): Promise<Source[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<Row>(
      `select distinct on (p.source) p.source, p.folder_hash, m.hash, m.definition
       from mapping_publication p join mapping m on m.mapping_key = p.mapping_key
       where p.tenant_key = $1 order by p.source, p.publication_key desc`,
      [access.tenant],
    ),
  )
  const published = new Map(rows.map((row) => [row.source, row]))
  const known = folders.map((source) => {
    const row = published.get(source.name)
    published.delete(source.name)
    const holds = row?.folder_hash === source.mappingHash && row.hash !== source.mappingHash
    return holds ? (compiled(row) ?? source) : source
  })
  const others = [...published.values()].filter((row) => row.folder_hash === noFolder)
  return [...known, ...others.map(compiled).filter((source) => source !== null)]
}

/** Stands for the hash of a folder where there is none. */
export const noFolder = ''

/** Null when this program does not understand the version any more: then the folder has the word. */
function compiled({ definition }: Row): Source | null {
  const result = compileSource(JSON.parse(definition) as Record<string, string>, formatNamed)
  return result.ok ? result.source : null
}
