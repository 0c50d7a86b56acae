/** How every feed is: well, being learned, or in an incident with since-when, expected against observed. */
import { withAccess, type Access } from '#store/client.ts'
import type { ViewContext } from './context.ts'

export type FeedIncidentRow = {
  readonly kind: 'silent' | 'late' | 'drifting' | 'flooding'
  readonly since: string
  readonly noticedAt: string
  readonly expected: string
  readonly observed: string
}

/** `lane` is '' for the source as a whole. `dueAt`: when quiet is an incident; null while the feed is being learned. */
export type FeedRow = {
  readonly source: string
  readonly lane: string
  readonly health: 'well' | 'learning' | FeedIncidentRow['kind']
  readonly lastAt: string
  readonly dueAt: string | null
  readonly judgedAt: string
  readonly incident: FeedIncidentRow | null
}

type Row = {
  source: string
  lane: string
  last_at: Date
  due_at: Date | null
  judged_at: Date
  kind: FeedIncidentRow['kind'] | null
  since: Date
  noticed_at: Date
  expected: string
  observed: string
}

/**
 * One row a feed, those in trouble first. A lane that is quiet because its whole source is, is not told of twice:
 * its incident is left to the source.
 */
export async function listFeeds(
  ctx: Pick<ViewContext, 'pool'>,
  access: Access,
): Promise<FeedRow[]> {
  const { rows } = await withAccess(ctx.pool, access, (client) =>
    client.query<Row>({
      name: 'list_feeds',
      text: `select f.source, f.lane, f.last_at, f.due_at, f.judged_at, i.kind, i.since, i.noticed_at, i.expected, i.observed
        from feed f
        left join feed_incident w on w.source = f.source and w.lane = '' and w.cleared_at is null and f.lane <> ''
        left join feed_incident i on i.source = f.source and i.lane = f.lane and i.cleared_at is null and w.incident_key is null
        order by i.kind is null, f.source, f.lane`,
    }),
  )
  return rows.map((row) => ({
    source: row.source,
    lane: row.lane,
    health: row.kind ?? (row.due_at === null ? 'learning' : 'well'),
    lastAt: row.last_at.toISOString(),
    dueAt: row.due_at === null ? null : row.due_at.toISOString(),
    judgedAt: row.judged_at.toISOString(),
    incident: incidentOf(row),
  }))
}

function incidentOf({ kind, since, noticed_at, expected, observed }: Row): FeedIncidentRow | null {
  if (kind === null) return null
  const [begun, noticedAt] = [since.toISOString(), noticed_at.toISOString()]
  return { kind, since: begun, noticedAt, expected, observed }
}
