/** The stream of changes behind a position, until it breaks or is to stop. */
import type { ClientConfig } from 'pg'
import {
  LogicalReplicationService,
  type Pgoutput,
  PgoutputPlugin,
  type ReplicationClientConfig,
} from 'pg-logical-replication'
import { createChangeBuffer } from '../change-buffer.ts'
import { pause, type Report } from '../follower.ts'
import type { Host, Position } from '../port.ts'
import { lsnNumber, lsnText } from './lsn.ts'
import { changeRecord, type Origin, type Transaction } from './records.ts'
import { valueOf } from './values.ts'

export type Following = {
  readonly config: ClientConfig
  readonly host: Host
  readonly origin: Origin
  readonly slot: string
  readonly publication: string
  readonly stream: string
  readonly position: Position
  readonly report: Report
  readonly watchMs: number
  /** Looks after the slot; rejects when it is lost. */
  readonly watch: (position: Position) => Promise<void>
}

/** As short as the shortest time servers are usually told to wait for a sign of life (60 s) allows with ease. */
const aliveMsMax = 10_000
const closeMsMax = 2_000

/** Values come as PostgreSQL writes them and are read by us: `pg` would make dates of this machine's zone of them. */
class TextPlugin extends PgoutputPlugin {
  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer)
    if (message.tag === 'relation')
      for (const column of message.columns)
        column.parser = (text: string) => valueOf(column.typeOid, text)
    return message
  }
}

/** Rejects when the connection breaks, something cannot be taken, or the slot is lost; resolves when it is to stop. */
export async function follow(following: Following): Promise<void> {
  const { host, report, slot, stream, publication } = following
  const service = new LogicalReplicationService(replicationConfig(following.config), {
    acknowledge: { auto: false, timeoutSeconds: 0 },
    flowControl: { enabled: true },
  })
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const state = {
    confirmed: following.position,
    idleAt: '',
    transaction: { id: 0, atMs: 0 },
    open: false,
  }
  const confirm = (position: Position) => {
    state.confirmed = position
    // The library confirms the byte behind what it is told.
    void service.acknowledge(lsnText(position.value - 1)).catch(broken.reject)
  }
  const buffer = createChangeBuffer({
    host,
    stream,
    report,
    onTaken: confirm,
    onFailed: broken.reject,
  })
  service.on('error', broken.reject)
  service.on('heartbeat', (lsn: string, _at: number, mustAnswer: boolean) => {
    report.heard()
    state.idleAt = lsn
    if (mustAnswer) confirm(state.confirmed)
  })
  service.on('data', async (lsn: string, message: Pgoutput.Message) => {
    report.heard()
    state.idleAt = ''
    if (message.tag === 'begin') {
      state.open = true
      state.transaction = transactionOf(message)
    } else if (message.tag === 'commit') {
      state.open = false
      const end = message.commitEndLsn!
      buffer.commit({ value: lsnNumber(end), mark: lsnText(lsnNumber(end)) })
    } else {
      const record = changeRecord(message, following.origin, state.transaction, lsn)
      if (record !== null) await buffer.add(record)
    }
  })
  const stopped = new Promise<void>((resolve) => {
    if (report.signal.aborted) resolve()
    report.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const plugin = new TextPlugin({ protoVersion: 1, publicationNames: [publication] })
  const done = new AbortController()
  try {
    const streaming = service
      .subscribe(plugin, slot, lsnText(following.position.value))
      .then(() => Promise.reject(new Error('the stream of changes ended')))
    streaming.catch(broken.reject)
    service.once('start', () => report.state('idle'))
    const looking = lookAfter(following, state, buffer.isIdle, confirm, done.signal)
    looking.catch(broken.reject)
    await Promise.race([stopped, broken.promise])
  } finally {
    done.abort()
    await buffer.close()
    await close(service)
  }
}

/** Says goodbye; a server that does not read any more is left without. */
async function close(service: LogicalReplicationService): Promise<void> {
  const { _connection: connection } = service as unknown as {
    _connection: { stream: { destroy: () => void; resume: () => void } } | null
  }
  connection?.stream.resume()
  const late = setTimeout(() => connection?.stream.destroy(), closeMsMax)
  await service.destroy().catch(() => undefined)
  clearTimeout(late)
}

type State = { confirmed: Position; idleAt: string; transaction: Transaction; open: boolean }

/** Looks after the slot, gives signs of life, and moves on where the log holds nothing of our tables. */
async function lookAfter(
  { watch, watchMs, host, stream }: Following,
  state: State,
  isIdle: () => boolean,
  confirm: (position: Position) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(Math.min(watchMs, aliveMsMax), signal)
    if (signal.aborted) return
    await watch(state.confirmed)
    const at = state.idleAt
    if (at !== '' && !state.open && isIdle() && lsnNumber(at) > state.confirmed.value) {
      const position = { value: lsnNumber(at), mark: at }
      await host.remember(stream, position)
      // A change may have come meanwhile; it lies behind this place.
      if (state.confirmed.value < position.value) confirm(position)
    } else confirm(state.confirmed)
  }
}

function transactionOf({ xid, commitTime }: Pgoutput.MessageBegin): Transaction {
  return { id: xid, atMs: Number(BigInt(String(commitTime)) / 1000n) }
}

function replicationConfig(config: ClientConfig): ReplicationClientConfig {
  const options = '-c timezone=UTC -c datestyle=ISO -c bytea_output=hex'
  return { ...config, options, replication: 'database' }
}
