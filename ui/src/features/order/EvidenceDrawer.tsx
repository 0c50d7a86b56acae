import { useQuery } from '@tanstack/react-query'
import { evidenceQuery } from '#ui/data/queries.ts'
import { Drawer } from '#ui/design/Overlay.tsx'
import { Problem, SkeletonRows } from '#ui/design/State.tsx'
import { formatTime, span } from '#ui/design/time.ts'
import { EvidenceBytes } from '#ui/features/order/EvidenceBytes.tsx'
import { placeText } from '#ui/features/order/EventCard.tsx'
import { readValue } from '#ui/features/order/Evidence.tsx'
import { toneOfEvent } from '#ui/features/order/look.ts'
import { MarkIcon } from '#ui/features/order/Mark.tsx'
import { sentenceCase, words } from '#ui/words/en.ts'
import { identifierTypes, parseIdentifierText } from '#model/identifier.ts'
import type { EvidenceAnswer } from '#ui/data/contract.ts'

/** From a shown value back to the bytes it came from. */
export function EvidenceDrawer({
  order,
  event,
  onClose,
}: {
  order: string
  event: string
  onClose: () => void
}) {
  const query = useQuery(evidenceQuery(order, event))
  const row = query.data?.event
  const title =
    row === undefined ? (
      words.evidence.title
    ) : (
      <span className="status">
        <MarkIcon tone={toneOfEvent(row)} classifier={row.classifier} milestone={row.milestone} />
        {words.milestone(row.milestone)} <span className="quiet evidence-source">{row.source}</span>
      </span>
    )
  return (
    <Drawer
      title={title}
      label={words.evidence.title}
      closeLabel={words.evidence.close}
      onClose={onClose}
    >
      {query.isPending && <SkeletonRows rows={10} />}
      {query.isError && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && <EvidenceContent answer={query.data} />}
    </Drawer>
  )
}

function EvidenceContent({ answer }: { answer: EvidenceAnswer }) {
  const { event, record, links } = answer
  return (
    <div className="stack">
      <section>
        <h3 className="stack-title">{words.evidence.bytes}</h3>
        <EvidenceBytes answer={answer} />
      </section>
      <section>
        <h3 className="stack-title">{words.evidence.meaning}</h3>
        <Meaning event={event} />
      </section>
      <section>
        <h3 className="stack-title">{words.evidence.mapping}</h3>
        <dl className="terms">
          <dt>{words.evidence.file}</dt>
          <dd className="mono">
            {event.mapping.file}{' '}
            <span className="quiet">{words.evidence.version(event.mapping.version)}</span>
          </dd>
          <dt>{words.evidence.hash}</dt>
          <dd className="mono quiet">{event.mapping.hash.slice(0, 16)}</dd>
          <dt>{words.evidence.receipt}</dt>
          <dd className="mono quiet">{record.receipt}</dd>
          <dt>{words.evidence.eventId}</dt>
          <dd className="mono quiet">{event.event}</dd>
        </dl>
      </section>
      <section>
        <h3 className="stack-title">{words.evidence.links}</h3>
        {links.length === 0 ? (
          <p className="soft">{words.evidence.noLinks}</p>
        ) : (
          <ul className="evidence-links">
            {links.map((link) => (
              <li key={`${link.a} ${link.b}`}>
                <LinkEnd text={link.a} /> <span className="quiet">–</span> <LinkEnd text={link.b} />
                {link.voided === true && <span className="chip">{words.order.voided}</span>}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

function Meaning({ event }: { event: EvidenceAnswer['event'] }) {
  const place = placeText(event.place)
  const late = Date.parse(event.recordedAt) - Date.parse(event.at)
  return (
    <dl className="terms">
      <dt>{words.order.what}</dt>
      <dd>
        {words.milestone(event.milestone)}{' '}
        <span className="quiet">{words.classifier[event.classifier]}</span>
      </dd>
      {event.words !== undefined && (
        <>
          <dt>{words.order.words}</dt>
          <dd>“{event.words}”</dd>
        </>
      )}
      {event.substatus !== undefined && (
        <>
          <dt>{words.evidence.substatus}</dt>
          <dd>{sentenceCase(event.substatus)}</dd>
        </>
      )}
      {event.reason !== undefined && (
        <>
          <dt>{words.evidence.reason}</dt>
          <dd>{event.reason}</dd>
        </>
      )}
      <dt>{words.order.part}</dt>
      <dd>{words.part(event.part)}</dd>
      <dt>{words.order.happened}</dt>
      <dd>{formatTime(event.at, 'full')}</dd>
      <dt>{words.order.sourceTime}</dt>
      <dd>
        <span className="mono">{event.sourceText}</span>{' '}
        <span className="quiet">{words.certainty(event.certainty)}</span>
      </dd>
      <dt>{words.order.recorded}</dt>
      <dd>
        {formatTime(event.recordedAt, 'full')}{' '}
        {event.late === true && (
          <span className="tone-hazard tone-text">{words.order.lateBy(span(late))}</span>
        )}
        {event.ahead === true && (
          <span className="tone-hazard tone-text">{words.order.aheadMark}</span>
        )}
      </dd>
      {place !== '' && (
        <>
          <dt>{words.evidence.place}</dt>
          <dd>{place}</dd>
        </>
      )}
      {Object.entries(event.facts ?? {}).map(([name, value]) => (
        <Fact key={name} name={name} value={readValue(value)} />
      ))}
    </dl>
  )
}

/** One end of a link: what kind of number, the number, who gave it. */
function LinkEnd({ text }: { text: string }) {
  const { ns, type, value } = parseIdentifierText(text)
  return (
    <span title={text}>
      {identifierTypes[type]?.label ?? type} <span className="mono">{value}</span>{' '}
      <span className="quiet">{words.namespace(ns)}</span>
    </span>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{sentenceCase(name)}</dt>
      <dd>{value}</dd>
    </>
  )
}
