/** Quarantine as pieces of work: one row a cause, however many records wait for it. */
import { withAccess, type Access } from '#store/client.ts'
import type { ViewContext } from './context.ts'
import type { QuarantineRow } from './quarantine.ts'

/** Records of one cause. Times are of receipt; `detail` and `path` are those of the example, the newest record. */
export type CauseRow = {
  readonly cause: string
  readonly source: string
  readonly code: string
  readonly detail: string
  readonly path: string
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  /** The id of the newest record. */
  readonly example: string
}

export type CauseFilter = {
  readonly status?: QuarantineRow['status']
  readonly source?: string
  readonly code?: string
}

/** Most causes shown at once; more work than this is not looked through by a person. */
export const causesMax = 500

/** Causes of open records (or of another status), the most frequent first; at most `causesMax`. */
export async function listCauses(
  ctx: Pick<ViewContext, 'pool'>,
  access: Access,
  { status = 'open', source, code }: CauseFilter = {},
): Promise<CauseRow[]> {
  const { rows } = await withAccess(ctx.pool, access, (client) =>
    client.query<Omit<CauseRow, 'firstAt' | 'lastAt'> & { first_at: Date; last_at: Date }>({
      name: 'list_causes',
      text: `with counted as (
          select cause, count(*) as count, min(received_at) as first_at, max(received_at) as last_at,
            max(quarantine_key) as newest
          from quarantine
          where state = $1 and ($2::text is null or source = $2) and ($3::text is null or code = $3)
          group by cause order by 2 desc, cause limit $4)
        select c.cause, q.source, q.code, q.detail, q.path, c.count, c.first_at, c.last_at, c.newest::text as example
        from counted c join quarantine q on q.quarantine_key = c.newest
        order by c.count desc, c.cause`,
      values: [status, source ?? null, code ?? null, causesMax],
    }),
  )
  return rows.map(({ first_at, last_at, ...row }) => ({
    ...row,
    firstAt: first_at.toISOString(),
    lastAt: last_at.toISOString(),
  }))
}
