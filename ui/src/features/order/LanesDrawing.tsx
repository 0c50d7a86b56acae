import { useMemo, useState, type KeyboardEvent } from 'react'
import { formatTime } from '#ui/design/time.ts'
import { describe } from '#ui/features/order/EventCard.tsx'
import { inTimeOrder, type Lane, type LaneMark } from '#ui/features/order/lanes.ts'
import { toneOfEvent } from '#ui/features/order/look.ts'
import { Mark } from '#ui/features/order/Mark.tsx'
import { ticks, xOf, type Scale } from '#ui/features/order/scale.ts'
import { words } from '#ui/words/en.ts'

type DrawingProps = {
  lanes: readonly Lane[]
  scale: Scale
  disputed: ReadonlySet<string>
  line: { at: number; label: string; past: boolean }
  onOpen: (event: string) => void
  onHover: (mark: LaneMark | null, focused: boolean) => void
}

const axisPx = 28
/** Tick labels give way to the zoom tools and to the label of the line. */
const toolsPx = 140
const lineClearPx = (label: string) => 32 + label.length * 3.2
const offsetMs = (at: number) => -new Date(at).getTimezoneOffset() * 60_000

/** The lanes as one SVG: axis, hairlines, the line of now, and the marks as buttons (one tab stop, arrow keys inside). */
export function LanesDrawing({ lanes, scale, disputed, line, onOpen, onHover }: DrawingProps) {
  const height = lanes.reduce((sum, lane) => sum + lane.height, 0)
  const marks = useMemo(() => inTimeOrder(lanes), [lanes])
  const [stop, setStop] = useState<string | null>(null)
  const tabStop = marks.some(({ row }) => row.event === stop) ? stop : marks.at(-1)?.row.event
  const lineX = xOf(scale, line.at)
  return (
    <svg
      className="lanes-svg"
      width={scale.width}
      height={height + axisPx}
      role="group"
      aria-label={`${words.order.timeline}. ${words.order.laneHelp}`}
    >
      <Axis scale={scale} lineX={lineX} label={line.label} past={line.past} height={height} />
      {lanes.map((lane) => (
        <path
          key={lane.source}
          className="lane-line"
          d={`M0 ${axisPx + lane.top}.5H${scale.width}`}
        />
      ))}
      <g transform={`translate(0 ${axisPx})`}>
        {marks.map((mark) => (
          <Leads key={mark.row.event} mark={mark} />
        ))}
        {lineX >= 0 && lineX <= scale.width && (
          <Line x={lineX} height={height} label={line.label} past={line.past} />
        )}
        {marks.map((mark) => (
          <EventMark
            key={mark.row.event}
            mark={mark}
            disputed={disputed.has(mark.row.event)}
            tabStop={mark.row.event === tabStop}
            onOpen={onOpen}
            onHover={onHover}
            onStop={setStop}
          />
        ))}
      </g>
    </svg>
  )
}

type EventProps = Pick<DrawingProps, 'onOpen' | 'onHover'> & {
  mark: LaneMark
  disputed: boolean
  tabStop: boolean
  onStop: (event: string) => void
}

/** One event as a button: the mark, its word, and a target of comfortable size. */
function EventMark({ mark, disputed, tabStop, onOpen, onHover, onStop }: EventProps) {
  const { row, label } = mark
  const focused = () => {
    onStop(row.event)
    onHover(mark, true)
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onOpen(row.event)
  }
  return (
    <g
      className="event"
      data-event={row.event}
      role="button"
      tabIndex={tabStop ? 0 : -1}
      aria-label={describe(mark, disputed)}
      transform={`translate(${mark.x.toFixed(1)} ${mark.y})`}
      onClick={() => onOpen(row.event)}
      onPointerEnter={() => onHover(mark, false)}
      onPointerLeave={() => onHover(null, false)}
      onFocus={focused}
      onBlur={() => onHover(null, false)}
      onKeyDown={pressed}
    >
      <rect
        className="event-target"
        x="-12"
        y="-12"
        width={24 + (label === null ? 0 : label.length * 6)}
        height="24"
        rx="4"
      />
      <Mark
        tone={toneOfEvent(row)}
        classifier={row.classifier}
        milestone={row.milestone}
        disputed={disputed}
        late={row.late === true}
        ahead={row.ahead === true}
      />
      {label !== null && (
        <text
          className={row.classifier === 'ACT' ? 'event-label' : 'event-label event-label-soft'}
          x="11"
          y="4"
        >
          {label}
        </text>
      )}
    </g>
  )
}

type AxisProps = { scale: Scale; lineX: number; label: string; past: boolean; height: number }

/** Time ticks, and what lies beyond the line: the future, or what was not yet known. */
function Axis({ scale, lineX, label, past, height }: AxisProps) {
  const axis = useMemo(() => ticks(scale, offsetMs), [scale])
  return (
    <>
      {lineX < scale.width && (
        <rect
          className={past ? 'lanes-unknown' : 'lanes-future'}
          x={Math.max(0, lineX)}
          y={axisPx}
          width={scale.width - Math.max(0, lineX)}
          height={height}
        />
      )}
      {axis.map((tick) => (
        <g key={tick.at} className={tick.midnight ? 'tick tick-day' : 'tick'}>
          <path d={`M${tick.x.toFixed(1)} ${axisPx}V${height + axisPx}`} />
          {Math.abs(tick.x - lineX) > lineClearPx(label) && tick.x < scale.width - toolsPx && (
            <text x={tick.x} y={17} textAnchor="middle">
              {formatTime(tick.at, tick.midnight ? 'day' : 'clock')}
            </text>
          )}
        </g>
      ))}
    </>
  )
}

/** From a plan to the event that met it, and from a late event to when it was learned. */
function Leads({ mark }: { mark: LaneMark }) {
  return (
    <>
      {mark.link !== null && (
        <path className="lead" d={`M${mark.x} ${mark.y}L${mark.link.x} ${mark.link.y}`} />
      )}
      {mark.recordedX !== null && (
        <path
          className="lead lead-late"
          d={`M${mark.x} ${mark.y + 9}H${mark.recordedX}M${mark.recordedX} ${mark.y + 6}v6`}
        />
      )}
    </>
  )
}

function Line({
  x,
  height,
  label,
  past,
}: {
  x: number
  height: number
  label: string
  past: boolean
}) {
  const wide = label.length * 6.2 + 12
  return (
    <g className={past ? 'now now-past' : 'now'}>
      <path d={`M${x.toFixed(1)} -2V${height}`} />
      <rect x={x - wide / 2} y={-22} width={wide} height={17} rx={4} />
      <text x={x} y={-10} textAnchor="middle">
        {label}
      </text>
    </g>
  )
}
