import { retryLive, useConnection, type Connection } from '#ui/data/live.ts'
import { ago } from '#ui/design/time.ts'
import { useNow } from '#ui/design/useNow.ts'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { words } from '#ui/words/en.ts'
import type { Tone } from '#ui/design/status.ts'

const tones: Readonly<Record<Connection['state'], Tone>> = {
  connecting: 'unknown',
  live: 'done',
  waiting: 'hazard',
  down: 'critical',
}

/** How fresh what you see is: a dot with a word, and when the hub was last heard. */
export function Freshness() {
  const { state, heardAt } = useConnection()
  const now = useNow()
  const heard =
    heardAt === null ? words.live.quiet : words.live.heard(ago(heardAt, Math.max(now, heardAt)))
  return (
    <span className={`freshness tone-${tones[state]}`} title={heard}>
      {state === 'live' ? (
        <span className="freshness-dot" />
      ) : (
        <ToneMark tone={tones[state]} size={12} />
      )}
      <span className="freshness-word">{words.live[state]}</span>
      <span className="unseen">, {heard}</span>
    </span>
  )
}

/** Below the header while the live connection is down: what still holds, and another try. */
export function OfflineBand() {
  const { state } = useConnection()
  return (
    <div role="status">
      {state === 'down' && (
        <div className="band tone-critical">
          <ToneMark tone="critical" />
          {words.live.band}
          <span className="band-actions">
            <button type="button" className="button" onClick={retryLive}>
              {words.live.retry}
            </button>
          </span>
        </div>
      )}
    </div>
  )
}
