import { createContext, useContext, type ReactNode } from 'react'
import { Icon } from '#ui/design/Icon.tsx'
import { isTime, readTime } from '#ui/design/time.ts'
import { sentenceCase, words } from '#ui/words/en.ts'
import type { FactValue } from '#model/event.ts'
import type { ValueView } from '#model/view.ts'

/** Opens the evidence drawer for an event; given by the order page. */
export const OpenEvidence = createContext<(event: string) => void>(() => undefined)

/** A shown value that opens to the record it came from. `what` names it for assistive technology. */
export function Evidence({
  event,
  what,
  children,
  className = '',
}: {
  event: string
  what: string
  children: ReactNode
  className?: string
}) {
  const open = useContext(OpenEvidence)
  return (
    <button
      type="button"
      className={`evidence ${className}`}
      onClick={() => open(event)}
      title={words.order.evidenceOf(what)}
    >
      {children}
    </button>
  )
}

/** A fact's value as people read it. */
export function readValue(value: FactValue): string {
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 3 })
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return isTime(value) ? readTime(value) : value
}

/** A fact with its evidence; a dispute is a split mark that names the other values and the rule. */
export function Value({ view, what }: { view: ValueView | undefined; what: string }) {
  if (view === undefined) return <span className="quiet">–</span>
  const { dispute, elsewhere = [] } = view
  return (
    <span className="value">
      <Evidence event={view.evidence.event} what={what}>
        {readValue(view.value)}
      </Evidence>
      {dispute !== undefined && (
        <span
          className="split tone-hazard"
          title={words.order.disputeTitle(
            dispute.others
              .map((other) => `${readValue(other.value)} (${other.evidence.source})`)
              .join(', '),
            dispute.rule,
          )}
        >
          <Icon name="split" size={12} />
          <span className="unseen">{words.order.dispute}</span>
        </span>
      )}
      {elsewhere.map((other) => (
        <span key={other.company} className="quiet elsewhere">
          {sentenceCase(other.company)}{' '}
          <Evidence event={other.evidence.event} what={what}>
            {readValue(other.value)}
          </Evidence>
        </span>
      ))}
    </span>
  )
}
