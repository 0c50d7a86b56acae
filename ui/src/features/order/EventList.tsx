import { formatTime } from '#ui/design/time.ts'
import { placeText, remarks } from '#ui/features/order/EventCard.tsx'
import { Evidence } from '#ui/features/order/Evidence.tsx'
import { toneOfEvent } from '#ui/features/order/look.ts'
import { MarkIcon } from '#ui/features/order/Mark.tsx'
import { words } from '#ui/words/en.ts'
import type { TimelineRow } from '#model/view.ts'

/** The timeline as a plain list, newest first, by day: the twin of the lanes for small screens and screen readers. */
export function EventList({
  rows,
  disputed,
}: {
  rows: readonly TimelineRow[]
  disputed: ReadonlySet<string>
}) {
  const sorted = rows.toSorted(
    (a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.event < b.event ? 1 : -1),
  )
  const days = [...Map.groupBy(sorted, ({ at }) => formatTime(at, 'dayYear'))]
  return (
    <div className="events">
      {days.map(([day, events]) => (
        <section key={day}>
          <h3 className="events-day">{day}</h3>
          <ol>
            {events.map((row) => (
              <EventItem key={row.event} row={row} disputed={disputed.has(row.event)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function EventItem({ row, disputed }: { row: TimelineRow; disputed: boolean }) {
  const place = placeText(row.place)
  const notes = remarks(row, disputed)
  return (
    <li className="events-item">
      <time className="events-time quiet" dateTime={row.at} title={formatTime(row.at, 'full')}>
        {row.certainty === 'date' ? '' : formatTime(row.at, 'clock')}
      </time>
      <MarkIcon
        tone={toneOfEvent(row)}
        classifier={row.classifier}
        milestone={row.milestone}
        disputed={disputed}
        late={row.late === true}
        ahead={row.ahead === true}
      />
      <div className="events-what">
        <p>
          <Evidence event={row.event} what={words.milestone(row.milestone)} className="events-name">
            {words.milestone(row.milestone)}
          </Evidence>
          {row.classifier !== 'ACT' && (
            <span className="quiet"> {words.classifier[row.classifier]}</span>
          )}
          {row.words !== undefined && <span className="soft"> “{row.words}”</span>}
        </p>
        <p className="events-more quiet">
          {[row.source, words.part(row.part), place, row.reason ?? '']
            .filter((text) => text !== '')
            .join(' · ')}
        </p>
        {notes.length > 0 && <p className="events-more tone-hazard">{notes.join(' · ')}</p>}
      </div>
    </li>
  )
}
