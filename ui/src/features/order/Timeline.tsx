import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Choice } from '#ui/design/Choice.tsx'
import { useKeys } from '#ui/design/keys.ts'
import { Section } from '#ui/design/Section.tsx'
import { formatTime, zone } from '#ui/design/time.ts'
import { useNow } from '#ui/design/useNow.ts'
import { useMedia } from '#ui/design/useSize.ts'
import { EventList } from '#ui/features/order/EventList.tsx'
import { Lanes } from '#ui/features/order/Lanes.tsx'
import { disputedEvents } from '#ui/features/order/look.ts'
import { MarkIcon } from '#ui/features/order/Mark.tsx'
import { words } from '#ui/words/en.ts'
import type { OrderView, TimelineRow } from '#model/view.ts'

const route = getRouteApi('/orders/$id')
const views = [
  { value: 'lanes', label: words.order.lanes },
  { value: 'list', label: words.order.list },
] as const
const minute = 60_000

/** The events of the order, as swim-lanes or as a list; the URL holds the choice, phones start with the list. */
export function Timeline({
  view,
  rows,
  onOpen,
}: {
  view: OrderView
  rows: readonly TimelineRow[]
  onOpen: (event: string) => void
}) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = useMedia('(max-width: 720px)')
  const as =
    search.view === 'list' || search.view === 'lanes' ? search.view : narrow ? 'list' : 'lanes'
  const set = useCallback(
    (next: 'list' | 'lanes') =>
      void navigate({ search: (before) => ({ ...before, view: next }), replace: true }),
    [navigate],
  )
  useKeys(useMemo(() => ({ v: () => set(as === 'list' ? 'lanes' : 'list') }), [as, set]))
  const disputed = useMemo(() => disputedEvents(view, rows), [view, rows])
  // Rounded to the minute, so that the drawing is not laid out again with every tick of the clock.
  const now = Math.floor(useNow() / minute) * minute
  const line = useMemo(
    () =>
      search.asOf === undefined
        ? { at: now, label: words.order.nowLine, past: false }
        : { at: Date.parse(search.asOf), label: formatTime(search.asOf, 'moment'), past: true },
    [search.asOf, now],
  )
  return (
    <Section
      title={words.order.timeline}
      note={words.order.zone(zone)}
      tools={
        <>
          <Legend />
          <Choice label={words.order.view} value={as} options={views} onChange={set} />
        </>
      }
      className="timeline"
    >
      {rows.length === 0 && <p className="soft">{words.order.empty}</p>}
      {rows.length > 0 &&
        (as === 'lanes' ? (
          <Lanes rows={rows} disputed={disputed} line={line} onOpen={onOpen} />
        ) : (
          <EventList rows={rows} disputed={disputed} />
        ))}
    </Section>
  )
}

const plain = { tone: 'closed', milestone: 'shipped', classifier: 'ACT' } as const

/** What the marks mean: planned hollow, actual solid, estimated dashed, requested a diamond, disputed split. */
function Legend() {
  return (
    <ul className="legend" aria-label={words.order.legend}>
      <li>
        <MarkIcon {...plain} />
        {words.classifier.ACT}
      </li>
      <li>
        <MarkIcon {...plain} classifier="PLN" />
        {words.classifier.PLN}
      </li>
      <li>
        <MarkIcon {...plain} classifier="EST" />
        {words.classifier.EST}
      </li>
      <li>
        <MarkIcon {...plain} classifier="REQ" />
        {words.classifier.REQ}
      </li>
      <li>
        <MarkIcon {...plain} disputed />
        {words.order.disputed.toLowerCase()}
      </li>
      <li>
        <MarkIcon {...plain} late />
        {words.order.lateMark.toLowerCase()}
      </li>
    </ul>
  )
}
