/**
 * No silent loss: after a world with poison and duplicates the books balance to the record, and whatever a hand then deletes
 * or alters in the database is noticed by `verify`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { Client, type PoolConfig } from 'pg'
import { formatNamed } from '#formats/registry.ts'
import { startFlow } from '#flow/hub.ts'
import { loadSources } from '#flow/load-sources.ts'
import { verifyHub, type Verified } from '#flow/verify.ts'
import { simulate } from '#simulator/simulate.ts'
import { createPool } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { feed } from '../test/support/feed.ts'
import { figureOptions, progress, report } from '../test/support/figure.ts'
import { tamperings } from '../test/support/tampering.ts'

const { size, seed } = figureOptions()
const orders = { ci: 120, full: 3_000 }[size]
const all = { tenant: 1, scopes: '*' } as const

async function verify(app: PoolConfig): Promise<Verified> {
  const pool = createPool(app, 2)
  return verifyHub(pool, all).finally(() => pool.end())
}

async function run(config: PoolConfig, sql: string): Promise<number> {
  const client = new Client(config)
  await client.connect()
  try {
    return (await client.query(sql)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

/** A copy of the database with one thing done to it; true when `verify` complains. */
async function isNoticed(
  database: { name: string; owner: PoolConfig; app: PoolConfig },
  sql: string,
  nth: number,
): Promise<boolean> {
  const name = `${database.name}_${nth}`
  const server = { ...database.owner, database: 'postgres' }
  await run(server, `create database ${name} template ${database.name}`)
  try {
    const rows = await run({ ...database.owner, database: name }, sql)
    if (rows !== 1) throw new Error(`${rows} rows instead of one: ${sql}`)
    const { ok, problems } = await verify({ ...database.app, database: name })
    if (!ok) progress(`  noticed: ${problems[0]}`)
    return !ok
  } finally {
    await run(server, `drop database ${name} with (force)`)
  }
}

async function main(): Promise<void> {
  await using database = await createTestDatabase()
  const { sources } = await loadSources(join(import.meta.dirname, '..', 'company'), formatNamed)
  const messages = [
    ...simulate({
      seed,
      orders,
      from: Date.UTC(2026, 8, 1),
      days: 40,
      faults: { poison: 0.1, duplicates: 0.1 },
    }).messages(),
  ]
  let totals
  {
    await using flow = await startFlow({
      app: database.app,
      organisation: 'Nordwind Systems',
      sources,
      now: () => Date.now(),
      wait: (ms) => wait(ms),
    })
    totals = await feed(flow, messages)
  }
  const sent = messages.reduce((sum, message) => sum + message.records, 0)
  const poison = messages.reduce((sum, message) => sum + message.poison, 0)
  const difference =
    Math.abs(totals.received - sent) +
    Math.abs(
      totals.received - totals.accepted - totals.duplicate - totals.quarantined - totals.rejected,
    )
  const clean = await verify(database.app)
  progress(
    `${sent} records in ${messages.length} messages: ${JSON.stringify(totals)}; ${clean.problems.length} problems`,
  )
  const unnoticed: string[] = []
  for (const [nth, { name, sql }] of tamperings.entries()) {
    progress(name)
    if (!(await isNoticed(database, sql, nth))) unnoticed.push(name)
  }
  for (const name of unnoticed) progress(`NOT NOTICED: ${name}`)
  const figures = {
    records: sent,
    difference: difference + clean.difference,
    poison,
    quarantined: totals.quarantined,
    duplicate: totals.duplicate,
    problems: clean.problems.length,
    tampered: tamperings.length,
    detected: tamperings.length - unnoticed.length,
    seed,
  }
  const balanced =
    figures.difference === 0 &&
    figures.problems === 0 &&
    totals.quarantined === poison &&
    totals.duplicate > 0
  report('promise:ledger', figures, balanced && poison > 0 && unnoticed.length === 0)
}

await main()
