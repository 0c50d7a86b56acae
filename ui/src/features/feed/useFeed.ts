import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLive } from '#ui/data/live.ts'
import { ordersQuery, type OrderFilter } from '#ui/data/queries.ts'
import { emptyFeed, receive, release, rowsOf } from '#ui/features/feed/feed.ts'
import type { LiveChange } from '#ui/data/contract.ts'

/** Changes arriving within this time are drawn together, so that a burst costs one render. */
const drawTogetherMs = 250

/**
 * The rows of the live list: pages of the API with the live connection on top.
 * While `paused` nothing shown moves; `waiting` says how many orders changed meanwhile.
 */
export function useFeed(filter: OrderFilter, paused: boolean) {
  const query = useInfiniteQuery(ordersQuery(filter))
  const { refetch } = query
  const [feed, setFeed] = useState(emptyFeed)
  const pausedNow = useRef(paused)
  const buffer = useRef<LiveChange[]>([])
  const gap = useRef(false)

  const onChanges = useCallback(
    (changes: readonly LiveChange[]) => void buffer.current.push(...changes),
    [],
  )
  const onResume = useCallback(() => {
    gap.current = true
    if (!pausedNow.current) void refetch().then(() => (gap.current = false))
  }, [refetch])
  useLive(onChanges, onResume)

  useEffect(() => {
    const timer = setInterval(() => {
      const changes = buffer.current.splice(0)
      const stands = pausedNow.current
      setFeed((before) => {
        const next = changes.length === 0 ? before : receive(before, changes, stands)
        return stands ? next : release(next)
      })
    }, drawTogetherMs)
    return () => clearInterval(timer)
  }, [])

  useEffect(() => {
    pausedNow.current = paused
    if (paused) return
    if (gap.current) void refetch().then(() => (gap.current = false))
  }, [paused, refetch])

  const pages = query.data?.pages
  const rows = useMemo(
    () => rowsOf(pages?.flatMap(({ items }) => items) ?? [], feed, filter),
    [pages, feed, filter],
  )
  return {
    query,
    rows,
    flashes: feed.flashes,
    waiting: feed.waiting.size,
    facets: pages?.[0]?.facets,
  }
}
