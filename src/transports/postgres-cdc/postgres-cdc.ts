/**
 * Follows the changes of a PostgreSQL by logical replication. A position is the end of a transaction there, committed with
 * its changes here, and confirmed to the server only then; so the slot never stands ahead of us, and a slot that does was
 * made anew or moved by somebody: then, as when it is gone, every row is read again.
 */
import pg, { type ClientConfig } from 'pg'
import { HubError } from '#model/error.ts'
import { postgresConfig } from '../database/postgres.ts'
import { type Report, startFollower } from '../follower.ts'
import type { Host, Position, RunningTransport } from '../port.ts'
import { lsnNumber } from './lsn.ts'
import { type PostgresCdcOptions, postgresCdcOptions } from './options.ts'
import { makeSlot } from './snapshot.ts'
import { dropSlot, ensurePublication, slotState } from './slot.ts'
import { follow } from './stream.ts'

/** What our own connection waits for at most: a lock, a slot that is being made. */
const statementMsMax = 600_000
/** The mark while rows are being read begins with it, and goes on with why; a reading that breaks off begins anew. */
const unfinished = 'reading rows: '
const firstTime = 'nothing was taken yet'

/** Starts following. Throws a sentence for options that are wrong. */
export function startPostgresCdc(host: Host, raw: unknown): RunningTransport {
  const options = postgresCdcOptions(raw)
  return startFollower(host, 'postgres-cdc', (report) => session(host, options, report))
}

/** From connecting until it breaks or is to stop. */
async function session(host: Host, options: PostgresCdcOptions, report: Report): Promise<number> {
  const { slot, publication } = namesOf(host, options)
  const stream = `slot/${slot}`
  const config = await postgresConfig(host, options)
  const client = await connect(config)
  try {
    report.heard()
    await ensurePublication(client, publication, options.tables)
    const origin = { name: host.source.name, database: String(config.database) }
    let position = await host.positionOf(stream)
    const why = await lossOf(client, slot, position)
    if (why !== null) {
      if (why !== firstTime)
        report.alarm(
          `${why}: all rows are read again; what happened in between, and deletions, are missing`,
        )
      await host.remember(stream, { value: 0, mark: unfinished + why })
      await dropSlot(client, slot)
      report.state('reading')
      const withRows = why !== firstTime || options.snapshot === 'initial'
      const lsn = await makeSlot({ config, host, origin, slot, publication, withRows, report })
      position = { value: lsnNumber(lsn), mark: lsn }
      await host.remember(stream, position)
    }
    await follow({
      config,
      host,
      origin,
      slot,
      publication,
      stream,
      position: position!,
      report,
      watchMs: options.watchSeconds * 1000,
      watch: (now) => watch(client, slot, now, report),
    })
    return 0
  } finally {
    await client.end().catch(() => undefined)
  }
}

function namesOf(host: Host, { slot, publication }: PostgresCdcOptions) {
  const usual = `orderhub_${host.source.name.replaceAll('-', '_')}`.slice(0, 63)
  return { slot: slot ?? usual, publication: publication ?? usual }
}

async function connect(config: ClientConfig): Promise<pg.Client> {
  const options = `-c statement_timeout=${statementMsMax} -c lock_timeout=60s`
  const client = new pg.Client({ ...config, options })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Why rows must be read before changes can be followed; null when they need not. */
async function lossOf(
  client: pg.Client,
  slot: string,
  position: Position | null,
): Promise<string | null> {
  if (position === null) return firstTime
  if (position.mark.startsWith(unfinished)) return position.mark.slice(unfinished.length)
  const state = await slotState(client, slot, position)
  return state.kind === 'lost' ? state.why : null
}

/** Throws when the slot is lost, which ends the session; the next one reads the rows again. */
async function watch(
  client: pg.Client,
  slot: string,
  position: Position,
  report: Report,
): Promise<void> {
  const state = await slotState(client, slot, position)
  if (state.kind === 'lost')
    throw new HubError({ code: 'CDC_SLOT_LOST', message: `Slot lost: ${state.why}.` })
  report.lag({ value: state.lagBytes, unit: 'bytes' })
}
