import type { ReactNode } from 'react'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { Moment } from '#ui/design/Time.tsx'
import { Section } from '#ui/design/Section.tsx'
import { Evidence, readValue } from '#ui/features/order/Evidence.tsx'
import { words } from '#ui/words/en.ts'
import type { OrderView, ValueView } from '#model/view.ts'
import type { Tone } from '#ui/design/status.ts'

/** The view's value behind a dispute, with the evidence of every side; missing when the dispute is about a milestone. */
function disputedValue(view: OrderView, field: string, part: string): ValueView | undefined {
  if (part === '') return view.facts[field]
  const parts = [
    ...view.lines,
    ...view.shipments,
    ...view.shipments.flatMap(({ packages }) => packages ?? []),
  ]
  return parts.find(({ key }) => key === part)?.facts[field]
}

const attentionAnchor = 'attention'

/** One line of what needs a look, for the top of the page; leads down to the details. */
export function AttentionSummary({ view }: { view: OrderView }) {
  const parts: readonly (readonly [Tone, number, string])[] = [
    [
      'hazard',
      view.holds.filter(({ open }) => open).length,
      words.order.summary.holds(view.holds.filter(({ open }) => open).length),
    ],
    ['hazard', view.disputes.length, words.order.summary.disputes(view.disputes.length)],
    [
      'hazard',
      view.flags.filter(({ kind }) => kind === 'invalid-transition').length,
      words.order.summary.steps(
        view.flags.filter(({ kind }) => kind === 'invalid-transition').length,
      ),
    ],
    [
      'unknown',
      view.flags.filter(({ kind }) => kind !== 'invalid-transition').length,
      words.order.summary.unknown(
        view.flags.filter(({ kind }) => kind !== 'invalid-transition').length,
      ),
    ],
  ]
  const shown = parts.filter(([, count]) => count > 0)
  const show = () =>
    document.getElementById(attentionAnchor)?.scrollIntoView({
      block: 'start',
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    })
  if (shown.length === 0) return null
  return (
    <button type="button" className="summary" onClick={show} title={words.order.attention}>
      {shown.map(([tone, , text]) => (
        <span key={text} className={`summary-part tone-${tone}`}>
          <ToneMark tone={tone} size={12} />
          {text}
        </span>
      ))}
    </button>
  )
}

/** Holds, disputes and flags: everything about the order that a person should know is not plain sailing. */
export function Attention({ view }: { view: OrderView }) {
  const holds = view.holds.toSorted((a, b) => Number(b.open) - Number(a.open))
  const none = holds.length + view.disputes.length + view.flags.length === 0
  return (
    <Section title={words.order.attention} className="attention" anchor={attentionAnchor}>
      {none && (
        <p className="attention-clear soft">
          <ToneMark tone="done" />
          {words.order.allClear}
        </p>
      )}
      <ul>
        {holds.map((hold) => (
          <HoldItem key={`hold ${hold.kind} ${hold.part} ${hold.evidence.event}`} hold={hold} />
        ))}
        {view.disputes.map((dispute) => {
          const value = disputedValue(view, dispute.field, dispute.part)
          return (
            <Item
              key={`dispute ${dispute.part} ${dispute.field}`}
              tone="hazard"
              part={dispute.part}
              title={words.order.disputeOf(dispute.field)}
            >
              <DisputeSides
                chosen={readValue(dispute.chosen)}
                others={dispute.others.map(readValue)}
                value={value}
              />
              <span className="attention-rule quiet">
                {words.order.because}: {dispute.rule}
              </span>
            </Item>
          )
        })}
        {view.flags.map((flag) => (
          <Item
            key={`flag ${flag.kind} ${flag.text} ${flag.part}`}
            tone={flag.kind === 'invalid-transition' ? 'hazard' : 'unknown'}
            part={flag.part}
            title={
              flag.evidence === undefined ? (
                words.order.flag[flag.kind]
              ) : (
                <Evidence event={flag.evidence.event} what={words.order.flag[flag.kind]}>
                  {words.order.flag[flag.kind]}
                </Evidence>
              )
            }
          >
            {flag.text}
          </Item>
        ))}
      </ul>
    </Section>
  )
}

function HoldItem({ hold }: { hold: OrderView['holds'][number] }) {
  return (
    <Item
      tone={hold.open ? 'hazard' : 'closed'}
      part={hold.part}
      title={
        <Evidence event={hold.evidence.event} what={words.order.hold(hold.kind)}>
          {words.order.hold(hold.kind)}
        </Evidence>
      }
    >
      {hold.placedAt !== undefined && (
        <>
          {words.order.held} <Moment at={hold.placedAt} />
        </>
      )}
      {hold.releasedAt !== undefined && (
        <>
          {hold.placedAt !== undefined && ', '}
          {words.order.released} <Moment at={hold.releasedAt} />
        </>
      )}
    </Item>
  )
}

function Item({
  tone,
  title,
  part,
  children,
}: {
  tone: Tone
  title: ReactNode
  part: string
  children: ReactNode
}) {
  return (
    <li className={`attention-item tone-${tone}`}>
      <ToneMark tone={tone} />
      <div>
        <p className="attention-title">
          {title} {part !== '' && <span className="chip">{words.part(part)}</span>}
        </p>
        <div className="attention-text soft">{children}</div>
      </div>
    </li>
  )
}

/** Both sides of a dispute, the chosen one first; each opens its own evidence where the view knows it. */
function DisputeSides({
  chosen,
  others,
  value,
}: {
  chosen: string
  others: readonly string[]
  value: ValueView | undefined
}) {
  const side = (text: string, evidence: ValueView['evidence'] | undefined) =>
    evidence === undefined ? (
      text
    ) : (
      <>
        <Evidence event={evidence.event} what={text}>
          {text}
        </Evidence>{' '}
        <span className="quiet">{evidence.source}</span>
      </>
    )
  return (
    <div className="sides">
      <span className="side side-chosen">{side(chosen, value?.evidence)}</span>
      {(
        value?.dispute?.others.map((other) => ({
          text: readValue(other.value),
          evidence: other.evidence,
        })) ?? others.map((text) => ({ text, evidence: undefined }))
      ).map((other) => (
        <span key={`${other.text} ${other.evidence?.event ?? ''}`} className="side side-other">
          {side(other.text, other.evidence)}
        </span>
      ))}
    </div>
  )
}
