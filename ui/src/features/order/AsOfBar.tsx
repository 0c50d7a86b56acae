import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Icon } from '#ui/design/Icon.tsx'
import { useKeys } from '#ui/design/keys.ts'
import { formatTime } from '#ui/design/time.ts'
import { useNow } from '#ui/design/useNow.ts'
import { asOfAt, positionOf } from '#ui/features/order/asOf.ts'
import { words } from '#ui/words/en.ts'

const route = getRouteApi('/orders/$id')

/** `datetime-local` wants local time without a zone. */
function toLocalInput(at: string | undefined): string {
  if (at === undefined) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Where the page stands in the order's history, and going elsewhere in it; the URL holds it. */
function useTravel(changes: readonly string[], asOf: string | undefined) {
  const navigate = route.useNavigate()
  const set = useCallback(
    (next: string | undefined) =>
      void navigate({ search: (before) => ({ ...before, asOf: next }), replace: true }),
    [navigate],
  )
  const position = positionOf(changes, asOf)
  const go = useCallback((to: number) => set(asOfAt(changes, to)), [set, changes])
  useKeys(
    useMemo(
      () => ({
        '[': () => go(Math.max(0, position - 1)),
        ']': () => go(position + 1),
        n: () => set(undefined),
      }),
      [go, set, position],
    ),
  )
  return { position, go, set }
}

/** What did we know when? A slider that stops at every recorded change, and a field for any other moment. */
export function AsOfBar({
  changes,
  asOf,
}: {
  changes: readonly string[]
  asOf: string | undefined
}) {
  const { position, go, set } = useTravel(changes, asOf)
  const when = asOf === undefined ? words.asOf.now : words.asOf.past(formatTime(asOf, 'moment'))
  const detail =
    asOf === undefined || position < 0 ? '' : words.asOf.change(position + 1, changes.length)
  return (
    <div
      className={asOf === undefined ? 'travel' : 'travel travel-past'}
      role="group"
      aria-label={words.asOf.control}
    >
      <span className="travel-when">
        <Icon name="clock" size={14} />
        <span>{when}</span>
        <span className="quiet travel-detail">{detail}</span>
      </span>
      <Step
        icon="left"
        label={words.asOf.previous}
        keyName="["
        disabled={position <= 0}
        onClick={() => go(position - 1)}
      />
      <div className="travel-track">
        <Ticks changes={changes} position={position} />
        <input
          type="range"
          min={0}
          max={changes.length}
          step={1}
          value={Math.max(0, position)}
          onChange={(event) => go(Number(event.target.value))}
          aria-label={words.asOf.slider}
          aria-valuetext={`${when}${detail === '' ? '' : `, ${detail}`}`}
        />
      </div>
      <Step
        icon="right"
        label={words.asOf.next}
        keyName="]"
        disabled={asOf === undefined}
        onClick={() => go(position + 1)}
      />
      <Exact asOf={asOf} onChange={set} />
      <button
        type="button"
        className="button"
        disabled={asOf === undefined}
        onClick={() => set(undefined)}
        title={`${words.asOf.back} (n)`}
      >
        {words.asOf.now0}
      </button>
    </div>
  )
}

/** One tick a change, the first of every day taller; the last place is now. */
function Ticks({ changes, position }: { changes: readonly string[]; position: number }) {
  const share = (index: number) => `${(index / Math.max(1, changes.length)) * 100}%`
  return (
    <div className="travel-ticks" aria-hidden="true">
      {changes.map((at, index) => {
        const newDay = index === 0 || at.slice(0, 10) !== changes[index - 1]?.slice(0, 10)
        return (
          <span
            key={at}
            className={`${newDay ? 'travel-tick travel-tick-day' : 'travel-tick'}${index <= position ? ' travel-tick-known' : ''}`}
            style={{ left: share(index) }}
            title={formatTime(at, 'moment')}
          />
        )
      })}
    </div>
  )
}

type StepProps = {
  icon: 'left' | 'right'
  label: string
  keyName: string
  disabled: boolean
  onClick: () => void
}

function Step({ icon, label, keyName, disabled, onClick }: StepProps) {
  return (
    <button
      type="button"
      className="button button-plain button-icon"
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      title={`${label} (${keyName})`}
    >
      <Icon name={icon} size={14} />
    </button>
  )
}

/** Any moment, not only those of a change. */
function Exact({ asOf, onChange }: { asOf: string | undefined; onChange: (at: string) => void }) {
  const now = useNow()
  return (
    <input
      className="travel-exact"
      type="datetime-local"
      value={toLocalInput(asOf)}
      aria-label={words.asOf.exact}
      max={toLocalInput(new Date(now).toISOString())}
      onChange={(event) => {
        const at = new Date(event.target.value)
        if (!Number.isNaN(at.getTime())) onChange(at.toISOString())
      }}
    />
  )
}
