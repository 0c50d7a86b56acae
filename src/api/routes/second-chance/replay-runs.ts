/** Replays of many records that run behind the requests which asked for them; they live in memory. */
import { replayMany } from '#flow/second-chance/replay-many.ts'
import type { Selection } from '#flow/second-chance/selection.ts'
import type { Access } from '#store/client.ts'
import type { ApiContext } from '#api/context.ts'
import { Problem } from '#api/problem.ts'
import { randomText } from '#api/secrets.ts'
import type { ReplayRun } from './schemas.ts'

export type ReplayRuns = {
  /** Throws `too-many-requests` while as many run as may. */
  readonly start: (access: Access, selection: Selection) => ReplayRun
  /** By its id, which only whoever started it was told. */
  readonly get: (id: string) => ReplayRun | undefined
}

const runningMax = 4
const keptMax = 100

export function createReplayRuns({ flow, now, closing }: ApiContext): ReplayRuns {
  const runs = new Map<string, ReplayRun>()
  const change = (id: string, part: Partial<ReplayRun>): void => {
    runs.set(id, { ...runs.get(id)!, ...part })
  }
  return {
    start(access, selection) {
      const running = [...runs.values()].filter(({ state }) => state === 'running')
      if (running.length >= runningMax)
        throw new Problem('too-many-requests', `${runningMax} replays are running.`, {
          headers: { 'retry-after': '5' },
        })
      const oldest = [...runs.values()].find(({ state }) => state !== 'running')
      if (runs.size >= keptMax && oldest !== undefined) runs.delete(oldest.id)
      const id = randomText(22)
      const startedAt = new Date(now()).toISOString()
      const counts = { total: 0, done: 0, healed: 0, failing: 0, events: 0 }
      runs.set(id, { id, state: 'running', startedAt, ...counts })
      const reach = { pool: flow.pool, access }
      replayMany(flow, reach, selection, {
        now,
        stop: closing,
        onProgress: (progress) => change(id, progress),
      }).then(
        () => change(id, { state: 'done' }),
        () => change(id, { state: 'failed' }),
      )
      return runs.get(id)!
    },
    get: (id) => runs.get(id),
  }
}
