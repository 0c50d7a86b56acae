import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useKeys } from '#ui/design/keys.ts'
import { useMedia } from '#ui/design/useSize.ts'
import { FeedRowView } from '#ui/features/feed/FeedRow.tsx'
import { words } from '#ui/words/en.ts'
import type { FeedRow } from '#ui/data/contract.ts'

export type ListPause = 'pointer' | 'focus' | 'scrolled' | null

type ListProps = {
  rows: readonly FeedRow[]
  flashes: ReadonlyMap<string, number>
  more: boolean
  onMore: () => void
  onPause: (why: ListPause) => void
}

const loadAheadRows = 30

/** Tells the page why the list must stand still: pointer over it, focus inside, or scrolled away from the top. */
function usePauses(onPause: (why: ListPause) => void) {
  const [pointer, setPointer] = useState(false)
  const [focus, setFocus] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  const why: ListPause = pointer ? 'pointer' : focus ? 'focus' : scrolled ? 'scrolled' : null
  useEffect(() => onPause(why), [why, onPause])
  return {
    onPointerEnter: (event: { pointerType: string }) =>
      event.pointerType === 'mouse' && setPointer(true),
    onPointerLeave: () => setPointer(false),
    onFocus: () => setFocus(true),
    onBlur: (event: { currentTarget: Element; relatedTarget: EventTarget | null }) =>
      !event.currentTarget.contains(event.relatedTarget as Node | null) && setFocus(false),
    onScroll: (event: { currentTarget: Element }) => setScrolled(event.currentTarget.scrollTop > 8),
  }
}

/** The virtualised list. j and k move the focus, Enter opens (each row is a link). */
export function FeedList({ rows, flashes, more, onMore, onPause }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const narrow = useMedia('(max-width: 720px)')
  const height = narrow ? 60 : 32
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  useEffect(() => virtual.measure(), [height, virtual])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && rows.length - last < loadAheadRows) onMore()
  }, [more, last, rows.length, onMore])
  const pauses = usePauses(onPause)

  const keys = useMemo(() => {
    const inside = () => scroller.current?.contains(document.activeElement) ?? false
    const focusRow = (index: number) => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)
      row?.focus({ preventScroll: true })
      return row !== null && row !== undefined
    }
    const move = (step: number) => () => {
      const now = Number((document.activeElement as HTMLElement | null)?.dataset['row'] ?? active)
      const next = Math.min(rows.length - 1, Math.max(0, inside() ? now + step : active))
      setActive(next)
      virtual.scrollToIndex(next)
      // A row beyond the drawn ones exists only after the list has scrolled.
      if (!focusRow(next)) requestAnimationFrame(() => focusRow(next))
    }
    const arrow = (step: number) => () => (inside() ? move(step)() : false)
    const leave = () => (inside() ? (document.activeElement as HTMLElement).blur() : false)
    return { j: move(1), k: move(-1), ArrowDown: arrow(1), ArrowUp: arrow(-1), Escape: leave }
  }, [rows.length, active, virtual])
  useKeys(keys)

  return (
    <div className="feed-scroller" ref={scroller} {...pauses}>
      <div
        role="list"
        aria-label={words.feed.live}
        className="feed-list"
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map(({ index, start, key }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <FeedRowView
              key={key}
              row={row}
              top={start}
              position={index}
              active={index === active}
              flashes={flashes.get(row.id) ?? 0}
              onFocus={() => setActive(index)}
            />
          )
        })}
      </div>
    </div>
  )
}
