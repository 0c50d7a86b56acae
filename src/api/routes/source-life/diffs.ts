/** Comparisons under way: they outlive the request that began them, and not the process. */
import { randomUUID } from 'node:crypto'
import type { Flow } from '#flow/hub.ts'
import { diffVersions, type VersionDiff } from '#lifecycle/diff.ts'
import type { Source } from '#model/source.ts'
import type { Access } from '#store/client.ts'

export type DiffJob = {
  readonly id: string
  readonly source: string
  readonly version: number
  state: 'running' | 'done' | 'failed'
  receiptsDone: number
  receiptsTotal: number
  diff: VersionDiff | null
  error: string | null
}

const jobsMax = 50

export type Diffs = {
  readonly begin: (candidate: Source, version: number, access: Access) => DiffJob
  readonly find: (source: string, id: string) => DiffJob | undefined
}

export function createDiffs(flow: Flow): Diffs {
  const jobs = new Map<string, DiffJob>()
  return {
    find: (source, id) => {
      const job = jobs.get(id)
      return job?.source === source ? job : undefined
    },
    begin(candidate, version, access) {
      const id = randomUUID()
      const job: DiffJob = {
        id,
        source: candidate.name,
        version,
        state: 'running',
        receiptsDone: 0,
        receiptsTotal: 0,
        diff: null,
        error: null,
      }
      const [oldest] = jobs.keys()
      if (jobs.size >= jobsMax && oldest !== undefined) jobs.delete(oldest)
      jobs.set(id, job)
      void run(flow, access, candidate, job)
      return job
    },
  }
}

async function run(flow: Flow, access: Access, candidate: Source, job: DiffJob): Promise<void> {
  const { pool, trustOf, rulings } = flow
  const context = { pool, access, trustOf, voided: rulings.current.voided }
  const current = flow.sources.get(candidate.name)?.source ?? null
  try {
    job.diff = await diffVersions(context, current, candidate, (done, total) => {
      job.receiptsDone = done
      job.receiptsTotal = total
    })
    job.state = 'done'
  } catch {
    job.state = 'failed'
    job.error = 'The comparison could not be made; nothing was changed.'
  }
}
