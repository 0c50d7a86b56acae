/** Writes down what was seen of a source: its profile, a new version of its contract, drift, and what shadow told. */
import type pg from 'pg'
import { compareContracts, type ContractChange } from '#contracts/compare.ts'
import { type Contract, contractOf } from '#contracts/contract.ts'
import { recordsToRelyOn } from '#contracts/breach.ts'
import { addProfiles, createProfiler, noProfile, type Profile } from '#contracts/profile.ts'
import type { Instant } from '#model/time.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { BreachSeen, Tally, Watched } from './look.ts'

export type Relied = { readonly contract: Contract | null; readonly version: number }

/** The newest contract, while enough records stand behind what is known now. */
export async function readRelied(client: pg.PoolClient, source: string): Promise<Relied> {
  const newest = await newestContract(client, source)
  const profile = await readProfile(client, source, false)
  const relied = profile.records >= recordsToRelyOn ? newest.contract : null
  return { contract: relied, version: newest.version }
}

/** Everything pending of one source, in one transaction; what cannot be written is counted again. */
export async function writeDown(
  pool: pg.Pool,
  access: Access,
  source: Watched,
  at: Instant,
): Promise<void> {
  const { seen, breaches, shadow } = source
  if (seen.records === 0 && breaches.size === 0 && shadow.size === 0) return
  source.seen = createProfiler()
  source.breaches = new Map()
  source.shadow = new Map()
  const { source: definition, scopeKey, mappingKey } = source.running
  const place = { source: definition.name, scopeKey, mappingKey, at: new Date(at) }
  const relied = await withAccess(pool, access, async (client) => {
    await writeTally(client, place, shadow)
    const now = await writeContract(client, place, seen.profile())
    await writeBreaches(client, place, now.version, breaches)
    return now
  })
  source.contract = relied.contract
  source.version = relied.version
}

type Place = {
  readonly source: string
  readonly scopeKey: number
  readonly mappingKey: number
  readonly at: Date
}

async function writeContract(client: pg.PoolClient, place: Place, seen: Profile): Promise<Relied> {
  const { source, scopeKey, at } = place
  if (seen.records === 0) return readRelied(client, source)
  const profile = addProfiles(await readProfile(client, source, true), seen)
  await client.query(
    `insert into contract_profile (tenant_key, scope_key, source, profile, updated_at)
     values (current_tenant(), $1, $2, $3, $4)
     on conflict (tenant_key, source) do update set profile = excluded.profile, updated_at = excluded.updated_at`,
    [scopeKey, source, storable(JSON.stringify(profile)), at],
  )
  const newest = await newestContract(client, source)
  if (profile.records < recordsToRelyOn) return { contract: null, version: newest.version }
  const contract = contractOf(profile)
  const changes =
    newest.contract === null ? [] : compareContracts(newest.contract, contract).changes
  if (newest.contract !== null && changes.length === 0) return newest
  const version = newest.version + 1
  await client.query(
    `insert into contract (tenant_key, scope_key, source, version, contract, created_at)
     values (current_tenant(), $1, $2, $3, $4, $5)`,
    [scopeKey, source, version, storable(JSON.stringify(contract)), at],
  )
  for (const change of changes) await writeChange(client, place, version, change)
  return { contract, version }
}

async function newestContract(client: pg.PoolClient, source: string): Promise<Relied> {
  const { rows } = await client.query<{ version: number; contract: string }>(
    `select version, contract from contract where tenant_key = current_tenant() and source = $1
     order by version desc limit 1`,
    [source],
  )
  const [row] = rows
  if (row === undefined) return { contract: null, version: 0 }
  return { contract: JSON.parse(row.contract) as Contract, version: row.version }
}

async function readProfile(
  client: pg.PoolClient,
  source: string,
  toWrite: boolean,
): Promise<Profile> {
  const { rows } = await client.query<{ profile: string }>(
    `select profile from contract_profile where tenant_key = current_tenant() and source = $1${toWrite ? ' for update' : ''}`,
    [source],
  )
  return rows[0] === undefined ? noProfile : (JSON.parse(rows[0].profile) as Profile)
}

const upsertDrift = `
  insert into drift as d (tenant_key, scope_key, source, path, kind, severity, detail, contract_version, times, quarantined,
    first_at, last_at)
  values (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
  on conflict (tenant_key, source, path, kind) do update set severity = excluded.severity, detail = excluded.detail,
    contract_version = excluded.contract_version, times = d.times + excluded.times,
    quarantined = d.quarantined + excluded.quarantined, last_at = excluded.last_at, acknowledged_at = null`

async function writeChange(
  client: pg.PoolClient,
  { source, scopeKey, at }: Place,
  version: number,
  { path, kind, detail }: ContractChange,
): Promise<void> {
  const values = [scopeKey, source, storable(path), kind, 'additive', storable(detail)]
  await client.query(upsertDrift, [...values, version, 1, 0, at])
}

async function writeBreaches(
  client: pg.PoolClient,
  { source, scopeKey, at }: Place,
  version: number,
  breaches: ReadonlyMap<string, BreachSeen>,
): Promise<void> {
  for (const { path, kind, detail, times, quarantined } of breaches.values()) {
    const values = [scopeKey, source, storable(path), kind, 'breaking', storable(detail)]
    await client.query(upsertDrift, [...values, version, times, quarantined, at])
  }
}

async function writeTally(
  client: pg.PoolClient,
  { source, scopeKey, mappingKey, at }: Place,
  counts: Tally,
): Promise<void> {
  for (const [key, times] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const cut = key.indexOf('\n')
    await client.query(
      `insert into shadow_tally as s (tenant_key, scope_key, source, mapping_key, kind, name, times, first_at, last_at)
       values (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (tenant_key, source, mapping_key, kind, name)
       do update set times = s.times + excluded.times, last_at = excluded.last_at`,
      [scopeKey, source, mappingKey, key.slice(0, cut), storable(key.slice(cut + 1)), times, at],
    )
  }
}

/** PostgreSQL's text holds no NUL, written out or as JSON's escape. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').replaceAll('\\u0000', '\u2400')
}
