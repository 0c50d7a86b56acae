import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useKeys } from '#ui/design/keys.ts'
import { Empty, Problem, SkeletonRows, StaleBand } from '#ui/design/State.tsx'
import { Facets } from '#ui/features/feed/Facets.tsx'
import { FeedBar } from '#ui/features/feed/FeedBar.tsx'
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
        {!bare && <Columns />}
        {query.isPending && <SkeletonRows rows={18} />}
        {query.isError && rows.length === 0 && (
          <Problem error={query.error} onRetry={() => void query.refetch()} />
        )}
        {bare && <Bare filtered={filtered} onClear={() => setFilter({})} />}
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

function Columns() {
  return (
    <div className="feed-head" aria-hidden="true">
      <span>{words.feed.order}</span>
      <span>{words.feed.status}</span>
      <span>{words.feed.latest}</span>
      <span>{words.feed.companies}</span>
      <span>{words.feed.regions}</span>
      <span>{words.feed.changed}</span>
    </div>
  )
}

function Bare({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return (
    <div className="feed-bare">
      {filtered ? (
        <Empty title={words.feed.filtered} hint="">
          <button type="button" className="button" onClick={onClear}>
            {words.feed.clear}
          </button>
        </Empty>
      ) : (
        <Empty title={words.feed.empty} hint={words.feed.emptyHint}>
          <code className="code">{words.feed.emptyCommand}</code>
        </Empty>
      )}
    </div>
  )
}
