import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useConnection } from '#ui/data/live.ts'
import { Icon } from '#ui/design/Icon.tsx'
import { useKeys } from '#ui/design/keys.ts'
import { Empty, Problem, SkeletonRows, StaleBand } from '#ui/design/State.tsx'
import { Facets } from '#ui/features/feed/Facets.tsx'
import { FeedList, type ListPause } from '#ui/features/feed/FeedList.tsx'
import { useFeed } from '#ui/features/feed/useFeed.ts'
import { words } from '#ui/words/en.ts'
import type { OrderFilter } from '#ui/data/queries.ts'
import '#ui/features/feed/feed.css'

const route = getRouteApi('/')

/** Home: the orders as they move. */
export function FeedPage() {
  const { status, company, region } = route.useSearch()
  const navigate = route.useNavigate()
  const filter: OrderFilter = useMemo(
    () => ({ status, company, region }),
    [status, company, region],
  )
  const [byHand, setByHand] = useState(false)
  const [why, setWhy] = useState<ListPause>(null)
  const { query, rows, flashes, waiting, facets } = useFeed(filter, byHand || why !== null)
  const companies = useMemo(
    () =>
      [
        ...new Set([
          ...Object.keys(facets?.company ?? {}),
          ...rows.flatMap((row) => row.companies),
        ]),
      ].toSorted(),
    [facets, rows],
  )
  const setFilter = useCallback(
    (next: OrderFilter) => void navigate({ search: next as Record<string, string>, replace: true }),
    [navigate],
  )
  const onMore = useCallback(() => void (query.isFetching || query.fetchNextPage()), [query])
  const toggle = useCallback(() => setByHand((before) => !before), [])
  useKeys(useMemo(() => ({ p: toggle }), [toggle]))
  const bare = query.isSuccess && rows.length === 0
  const filtered = status !== undefined || company !== undefined || region !== undefined

  return (
    <div className="feed">
      <Facets filter={filter} companies={companies} counts={facets} onChange={setFilter} />
      <div className="feed-main">
        <FeedBar
          count={rows.length}
          more={query.hasNextPage}
          why={byHand ? 'hand' : why}
          waiting={waiting}
          onToggle={toggle}
          byHand={byHand}
        />
        {query.isError && rows.length > 0 && <StaleBand onRetry={() => void query.refetch()} />}
        {!bare && (
          <div className="feed-head" aria-hidden="true">
            <span>{words.feed.order}</span>
            <span>{words.feed.status}</span>
            <span>{words.feed.latest}</span>
            <span>{words.feed.companies}</span>
            <span>{words.feed.regions}</span>
            <span>{words.feed.changed}</span>
          </div>
        )}
        {query.isPending && <SkeletonRows rows={18} />}
        {query.isError && rows.length === 0 && (
          <Problem error={query.error} onRetry={() => void query.refetch()} />
        )}
        {bare && (
          <div className="feed-bare">
            {filtered ? (
              <Empty title={words.feed.filtered} hint="">
                <button type="button" className="button" onClick={() => setFilter({})}>
                  {words.feed.clear}
                </button>
              </Empty>
            ) : (
              <Empty title={words.feed.empty} hint={words.feed.emptyHint}>
                <code className="code">{words.feed.emptyCommand}</code>
              </Empty>
            )}
          </div>
        )}
        {rows.length > 0 && (
          <FeedList
            rows={rows}
            flashes={flashes}
            more={query.hasNextPage}
            onMore={onMore}
            onPause={setWhy}
          />
        )}
      </div>
    </div>
  )
}

type BarProps = {
  count: number
  more: boolean
  why: Exclude<ListPause, null> | 'hand' | null
  waiting: number
  byHand: boolean
  onToggle: () => void
}

function FeedBar({ count, more, why, waiting, byHand, onToggle }: BarProps) {
  const { state } = useConnection()
  const following = why === null && state === 'live'
  const toTop = () => document.querySelector('.feed-scroller')?.scrollTo({ top: 0 })
  return (
    <div className="feed-bar">
      <h1 className="feed-title">{words.feed.live}</h1>
      <span className="feed-count figures quiet">
        {words.feed.loaded(count)}
        {more ? `, ${words.feed.more}` : ''}
      </span>
      <span className="feed-follow" role="status" aria-live="off">
        {waiting > 0 && (
          <button type="button" className="feed-waiting" onClick={byHand ? onToggle : toTop}>
            {words.feed.waiting(waiting)}
          </button>
        )}
        <span
          className={following ? 'feed-mode' : 'feed-mode feed-mode-paused'}
          title={why === null ? undefined : words.feed.pausedWhy[why]}
        >
          {following
            ? words.feed.following
            : why === null
              ? words.feed.notFollowing
              : words.feed.paused}
          {why !== null && <span className="feed-why quiet">: {words.feed.pausedWhy[why]}</span>}
        </span>
      </span>
      <button
        type="button"
        className="button"
        aria-pressed={byHand}
        onClick={onToggle}
        title={`${byHand ? words.feed.resume : words.feed.pause} (p)`}
      >
        <Icon name={byHand ? 'play' : 'pause'} size={14} />
        {byHand ? words.feed.resume : words.feed.pause}
      </button>
    </div>
  )
}
