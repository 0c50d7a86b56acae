/** A hub of its own for a figure: embedded PostgreSQL in a temporary folder, the demo company's sources, no API. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { formatNamed } from '#formats/registry.ts'
import { startFlow, type Flow } from '#flow/hub.ts'
import { loadSources } from '#flow/load-sources.ts'
import { stopParsing } from '#flow/parse.ts'
import { startEmbedded, type EmbeddedPostgres } from '#store/embedded.ts'
import { migrate } from '#store/migrate.ts'
import type { ViewContext } from '#views/context.ts'
import { progress } from './figure.ts'

export type FigureHub = AsyncDisposable & {
  readonly flow: Flow
  readonly server: EmbeddedPostgres
  readonly folder: string
}

export async function startFigureHub(): Promise<FigureHub> {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-figure-'))
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: progress })
  await migrate(server.owner)
  const company = resolve(import.meta.dirname, '../../company')
  const { sources, errors } = await loadSources(company, formatNamed)
  if (errors.length > 0)
    throw new Error(`the demo company does not compile: ${JSON.stringify(errors[0])}`)
  const flow = await startFlow({
    app: server.app,
    organisation: 'Nordwind Systems',
    sources,
    now: () => Date.now(),
    wait: (ms) => wait(ms),
  })
  return {
    flow,
    server,
    folder,
    async [Symbol.asyncDispose]() {
      await flow[Symbol.asyncDispose]()
      await stopParsing()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The read side of a flow. */
export function viewsOf(flow: Flow): ViewContext {
  return {
    pool: flow.pool,
    trustOf: flow.trustOf,
    scopes: flow.scopes,
    formatOf: (source) => flow.sources.get(source)?.source.format.name ?? '',
  }
}
