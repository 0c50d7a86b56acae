/** Keeps an eye on every source's records beside their way; nothing of it waits, and nothing is lost when it fails. */
import type pg from 'pg'
import { parse } from 'yaml'
import { type Need, needsOf } from '#contracts/needs.ts'
import type { Instant } from '#model/time.ts'
import type { Source } from '#model/source.ts'
import { withAccess, type Access } from '#store/client.ts'
import type { RunningSource } from '../batch.ts'
import { readRelied, writeDown } from './keep.ts'
import { type Look, lookAt, type Watched, watched } from './look.ts'

/** Drift is told within a minute; what was seen stands in memory at most this long. */
const flushEveryMs = 5_000

export type Watch = AsyncDisposable & {
  /** Begins to watch a source, or goes on with another version of it. */
  readonly follow: (running: RunningSource) => Promise<void>
  readonly look: (running: RunningSource) => Look
  /** Writes down what was seen so far, of one source or of all. */
  readonly flush: (source?: string) => Promise<void>
  /** Reads anew what is relied on. */
  readonly reload: (source: string) => Promise<void>
}

export function startWatch(pool: pg.Pool, access: Access, now: () => Instant): Watch {
  const sources = new Map<string, Watched>()
  let writing: Promise<void> = Promise.resolve()
  const flush = (only?: string): Promise<void> => {
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        for (const [name, source] of sources)
          if (only === undefined || name === only) await writeDown(pool, access, source, now())
      })
    return writing
  }
  // Without the database nothing arrives either; the next round writes what comes then.
  const timer = setInterval(() => void flush().catch(() => undefined), flushEveryMs)
  timer.unref()
  const reload = async (name: string): Promise<void> => {
    const source = sources.get(name)
    if (source === undefined) return
    const relied = await withAccess(pool, access, (client) => readRelied(client, name))
    source.contract = relied.contract
    source.version = relied.version
  }
  return {
    async follow(running) {
      const { name } = running.source
      await flush(name)
      sources.set(name, watched(running, needsOfSource(running.source), now()))
      await reload(name)
    },
    look: ({ source }) => lookAt(sources.get(source.name)!, now()),
    flush,
    reload,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flush().catch(() => undefined)
    },
  }
}

/** Of the definition itself and of the one it builds on. */
function needsOfSource({ files }: Source): Need[] {
  const definitions = Object.keys(files).filter((name) => name.endsWith('source.yaml'))
  return definitions.flatMap((name) => needsOf(parse(files[name]!)))
}
