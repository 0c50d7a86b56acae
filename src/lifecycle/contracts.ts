/** Contracts of sources as they are kept: versions, drift, and what shadow told. */
import type pg from 'pg'
import { type Comparison, compareContracts } from '#contracts/compare.ts'
import { type Contract, contractOf } from '#contracts/contract.ts'
import { noProfile, createProfiler } from '#contracts/profile.ts'
import type { AboutContract } from '#contracts/exports/about.ts'
import type { Flow } from '#flow/hub.ts'
import { parseSafely } from '#flow/parse.ts'
import { HubError } from '#model/error.ts'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'

export type ContractVersion = {
  readonly version: number
  readonly createdAt: string
  readonly records: number
  readonly fields: number
}

export type Drift = {
  readonly source: string
  readonly path: string
  readonly kind: string
  readonly severity: 'additive' | 'breaking'
  readonly detail: string
  readonly contractVersion: number
  readonly times: number
  readonly quarantined: number
  readonly firstAt: string
  readonly lastAt: string
  readonly acknowledged: boolean
}

type ContractRow = { version: number; contract: string; created_at: Date }

/** Newest first. */
export async function listContracts(
  pool: pg.Pool,
  access: Access,
  source: string,
): Promise<ContractVersion[]> {
  const rows = await contractRows(pool, access, source, null)
  return rows.map(({ version, contract, created_at }) => {
    const { records, fields } = JSON.parse(contract) as Contract
    const createdAt = created_at.toISOString()
    return { version, createdAt, records, fields: Object.keys(fields).length }
  })
}

async function contractRows(
  pool: pg.Pool,
  access: Access,
  source: string,
  version: number | null,
): Promise<ContractRow[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<ContractRow>(
      `select version, contract, created_at from contract
       where tenant_key = $1 and source = $2 and ($3::int is null or version = $3) order by version desc limit 200`,
      [access.tenant, source, version],
    ),
  )
  return rows
}

/** A contract with whose it is; the newest when no version is named. Throws `NO_CONTRACT`. */
export async function readContract(
  pool: pg.Pool,
  access: Access,
  source: Source,
  version: number | null,
): Promise<AboutContract> {
  const [row] = await contractRows(pool, access, source.name, version)
  if (row === undefined) {
    throw new HubError({
      code: 'NO_CONTRACT',
      message:
        version === null
          ? `Too few records of ${source.name} were seen to conclude a contract.`
          : `There is no version ${version} of the contract of ${source.name}.`,
      hint: 'It is made of the first 20 records that were mapped.',
    })
  }
  const { name, title, company, region, format, transport } = source
  return {
    contract: JSON.parse(row.contract) as Contract,
    version: row.version,
    source: name,
    title,
    company,
    region,
    format: format.name,
    transport: transport.kind,
    createdAt: row.created_at.toISOString(),
  }
}

/** What records in these bytes would change of a contract. Records that cannot be read are counted and left out. */
export async function checkRecords(
  source: Source,
  about: AboutContract,
  bytes: Buffer,
): Promise<Comparison & { readonly records: number; readonly unreadable: number }> {
  const profiler = createProfiler()
  let unreadable = 0
  for (const found of await parseSafely(source.format, source.formatOptions, bytes)) {
    if (found.ok) profiler.add(found.tree)
    else unreadable++
  }
  const compared = compareContracts(about.contract, contractOf(profiler.profile()))
  return { ...compared, records: profiler.records, unreadable }
}

type DriftRow = {
  source: string
  path: string
  kind: string
  severity: Drift['severity']
  detail: string
  contract_version: number
  times: number
  quarantined: number
  first_at: Date
  last_at: Date
  acknowledged_at: Date | null
}

/** Newest first; of one source or of all, with what was acknowledged when `all`. */
export async function listDrift(
  pool: pg.Pool,
  access: Access,
  source: string | null,
  all: boolean,
): Promise<Drift[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<DriftRow>(
      `select source, path, kind, severity, detail, contract_version, times, quarantined, first_at, last_at, acknowledged_at
       from drift where tenant_key = $1 and ($2::text is null or source = $2) and ($3 or acknowledged_at is null)
       order by last_at desc, source, path, kind limit 500`,
      [access.tenant, source, all],
    ),
  )
  return rows.map((row) => ({
    source: row.source,
    path: row.path,
    kind: row.kind,
    severity: row.severity,
    detail: row.detail,
    contractVersion: row.contract_version,
    times: row.times,
    quarantined: row.quarantined,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    acknowledged: row.acknowledged_at !== null,
  }))
}

/** Marks all drift of a source as seen; it comes back when it happens again. Returns how many there were. */
export async function acknowledgeDrift(flow: Flow, source: string, at: number): Promise<number> {
  const result = await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      `update drift set acknowledged_at = $2 where tenant_key = current_tenant() and source = $1 and acknowledged_at is null`,
      [source, new Date(at)],
    ),
  )
  return result.rowCount ?? 0
}

/** Forgets what the contract was concluded from: the next one is made of what comes from now on. */
export async function renewContract(flow: Flow, source: string): Promise<void> {
  await flow.watch.flush(source)
  await withAccess(flow.pool, flow.access, (client) =>
    client.query(
      'update contract_profile set profile = $2 where tenant_key = current_tenant() and source = $1',
      [source, JSON.stringify(noProfile)],
    ),
  )
  await flow.watch.reload(source)
}

export type ShadowTold = {
  readonly version: number
  readonly records: number
  readonly events: number
  readonly quarantined: number
  readonly milestones: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly unknownWords: readonly { readonly word: string; readonly times: number }[]
  readonly firstAt: string
  readonly lastAt: string
}

type TallyRow = {
  version: number
  kind: string
  name: string
  times: number
  first_at: Date
  last_at: Date
}

/** What a source told while it was in shadow, per version of its mapping, newest first. */
export async function readShadow(
  pool: pg.Pool,
  access: Access,
  source: string,
): Promise<ShadowTold[]> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<TallyRow>(
      `select m.version, s.kind, s.name, s.times, s.first_at, s.last_at
       from shadow_tally s join mapping m on m.mapping_key = s.mapping_key
       where s.tenant_key = $1 and s.source = $2 order by m.version desc, s.times desc, s.name limit 5000`,
      [access.tenant, source],
    ),
  )
  const versions = Map.groupBy(rows, ({ version }) => version)
  return [...versions].map(([version, tallies]) => toldBy(version, tallies))
}

function toldBy(version: number, rows: readonly TallyRow[]): ShadowTold {
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  const counts = (kind: string) =>
    Object.fromEntries(of(kind).map(({ name, times }) => [name, times]))
  const sum = (kind: string) => of(kind).reduce((total, { times }) => total + times, 0)
  return {
    version,
    records: sum('records'),
    events: sum('events'),
    quarantined: sum('quarantined'),
    milestones: counts('milestone'),
    faults: counts('fault'),
    unknownWords: of('unknown-word').map(({ name, times }) => ({ word: name, times })),
    firstAt: new Date(Math.min(...rows.map((row) => row.first_at.getTime()))).toISOString(),
    lastAt: new Date(Math.max(...rows.map((row) => row.last_at.getTime()))).toISOString(),
  }
}
