import { Identifier } from '#ui/design/Copy.tsx'
import { Icon } from '#ui/design/Icon.tsx'
import { toneOf } from '#ui/design/status.ts'
import { StatusMark } from '#ui/design/StatusMark.tsx'
import { Ago } from '#ui/design/Time.tsx'
import { AttentionSummary } from '#ui/features/order/Attention.tsx'
import { Evidence } from '#ui/features/order/Evidence.tsx'
import { sentenceCase, words } from '#ui/words/en.ts'
import type { OrderView } from '#model/view.ts'

/** The number people call the order by: its first identifier of the lowest rank, as the API lists them. */
export const mainNumber = (view: OrderView): string =>
  (view.identifiers.find(({ type }) => type === 'order') ?? view.identifiers[0])?.value ?? view.id

/** The sentence on top, then the status in our words and in the source's. */
export function OrderHead({ view }: { view: OrderView }) {
  const tone = toneOf(view.status)
  const said = view.statusEvidence
  const label = `${words.status[view.status] ?? view.status}${view.substatus === undefined ? '' : `, ${sentenceCase(view.substatus).toLowerCase()}`}`
  return (
    <header className="order-head">
      <div className="order-ids">
        <span className="order-number">
          <Identifier value={mainNumber(view)} max={32} />
        </span>
        <span className="quiet order-golden">
          <Identifier value={view.id} />
        </span>
        <span className="chips">
          {view.companies.map((company) => (
            <span key={company} className="chip">
              {sentenceCase(company)}
            </span>
          ))}
        </span>
        {view.regions.length > 0 && (
          <span className="quiet order-region">{view.regions.join(', ')}</span>
        )}
        <span className="order-updated quiet">
          {words.order.updated} <Ago at={view.updatedAt} />
        </span>
      </div>
      <h1 className="order-sentence">{view.sentence}</h1>
      <div className={`order-status tone-${tone}`}>
        {said === undefined ? (
          <span className={`pill flash tone-${tone}`} key={view.status}>
            <StatusMark status={view.status} size={16} />
            {label}
          </span>
        ) : (
          <Evidence
            key={view.status}
            event={said.event}
            what={words.order.ours}
            className={`pill order-state flash tone-${tone}`}
          >
            <StatusMark status={view.status} size={16} />
            {label}
            <Icon name="right" size={12} />
          </Evidence>
        )}
        {said?.words !== undefined && (
          <Evidence event={said.event} what={words.order.said(said.source)} className="order-said">
            <span className="quiet">{words.order.said(said.source)}</span>{' '}
            <span className="order-words">“{said.words}”</span>
          </Evidence>
        )}
        <AttentionSummary view={view} />
      </div>
    </header>
  )
}
