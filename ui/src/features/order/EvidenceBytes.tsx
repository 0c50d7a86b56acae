import { useMemo, useState } from 'react'
import { Choice } from '#ui/design/Choice.tsx'
import { formatTime } from '#ui/design/time.ts'
import { fromBase64, hexDump, highlight } from '#ui/features/order/bytes.ts'
import { words } from '#ui/words/en.ts'
import { parseIdentifierText } from '#model/identifier.ts'
import type { EvidenceAnswer } from '#ui/data/contract.ts'

const hexLinesMax = 512
const choices = [
  { value: 'text', label: words.evidence.text },
  { value: 'hex', label: words.evidence.hex },
] as const

/** The words, time, numbers and values that the event was made of; they are marked where they stand in the record. */
function needlesOf({ event, links }: EvidenceAnswer): readonly string[] {
  const identifiers = links
    .flatMap(({ a, b }) => [a, b])
    .concat(event.identifiers ?? [])
    .map((id) => parseIdentifierText(id).value)
  return [
    event.words,
    event.sourceText,
    event.reason,
    event.place?.city,
    event.part.slice(event.part.indexOf(':') + 1),
    ...identifiers,
    ...Object.values(event.facts ?? {}).map(String),
  ].filter((needle): needle is string => needle !== undefined)
}

/** The record as the source sent it, as text with marks or as bytes; what surrounds it in the receipt is faded. */
export function EvidenceBytes({ answer }: { answer: EvidenceAnswer }) {
  const { record } = answer
  const [as, setAs] = useState<'text' | 'hex'>('text')
  const stretches = useMemo(() => highlight(record.text, needlesOf(answer)), [record.text, answer])
  const hex = useMemo(
    () => (as === 'hex' ? hexDump(fromBase64(record.bytesBase64), record.from, hexLinesMax) : ''),
    [as, record],
  )
  return (
    <figure className="bytes">
      <figcaption className="bytes-head">
        <span className="ellipsis">
          <span className="mono">
            {record.name ?? `${words.evidence.receipt} ${record.receipt}`}
          </span>{' '}
          <span className="quiet">
            {record.format}, {words.evidence.range(record.from, record.to)}
          </span>
        </span>
        <Choice label={words.evidence.bytes} value={as} options={choices} onChange={setAs} />
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard */}
      <pre className="bytes-text mono" tabIndex={0} aria-label={words.evidence.record}>
        {as === 'hex' ? (
          hex
        ) : (
          <>
            {record.context !== undefined && (
              <span className="bytes-around">{record.context.replace(/\n?$/u, '\n')}</span>
            )}
            {record.before !== undefined && <span className="bytes-around">{record.before}</span>}
            <span className="bytes-record">
              {stretches.map(({ text, hit }, index) =>
                hit ? <mark key={index}>{text}</mark> : text,
              )}
            </span>
            {record.after !== undefined && <span className="bytes-around">{record.after}</span>}
          </>
        )}
      </pre>
      <p className="bytes-foot quiet">
        {words.evidence.received} {formatTime(record.receivedAt, 'full')}.{' '}
        {as === 'text' ? words.evidence.marks : ''}{' '}
        {record.truncated === true ? words.evidence.truncated : ''}
      </p>
    </figure>
  )
}
