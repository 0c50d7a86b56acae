/** Looks at what was received since the last time, learns from it, judges every feed, and tells what changed. */
import type pg from 'pg'
import type { Instant } from '#model/time.ts'
import { withAccess, type Access } from '#store/client.ts'
import { minuteMs, type Beat } from './heartbeat.ts'
import { judgeFeed, type FeedState, type Incident, type Told } from './judge.ts'
import { laneOf, lanesMax } from './lane.ts'

/** An incident that began, became another kind, or is over. `lane` is '' for the source as a whole. */
export type FeedNews = {
  readonly told: Exclude<Told, null>
  readonly source: string
  readonly lane: string
  readonly scope: number
  /** Null when it was cleared. */
  readonly incident: Incident | null
}

export type FeedWatch = {
  /** One look at `now`; looks do not overlap. Resolves with the news, which are committed. */
  readonly look: (now: Instant) => Promise<readonly FeedNews[]>
}

/** Receipts read at once. */
const receiptsMax = 50_000

type Feed = {
  readonly source: string
  readonly lane: string
  readonly scope: number
  state: FeedState | null
  beats: Map<number, { receipts: number; records: number; bad: number }>
}
type Watched = { feeds: Map<string, Feed>; readTo: number }

export function createFeedWatch(pool: pg.Pool, access: Access): FeedWatch {
  let watched: Watched | null = null
  let last: Promise<unknown> = Promise.resolve()
  const look = async (now: Instant): Promise<FeedNews[]> => {
    watched ??= await withAccess(pool, access, readWatched)
    const kept = watched
    // Whatever fails is read anew: what is in memory may be ahead of what was committed.
    watched = null
    const news: FeedNews[] = []
    for (;;) {
      const count = await withAccess(pool, access, (client) => readOn(client, kept))
      if (count < receiptsMax) break
    }
    for (const feed of kept.feeds.values()) {
      const beats: Beat[] = [...feed.beats]
        .map(([at, sums]) => ({ at, ...sums }))
        .toSorted((a, b) => a.at - b.at)
      feed.beats.clear()
      const { state, told } = judgeFeed(feed.state, beats, now)
      feed.state = state
      const { source, lane, scope } = feed
      if (told !== null) news.push({ told, source, lane, scope, incident: state?.incident ?? null })
    }
    await withAccess(pool, access, (client) => write(client, kept, news, now))
    watched = kept
    return news
  }
  return {
    look(now) {
      const turn = last.then(() => look(now))
      last = turn.catch(() => undefined)
      return turn
    },
  }
}

async function readWatched(client: pg.PoolClient): Promise<Watched> {
  const { rows } = await client.query<{
    source: string
    lane: string
    scope: number
    read_to: number
    state: string
  }>('select source, lane, scope_key as scope, read_to, state from feed')
  const feeds = new Map(
    rows.map(({ source, lane, scope, state }): [string, Feed] => [
      `${source}\n${lane}`,
      { source, lane, scope, state: JSON.parse(state) as FeedState, beats: new Map() },
    ]),
  )
  return { feeds, readTo: Math.max(0, ...rows.map((row) => row.read_to)) }
}

/** Adds the next receipts to their feeds; keys of receipts rise with their commits, because one process writes. */
async function readOn(client: pg.PoolClient, watched: Watched): Promise<number> {
  const { rows } = await client.query<{
    key: number
    source: string
    scope: number
    name: string | null
    at: Date
    records: number
    bad: number
  }>({
    name: 'feed_receipts',
    text: `select r.receipt_key as key, m.source, r.scope_key as scope, r.name, r.received_at as at,
        length(r.outcomes) as records, length(r.outcomes) - length(replace(r.outcomes, 'Q', '')) as bad
      from receipt r join mapping m on m.mapping_key = r.mapping_key
      where r.receipt_key > $1 order by r.receipt_key limit $2`,
    values: [watched.readTo, receiptsMax],
  })
  for (const { key, source, scope, name, at, records, bad } of rows) {
    const minute = at.getTime() - (at.getTime() % minuteMs)
    const lane = laneOf(name)
    for (const of of lane === '' ? [''] : ['', lane]) {
      const feed = feedOf(watched, source, of, scope)
      if (feed === null) continue
      const sums = feed.beats.get(minute) ?? { receipts: 0, records: 0, bad: 0 }
      feed.beats.set(minute, {
        receipts: sums.receipts + 1,
        records: sums.records + records,
        bad: sums.bad + bad,
      })
    }
    watched.readTo = key
  }
  return rows.length
}

function feedOf({ feeds }: Watched, source: string, lane: string, scope: number): Feed | null {
  const known = feeds.get(`${source}\n${lane}`)
  if (known !== undefined) return known
  if (lane !== '') {
    let lanes = 0
    for (const feed of feeds.values()) if (feed.source === source && feed.lane !== '') lanes++
    if (lanes >= lanesMax) return null
  }
  const feed: Feed = { source, lane, scope, state: null, beats: new Map() }
  feeds.set(`${source}\n${lane}`, feed)
  return feed
}

async function write(
  client: pg.PoolClient,
  { feeds, readTo }: Watched,
  news: readonly FeedNews[],
  now: Instant,
): Promise<void> {
  const known = [...feeds.values()].filter((feed) => feed.state !== null)
  const time = (at: Instant | null) => (at === null ? null : new Date(at))
  await client.query({
    name: 'write_feeds',
    text: `insert into feed (tenant_key, scope_key, source, lane, read_to, first_at, last_at, due_at, state, judged_at)
      select current_tenant(), f.*, $9 from unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[],
        $6::timestamptz[], $7::timestamptz[], $8::text[]) as f
      on conflict (tenant_key, source, lane) do update set read_to = excluded.read_to, last_at = excluded.last_at,
        due_at = excluded.due_at, state = excluded.state, judged_at = excluded.judged_at`,
    values: [
      known.map(({ scope }) => scope),
      known.map(({ source }) => source),
      known.map(({ lane }) => lane),
      known.map(() => readTo),
      known.map(({ state }) => time(state!.heart.firstAt)),
      known.map(({ state }) => time(state!.heart.lastAt)),
      known.map(({ state }) => time(state!.dueAt)),
      known.map(({ state }) => JSON.stringify(state)),
      new Date(now),
    ],
  })
  for (const { source, lane, scope, incident, told } of news) {
    if (incident === null || told === 'opened')
      await client.query(
        'update feed_incident set cleared_at = $3 where source = $1 and lane = $2 and cleared_at is null',
        [source, lane, new Date(now)],
      )
    if (incident === null) continue
    const { kind, since, noticedAt, expected, observed } = incident
    await client.query(
      `insert into feed_incident (tenant_key, scope_key, source, lane, kind, since, noticed_at, expected, observed)
       values (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant_key, source, lane) where cleared_at is null
       do update set kind = excluded.kind, expected = excluded.expected, observed = excluded.observed`,
      [scope, source, lane, kind, new Date(since), new Date(noticedAt), expected, observed],
    )
  }
}
