/** Versions of a source's mapping: which there are, which one runs, and how another one comes to run. */
import type { PoolConfig } from 'pg'
import type pg from 'pg'
import { noFolder, type PublicationKind } from '#flow/pins.ts'
import type { Flow } from '#flow/hub.ts'
import { replayQuarantined } from '#flow/quarantine.ts'
import { rebuild, type Rebuilt } from '#flow/rebuild/rebuild.ts'
import { registerSource } from '#flow/registry.ts'
import { formatNamed } from '#formats/registry.ts'
import { compileSource } from '#mapping/compile.ts'
import { describeError } from '#mapping/errors.ts'
import { HubError } from '#model/error.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { withAccess, type Access } from '#store/client.ts'

export type SourceVersion = {
  readonly version: number
  readonly hash: string
  readonly createdAt: string
  readonly shadow: boolean
  /** When it was last made to run by a person; null when only its folder did. */
  readonly publishedAt: string | null
  readonly publishedBy: string | null
  readonly kind: PublicationKind | null
}

export type VersionFiles = Readonly<Record<string, string>>

type Row = {
  version: number
  hash: string
  created_at: Date
  definition: string
  published_at: Date | null
  published_by: string | null
  kind: PublicationKind | null
}

/** Newest first. */
export async function listVersions(
  pool: pg.Pool,
  access: Access,
  source: string,
): Promise<SourceVersion[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<Row>(
      `select m.version, m.hash, m.created_at, m.definition, p.published_at, p.published_by, p.kind
       from mapping m left join lateral (
         select published_at, published_by, kind from mapping_publication p
         where p.tenant_key = m.tenant_key and p.mapping_key = m.mapping_key order by publication_key desc limit 1) p on true
       where m.tenant_key = $1 and m.source = $2 order by m.version desc`,
      [access.tenant, source],
    ),
  )
  return rows.map((row) => ({
    version: row.version,
    hash: row.hash,
    createdAt: row.created_at.toISOString(),
    shadow: compiledOf(JSON.parse(row.definition) as VersionFiles)?.shadow ?? false,
    publishedAt: row.published_at?.toISOString() ?? null,
    publishedBy: row.published_by,
    kind: row.kind,
  }))
}

function compiledOf(files: VersionFiles): Source | null {
  const compiled = compileSource(files, formatNamed)
  return compiled.ok ? compiled.source : null
}

/** The files of a version. Throws `UNKNOWN_VERSION`. */
export async function readVersion(
  pool: pg.Pool,
  access: Access,
  source: string,
  version: number,
): Promise<VersionFiles> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<{ definition: string }>(
      'select definition from mapping where tenant_key = $1 and source = $2 and version = $3',
      [access.tenant, source, version],
    ),
  )
  if (rows[0] !== undefined) return JSON.parse(rows[0].definition) as VersionFiles
  throw new HubError({
    code: 'UNKNOWN_VERSION',
    message: `There is no version ${version} of ${source}.`,
    hint: `"orderhub source versions ${source}" lists them.`,
  })
}

/** Compiles files as a version of this source. Throws `MAPPING_INVALID` with every error in its message. */
export function compileVersion(name: string | null, files: VersionFiles): Source {
  const compiled = compileSource(files, formatNamed)
  const hint = 'Repair it; docs/reference/source-definition.md says what stands where.'
  if (!compiled.ok) {
    const message = compiled.errors.map(describeError).join('\n')
    throw new HubError({ code: 'MAPPING_INVALID', message, hint })
  }
  if (name === null || compiled.source.name === name) return compiled.source
  const message = `The definition is of ${compiled.source.name}, not of ${name}.`
  throw new HubError({ code: 'MAPPING_INVALID', message, hint })
}

/** Keeps a version without running it; the same files are the same version. */
export async function addVersion(flow: Flow, source: Source, at: Instant): Promise<number> {
  return (await registerSource(flow.pool, flow.access, source, at)).version
}

export type Publishing = {
  readonly source: string
  readonly version: number
  readonly kind: PublicationKind
  /** Who did it, for those who look later. */
  readonly by: string
  readonly at: Instant
}

/** Makes a version run, from the next record on; it stays until another is published or the source's folder changes. */
export async function runVersion(flow: Flow, publishing: Publishing): Promise<void> {
  const { source: name, version, kind, by, at } = publishing
  const files = await readVersion(flow.pool, flow.access, name, version)
  const source = compileVersion(name, files)
  const running = await registerSource(flow.pool, flow.access, source, at)
  await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      `insert into mapping_publication (tenant_key, scope_key, source, mapping_key, folder_hash, kind, published_at, published_by)
       values (current_tenant(), $1, $2, $3, $4, $5, $6, $7)`,
      [
        running.scopeKey,
        name,
        running.mappingKey,
        flow.folders.get(name) ?? noFolder,
        kind,
        new Date(at),
        by,
      ],
    ),
  )
  await flow.install(source)
}

/** The version to go back to: the one that ran before the running one, else the one before it. Null when there is none. */
export async function versionBefore(flow: Flow, name: string): Promise<number | null> {
  const running = flow.sources.get(name)?.version ?? 0
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ version: number }>(
      `select m.version from mapping m left join mapping_publication p on p.mapping_key = m.mapping_key
       where m.source = $1 and m.version <> $2 and (p.publication_key is not null or m.version < $2)
       order by p.publication_key desc nulls last, m.version desc limit 1`,
      [name, running],
    ),
  )
  return rows[0]?.version ?? null
}

export type Reread = { readonly rebuilt: Rebuilt; readonly replayed: number; readonly left: number }

/**
 * All orders anew from the bytes, as the running versions read them, and the source's quarantine taken again. `owner`: a role
 * that owns the tables.
 */
export async function rereadHistory(
  flow: Flow,
  owner: PoolConfig,
  source: string,
  log: (message: string) => void,
): Promise<Reread> {
  const rebuilt = await rebuild(flow, { owner, log })
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ key: number }>(
      `select quarantine_key as key from quarantine
       where tenant_key = current_tenant() and source = $1 and state = 'open' order by 1`,
      [source],
    ),
  )
  let replayed = 0
  for (const [index, { key }] of rows.entries()) {
    if ((await replayQuarantined(flow, key)).kind === 'replayed') replayed++
    if (index % 500 === 499) log(`took ${index + 1} of ${rows.length} from quarantine again`)
  }
  return { rebuilt, replayed, left: rows.length - replayed }
}
