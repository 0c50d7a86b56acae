/** A history through the whole hub: bytes, transactions, rulings, on a real database. */
import { setTimeout as wait } from 'node:timers/promises'
import { startFlow, type Flow } from '#flow/hub.ts'
import { approveIdentifier, restoreClaims, voidClaims, type RulingContext } from '#flow/rulings.ts'
import type { HubEvent } from '#model/event.ts'
import { verifyHub } from '#flow/verify.ts'
import { withAccess } from '#store/client.ts'
import { createKeys } from '#store/keys.ts'
import type { TestDatabase } from '#store/test-database.ts'
import { eventSources, ndjson } from '../event-source.ts'
import { readStated, tenantHash } from '../tenant-hash.ts'
import type { Ruling } from './history.ts'
import type { Step } from './play.ts'
import { systems } from './told-event.ts'

/** Plays the steps as a tenant of its own and returns its hash; a batch is one receipt for each source in it. */
export async function playOnDatabase(
  steps: readonly Step[],
  database: TestDatabase,
  tenant: number,
): Promise<string> {
  await using flow = await startFlow({
    app: database.app,
    tenant,
    organisation: `organisation ${tenant}`,
    sources: eventSources,
    now: () => Date.now(),
    wait: (ms) => wait(ms),
  })
  // Several receipts in flight at once, in one batch or in many: it must not matter.
  const pending: Promise<unknown>[] = []
  for (const step of steps) {
    if (step.kind === 'batch') {
      pending.push(...receiptsOf(step.events).map(([source, bytes]) => flow.ingest(source, bytes)))
      if (pending.length < 12) continue
    }
    await Promise.all(pending.splice(0))
    if (step.kind === 'ruling') await rule(flow, step.ruling)
    else if (step.kind === 'approve') await approve(flow)
  }
  await Promise.all(pending)
  const { problems } = await verifyHub(flow.pool, flow.access)
  if (problems.length > 0) throw new Error(problems.join('; '))
  return tenantHash(await readStated(database.owner, tenant))
}

function receiptsOf(events: readonly HubEvent[]): [string, Buffer][] {
  return systems.flatMap(({ name }): [string, Buffer][] => {
    const own = events.filter((event) => event.source === name)
    return own.length === 0 ? [] : [[name, ndjson(own)]]
  })
}

async function rule(flow: Flow, { kind, claim }: Ruling): Promise<void> {
  await flow.pipeline.exclusively(() =>
    kind === 'void'
      ? voidClaims(contextOf(flow), [claim], 'wrong')
      : restoreClaims(contextOf(flow), [claim]),
  )
}

async function approve(flow: Flow): Promise<void> {
  for (;;) {
    const open = await withAccess(flow.pool, flow.access, (client) =>
      client.query<{ identifier: string }>(
        'select identifier from link_review where decision is null order by 1',
      ),
    )
    if (open.rows.length === 0) return
    for (const { identifier } of open.rows)
      await flow.pipeline.exclusively(() => approveIdentifier(contextOf(flow), identifier))
  }
}

function contextOf({ pool, access, rulings, trustOf, scopes }: Flow): RulingContext {
  return {
    pool,
    access,
    rulings,
    trustOf,
    scopes,
    orderKeys: createKeys(pool, access, 'order_key_sequence'),
    now: () => Date.now(),
  }
}
