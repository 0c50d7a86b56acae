import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import { sourceTitlesQuery } from '#ui/data/queries.ts'
import { useMedia, useWidth } from '#ui/design/useSize.ts'
import { EventCard } from '#ui/features/order/EventCard.tsx'
import { inTimeOrder, layoutLanes, type Lane, type LaneMark } from '#ui/features/order/lanes.ts'
import { LanesDrawing } from '#ui/features/order/LanesDrawing.tsx'
import { fit, pan, zoom, type Scale } from '#ui/features/order/scale.ts'
import { sentenceCase, words } from '#ui/words/en.ts'
import { Icon } from '#ui/design/Icon.tsx'
import type { TimelineRow } from '#model/view.ts'

type LanesProps = {
  rows: readonly TimelineRow[]
  disputed: ReadonlySet<string>
  line: { at: number; label: string; past: boolean }
  onOpen: (event: string) => void
}

const padLeftPx = 20
const padRightPx = 130
const zoomStep = 0.6
const labelOf = (row: TimelineRow) => words.milestone(row.milestone)

/** The stretch of time shown: fitted to all events until somebody zooms or pans, then theirs. */
function useScale(rows: readonly TimelineRow[], now: number, width: number) {
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null)
  const fitted = useMemo(() => {
    const times = rows.map(({ at }) => Date.parse(at)).filter((at) => !Number.isNaN(at))
    return fit(
      times.length === 0 ? [now] : [...times, Math.min(now, Math.max(...times) + 2 * 86_400_000)],
      width,
      padLeftPx,
      padRightPx,
    )
  }, [rows, now, width])
  const scale: Scale = chosen === null ? fitted : { ...chosen, width }
  const change = useCallback((next: Scale) => setChosen({ from: next.from, to: next.to }), [])
  const reset = useCallback(() => setChosen(null), [])
  return { scale, change, reset, zoomed: chosen !== null }
}

/** The timeline in swim-lanes: one row per system, time to the right. Drag pans, Ctrl and wheel zooms. */
export function Lanes({ rows, disputed, line, onOpen }: LanesProps) {
  const [holder, width] = useWidth<HTMLDivElement>()
  const titles = useQuery(sourceTitlesQuery()).data
  const narrow = useMedia('(max-width: 720px)')
  const { scale, change, reset, zoomed } = useScale(
    rows,
    line.at,
    Math.max(width, narrow ? 640 : 200),
  )
  const lanes = useMemo(() => layoutLanes(rows, scale, labelOf), [rows, scale])
  const drag = useDrag(scale, change)
  useWheelZoom(holder, scale, change)
  const zoomIn = () => change(zoom(scale, zoomStep, scale.width / 2))
  const zoomOut = () => change(zoom(scale, 1 / zoomStep, scale.width / 2))
  const move = useArrowKeys(lanes, zoomIn, zoomOut, reset)
  const { shown, hover } = useHover(lanes, scale, change)

  return (
    <div className="lanes">
      <div className="lanes-names" aria-hidden="true">
        <div className="lanes-corner" />
        {lanes.map((lane) => (
          <LaneName key={lane.source} lane={lane} title={titles?.get(lane.source)} />
        ))}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys bubble up from the events inside, which are buttons; dragging has the zoom buttons as its twin */}
      <div className="lanes-canvas" ref={holder} {...drag} onKeyDown={move}>
        {width > 0 && (
          <LanesDrawing
            lanes={lanes}
            scale={scale}
            disputed={disputed}
            line={line}
            onOpen={onOpen}
            onHover={hover}
          />
        )}
        {shown !== undefined && (
          <EventCard mark={shown} disputed={disputed.has(shown.row.event)} width={scale.width} />
        )}
      </div>
      <ZoomTools zoomIn={zoomIn} zoomOut={zoomOut} reset={reset} zoomed={zoomed} />
    </div>
  )
}

/** The event whose details are shown: the one under the pointer or with the focus. */
function useHover(lanes: readonly Lane[], scale: Scale, change: (scale: Scale) => void) {
  const [hovered, setHovered] = useState<string | null>(null)
  const hover = useCallback(
    (mark: LaneMark | null, focused: boolean) => {
      setHovered(mark?.row.event ?? null)
      // The keyboard may reach an event that zooming moved out of sight: bring it back.
      if (mark !== null && focused && (mark.x < 0 || mark.x > scale.width))
        change(pan(scale, mark.x - scale.width / 2))
    },
    [scale, change],
  )
  const shown = lanes.flatMap(({ marks }) => marks).find(({ row }) => row.event === hovered)
  return { shown, hover }
}

type ToolProps = { zoomIn: () => void; zoomOut: () => void; reset: () => void; zoomed: boolean }

function ZoomTools({ zoomIn, zoomOut, reset, zoomed }: ToolProps) {
  return (
    <div className="lanes-tools">
      <button
        type="button"
        className="button button-plain button-icon"
        aria-label={words.order.zoomOut}
        title={`${words.order.zoomOut} (-)`}
        onClick={zoomOut}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        className="button button-plain button-icon"
        aria-label={words.order.zoomIn}
        title={`${words.order.zoomIn} (+)`}
        onClick={zoomIn}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="button button-plain"
        disabled={!zoomed}
        onClick={reset}
        title={`${words.order.fit} (0)`}
      >
        {words.order.fit}
      </button>
    </div>
  )
}

/** The system by name, below it what people call it; the tooltip has both and the company. */
function LaneName({ lane, title }: { lane: Lane; title: string | undefined }) {
  const company = sentenceCase(lane.company)
  return (
    <div
      className="lanes-name"
      style={{ height: lane.height }}
      title={[lane.source, title, company].filter((text) => text !== undefined).join(' · ')}
    >
      <span className="ellipsis">{lane.source}</span>
      <span className="lanes-company ellipsis">{title ?? company}</span>
    </div>
  )
}

function useDrag(scale: Scale, change: (scale: Scale) => void) {
  const from = useRef<{ x: number; scale: Scale } | null>(null)
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.pointerType === 'mouse' && event.button === 0)
        from.current = { x: event.clientX, scale }
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      const start = from.current
      if (start === null || Math.abs(event.clientX - start.x) < 4) return
      event.currentTarget.setPointerCapture(event.pointerId)
      change(pan(start.scale, start.x - event.clientX))
    },
    onPointerUp: () => (from.current = null),
    onPointerCancel: () => (from.current = null),
  }
}

/** Wheel zoom needs a listener that may prevent the browser's own page zoom, which React's cannot. */
function useWheelZoom(
  holder: { readonly current: HTMLDivElement | null },
  scale: Scale,
  change: (scale: Scale) => void,
) {
  useEffect(() => {
    const element = holder.current
    if (element === null) return undefined
    const wheel = (event: WheelEvent) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!event.ctrlKey && !event.metaKey && !sideways) return
      event.preventDefault()
      const x = event.clientX - element.getBoundingClientRect().left
      change(sideways ? pan(scale, event.deltaX) : zoom(scale, Math.exp(event.deltaY * 0.002), x))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [holder, scale, change])
}

type Pressed = {
  readonly key: string
  readonly currentTarget: HTMLElement
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  preventDefault: () => void
}

/** Left and right go through the events in time, up and down to the nearest event of another lane. */
function useArrowKeys(
  lanes: readonly Lane[],
  zoomIn: () => void,
  zoomOut: () => void,
  reset: () => void,
) {
  return (event: Pressed) => {
    if (event.ctrlKey || event.metaKey) return
    const marks = inTimeOrder(lanes)
    const at = marks.findIndex(
      ({ row }) => row.event === (document.activeElement as HTMLElement | null)?.dataset['event'],
    )
    const here = marks[at]
    const lane = lanes.findIndex(({ marks: own }) =>
      own.some((mark) => mark === here || mark.row.event === here?.row.event),
    )
    const nearest = (index: number) =>
      lanes[index]?.marks.toSorted(
        (a, b) => Math.abs(a.x - (here?.x ?? 0)) - Math.abs(b.x - (here?.x ?? 0)),
      )[0]
    const target = {
      ArrowRight: marks[at + 1],
      ArrowLeft: marks[at - 1],
      ArrowDown: nearest(lane + 1),
      ArrowUp: nearest(lane - 1),
      Home: marks[0],
      End: marks.at(-1),
    }[event.key]
    const act = { '+': zoomIn, '=': zoomIn, '-': zoomOut, '0': reset }[event.key]
    act?.()
    if (target !== undefined)
      event.currentTarget
        .querySelector<HTMLElement>(`[data-event="${CSS.escape(target.row.event)}"]`)
        ?.focus()
    if (target !== undefined || act !== undefined) event.preventDefault()
  }
}
