import { readTime, span } from '#ui/design/time.ts'
import { useNow } from '#ui/design/useNow.ts'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { Evidence } from '#ui/features/order/Evidence.tsx'
import { against, dateLines, type DateLine } from '#ui/features/order/promises.ts'
import { words } from '#ui/words/en.ts'
import type { OrderView, TimelineRow } from '#model/view.ts'

const marks = { requested: 'REQ', promised: 'PLN', estimated: 'EST', actual: 'ACT' } as const

/** Requested, promised, estimated, actual: what was told, how often it moved, and how it stands against the promise. */
export function Promises({ view, rows }: { view: OrderView; rows: readonly TimelineRow[] }) {
  const days = rows.filter(({ certainty }) => certainty === 'date').map(({ event }) => event)
  const lines = dateLines(view.promises, new Set(days))
  const parcels = view.shipments.length
  const arrived = view.shipments.filter(
    ({ status }) => status === 'delivered' || status === 'completed',
  ).length
  const open =
    arrived < Math.max(parcels, 1) &&
    view.status !== 'cancelled' &&
    view.status !== 'completed' &&
    view.status !== 'delivered'
  const now = useNow()
  const promised = lines.find(({ kind }) => kind === 'promised')?.current?.at
  return (
    <dl className="dates" aria-label={words.order.promises}>
      {lines.map((line) => (
        <DateCell
          key={line.kind}
          line={line}
          clock={
            open && line.kind === 'promised'
              ? view.asOf === null
                ? now
                : Date.parse(view.asOf)
              : null
          }
          promised={promised}
          part={
            line.kind === 'actual' && parcels > 0 && arrived < parcels
              ? words.order.arrivedOf(arrived, parcels)
              : undefined
          }
        />
      ))}
    </dl>
  )
}

type CellProps = {
  line: DateLine
  promised: string | undefined
  part: string | undefined
  clock: number | null
}

function DateCell({ line, promised, part, clock }: CellProps) {
  const { kind, current } = line
  const due =
    clock === null || promised === undefined
      ? null
      : against(promised, new Date(clock).toISOString())
  const stands =
    part === undefined &&
    current !== undefined &&
    promised !== undefined &&
    (kind === 'estimated' || kind === 'actual')
      ? against(promised, current.at)
      : null
  const tone =
    stands === null
      ? null
      : kind === 'actual' && stands.ms <= 0
        ? 'done'
        : stands.ms > 0 && kind === 'actual'
          ? 'critical'
          : stands.tone
  return (
    <div className={`date date-${marks[kind]}`}>
      <dt>
        {words.order[kind]} <span className="quiet">{words.order[`${kind}By`]}</span>
      </dt>
      <dd>
        {current === undefined ? (
          <span className="date-none quiet">{words.order.noDate}</span>
        ) : (
          <Evidence event={current.evidence.event} what={words.order[kind]} className="date-value">
            {part ?? readTime(current.at)}
          </Evidence>
        )}
      </dd>
      <dd className="date-note">
        {due !== null && (
          <span className={`status date-stands tone-${due.ms > 0 ? 'critical' : 'closed'}`}>
            {due.ms > 0 && <ToneMark tone="critical" size={12} />}
            {due.ms > 0 ? words.order.dueSince(span(due.ms)) : words.order.dueIn(span(due.ms))}
          </span>
        )}
        {stands !== null && tone !== null && (
          <span className={`status tone-${tone} date-stands`}>
            <ToneMark tone={tone} progress={0.6} size={12} />
            {Math.abs(stands.ms) < 60_000
              ? words.order.onTime
              : stands.ms > 0
                ? words.order.late(span(stands.ms))
                : words.order.early(span(stands.ms))}
          </span>
        )}
        <Notes line={line} part={part} />
      </dd>
    </div>
  )
}

/** How often its source moved the date, what other sources say, and which part it is about. */
function Notes({ line: { current, before, others }, part }: Pick<CellProps, 'line' | 'part'>) {
  return (
    <>
      {part !== undefined && current !== undefined && (
        <span className="quiet">{words.order.lastArrived(readTime(current.at))}</span>
      )}
      {before.length > 0 && part === undefined && (
        <span className="quiet" title={before.map(({ at }) => readTime(at)).join(', ')}>
          {words.order.moved(before.length)}
        </span>
      )}
      {others.length > 0 && (
        <span
          className="quiet"
          title={others.map((each) => `${readTime(each.at)} (${each.evidence.source})`).join(', ')}
        >
          {words.order.otherDates(others.length)}
        </span>
      )}
      {part === undefined && current !== undefined && current.part !== '' && (
        <span className="quiet ellipsis">{words.part(current.part)}</span>
      )}
    </>
  )
}
