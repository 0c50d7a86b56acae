/** The directories that feed sources, followed by a running hub. */
import { join } from 'node:path'
import type { Flow } from '#flow/hub.ts'
import { withAccess } from '#store/client.ts'
import type { Board } from '#transports/board.ts'
import { directoryFeed } from '#transports/directory/feed.ts'
import {
  type DirectoryFollower,
  type DirectoryHealth,
  followDirectory,
} from '#transports/directory/follow.ts'
import type { Config } from './config-schema.ts'

export type Directories = AsyncDisposable & {
  /** Where files of a source are dropped; undefined for a source that takes none. */
  readonly of: (source: string) => string | undefined
  readonly health: () => DirectoryHealth[]
}

/** `<data>/drop` unless the configuration names another place. */
export function dropFolder(config: Pick<Config, 'data' | 'drop'>): string {
  return config.drop ?? join(config.data, 'drop')
}

/** Follows one folder for every source whose transport is `directory`. */
export function followDirectories(
  flow: Flow,
  config: Config,
  log: (message: string) => void,
  board?: Board,
): Directories {
  const followers = new Map<string, DirectoryFollower>()
  const homes = new Map<string, string>()
  for (const { source } of flow.sources.values()) {
    if (source.transport.kind !== 'directory') continue
    const directory = join(dropFolder(config), source.name)
    homes.set(source.name, directory)
    const follower = followDirectory({
      source,
      directory,
      pattern: source.transport.pattern,
      afterwards: config.dropAfterwards,
      settleMs: config.dropSettleMs,
      pollMs: config.dropPollMs,
      positionOf: (stream) => readPosition(flow, source.name, stream),
      take: (bytes, about) => flow.ingest(source.name, bytes, about),
      log,
    })
    followers.set(source.name, follower)
    board?.set(source.name, { health: () => directoryFeed(follower.health()) })
  }
  return {
    of: (source) => homes.get(source),
    health: () => [...followers.values()].map((follower) => follower.health()),
    async [Symbol.asyncDispose]() {
      await Promise.all([...followers.values()].map((follower) => follower[Symbol.asyncDispose]()))
    },
  }
}

async function readPosition(
  { pool, access }: Flow,
  source: string,
  stream: string,
): Promise<number> {
  const { rows } = await withAccess(pool, access, (client) =>
    client.query<{ position: number }>(
      'select position from source_position where tenant_key = current_tenant() and source = $1 and stream = $2',
      [source, stream],
    ),
  )
  return rows[0]?.position ?? 0
}
