/** The pipeline's own two connections: one reads for the batches to come, one writes them in their order. */
import pg, { type PoolConfig } from 'pg'
import type { Socket } from 'node:net'
import { types, type Access } from '#store/client.ts'

export type Wires = {
  readonly reader: pg.Client
  readonly writer: pg.Client
  /** Opens both anew; whatever was under way on the old ones is rolled back. */
  connect: () => Promise<void>
  close: () => Promise<void>
}

/**
 * Every statement touches rows by their key, a batch of them at a time: the planner must not conclude from an empty or
 * growing table that reading all of it is cheaper. Both connections serve one tenant for all their life.
 */
function optionsFor({ tenant }: Access): string {
  const byKey = ['seqscan', 'hashjoin', 'mergejoin', 'bitmapscan'].map((way) => `enable_${way}=off`)
  const rows = [`orderhub.tenant=${Math.trunc(tenant)}`, 'orderhub.scopes=*']
  return [...byKey, ...rows].map((setting) => `-c ${setting}`).join(' ')
}

export function createWires(config: PoolConfig, access: Access): Wires {
  const options = optionsFor(access)
  let open: { reader: pg.Client; writer: pg.Client } | null = null
  const connected = async (): Promise<pg.Client> => {
    const client = new pg.Client({ ...config, types, options, pipeline: true })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const close = async (): Promise<void> => {
    const old = open
    open = null
    await Promise.all(
      [old?.reader, old?.writer].map(async (client) => client?.end().catch(() => {})),
    )
  }
  const now = (): { reader: pg.Client; writer: pg.Client } => {
    if (open === null) throw new Error('the pipeline is not connected')
    return open
  }
  return {
    get reader() {
      return now().reader
    },
    get writer() {
      return now().writer
    },
    async connect() {
      await close()
      const reader = await connected()
      try {
        open = { reader, writer: await connected() }
      } catch (error) {
        await reader.end().catch(() => {})
        throw error
      }
    },
    close,
  }
}

/** Runs `send`, which queues statements, so that they leave in as few packets as possible. */
export function together<T>(client: pg.Client, send: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}
