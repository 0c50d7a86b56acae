import { formatTime, span } from '#ui/design/time.ts'
import { words } from '#ui/words/en.ts'
import type { LaneMark } from '#ui/features/order/lanes.ts'
import type { Place } from '#model/event.ts'
import type { TimelineRow } from '#model/view.ts'

const cardPx = 320
const axisPx = 28

export const placeText = (place: Place | undefined): string =>
  [place?.name, place?.city, place?.region, place?.country]
    .filter((part) => part !== undefined && part !== '')
    .join(', ')

/** Remarks every presentation of an event shares: disputed, late, a clock ahead. */
export function remarks(row: TimelineRow, disputed: boolean): readonly string[] {
  const late = Date.parse(row.recordedAt) - Date.parse(row.at)
  return [
    ...(disputed ? [words.order.disputed] : []),
    ...(row.late === true ? [`${words.order.lateMark}, ${words.order.lateBy(span(late))}`] : []),
    ...(row.ahead === true ? [words.order.aheadMark] : []),
  ]
}

/** An event in one breath, for assistive technology. */
export function describe({ row }: LaneMark, disputed: boolean): string {
  return [
    `${words.milestone(row.milestone)}, ${words.classifier[row.classifier]}`,
    formatTime(row.at, 'moment'),
    row.source,
    words.part(row.part),
    row.words === undefined ? '' : `“${row.words}”`,
    placeText(row.place),
    ...remarks(row, disputed),
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** The details of the event under the pointer or the focus. Its text is also the mark's label, so it is hidden from assistive technology. */
export function EventCard({
  mark,
  disputed,
  width,
}: {
  mark: LaneMark
  disputed: boolean
  width: number
}) {
  const { row } = mark
  const left = Math.min(Math.max(8, mark.x - 24), Math.max(8, width - cardPx - 8))
  const place = placeText(row.place)
  return (
    <div
      className="event-card"
      aria-hidden="true"
      style={{ left, top: mark.y + axisPx + 16, width: cardPx }}
    >
      <p className="event-card-title">
        {words.milestone(row.milestone)}{' '}
        <span className="quiet">{words.classifier[row.classifier]}</span>
      </p>
      {row.words !== undefined && <p className="soft">“{row.words}”</p>}
      <dl className="event-card-terms">
        <dt>{words.order.happened}</dt>
        <dd>{formatTime(row.at, 'full')}</dd>
        <dt>{words.order.recorded}</dt>
        <dd>{formatTime(row.recordedAt, 'full')}</dd>
        <dt>{words.order.part}</dt>
        <dd>{words.part(row.part)}</dd>
        {place !== '' && (
          <>
            <dt>{words.order.where}</dt>
            <dd>{place}</dd>
          </>
        )}
        {row.reason !== undefined && (
          <>
            <dt>{words.evidence.reason}</dt>
            <dd>{row.reason}</dd>
          </>
        )}
      </dl>
      {remarks(row, disputed).map((text) => (
        <p key={text} className="event-card-remark tone-hazard">
          {text}
        </p>
      ))}
      <p className="event-card-hint quiet">{words.order.openHint}</p>
    </div>
  )
}
