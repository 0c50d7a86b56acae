/** The transports that feed sources of a running hub: started, shown on the board, stopped. */
import { join } from 'node:path'
import type { Flow } from '#flow/hub.ts'
import { withAccess } from '#store/client.ts'
import type { Board } from '#transports/board.ts'
import type { Host, RunningTransport } from '#transports/port.ts'
import { secretReader } from '#transports/secret.ts'
import { startTransport } from '#transports/start.ts'
import type { Config } from './config-schema.ts'

export type Transports = AsyncDisposable & {
  /** Stops what runs for a source and starts what its definition says now; for definitions that change while running. */
  readonly refresh: (source: string) => Promise<void>
}

export type TransportSetting = {
  readonly flow: Flow
  readonly board: Board
  readonly config: Pick<Config, 'data'>
  readonly now: () => number
  readonly log: (message: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Starts the transport of every source; one that cannot be started fails alone, on the board. */
export async function startTransports(setting: TransportSetting): Promise<Transports> {
  const running = new Map<string, RunningTransport>()
  const refresh = async (source: string): Promise<void> => {
    await running.get(source)?.[Symbol.asyncDispose]()
    if (running.delete(source)) setting.board.remove(source)
    const started = await start(setting, source)
    if (started === null) return
    running.set(source, started)
    setting.board.set(source, started)
  }
  for (const source of setting.flow.sources.keys()) await refresh(source)
  return {
    refresh,
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.values()].map((one) => one[Symbol.asyncDispose]()))
    },
  }
}

function start(setting: TransportSetting, name: string): Promise<RunningTransport | null> {
  const found = setting.flow.sources.get(name)
  if (found === undefined) return Promise.resolve(null)
  return startTransport(hostOf(setting, name), found.source.transport)
}

/** The flow, as the transport of one source sees it. Throws `UNKNOWN_SOURCE` for one that does not run. */
export function hostOf({ flow, config, now, log, env }: TransportSetting, name: string): Host {
  const { pool, access } = flow
  const { source, scopeKey } = flow.sources.get(name)!
  return {
    source,
    now,
    log,
    secret: secretReader(join(config.data, 'secrets'), env),
    take: (bytes, about) => flow.ingest(name, bytes, about),
    positionOf: (stream) =>
      withAccess(pool, access, async (client) => {
        const { rows } = await client.query<{ value: number; mark: string }>(
          `select position as value, mark from source_position
           where tenant_key = current_tenant() and source = $1 and stream = $2`,
          [name, stream],
        )
        return rows[0] ?? null
      }),
    remember: (stream, { value, mark }) =>
      withAccess(pool, access, async (client) => {
        await client.query(
          `insert into source_position (tenant_key, scope_key, source, stream, position, mark, updated_at)
           values (current_tenant(), $1, $2, $3, $4, $5, $6)
           on conflict (tenant_key, source, stream) do update
             set position = excluded.position, mark = excluded.mark, updated_at = excluded.updated_at`,
          [scopeKey, name, stream, value, mark, new Date(now())],
        )
      }),
    forget: (prefix, before) =>
      withAccess(pool, access, async (client) => {
        await client.query(
          `delete from source_position where tenant_key = current_tenant() and source = $1
             and starts_with(stream, $2) and updated_at < $3`,
          [name, prefix, new Date(before)],
        )
      }),
  }
}
