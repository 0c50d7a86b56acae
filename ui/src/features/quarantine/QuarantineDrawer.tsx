import { useState } from 'react'
import { Icon } from '#ui/design/Icon.tsx'
import { Drawer } from '#ui/design/Overlay.tsx'
import { formatTime } from '#ui/design/time.ts'
import { useSettle } from '#ui/features/quarantine/useSettle.ts'
import { words } from '#ui/words/en.ts'
import type { QuarantineItem } from '#ui/data/contract.ts'

/** One record that could not be read: why, where, its bytes, and what to do with it. */
export function QuarantineDrawer({ item, onClose }: { item: QuarantineItem; onClose: () => void }) {
  return (
    <Drawer
      title={
        <>
          {words.quarantine.fault(item.code)}{' '}
          <span className="quiet group-source">{item.source}</span>
        </>
      }
      label={words.quarantine.fault(item.code)}
      closeLabel={words.evidence.close}
      onClose={onClose}
    >
      <div className="stack">
        <p className="item-why">{item.detail}</p>
        <dl className="terms">
          {item.path !== undefined && (
            <>
              <dt>{words.quarantine.path}</dt>
              <dd className="mono">{item.path}</dd>
            </>
          )}
          <dt>{words.quarantine.received}</dt>
          <dd>{formatTime(item.receivedAt, 'full')}</dd>
          <dt>{words.quarantine.mapping}</dt>
          <dd>{item.mappingVersion}</dd>
        </dl>
        <section>
          <h3 className="stack-title">{words.quarantine.preview}</h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard */}
          <pre className="preview mono" tabIndex={0}>
            {item.preview}
          </pre>
        </section>
        <Decide item={item} onDone={onClose} />
      </div>
    </Drawer>
  )
}

/** Replay, or discard after asking once more. */
function Decide({ item, onDone }: { item: QuarantineItem; onDone: () => void }) {
  const [sure, setSure] = useState(false)
  const settle = useSettle()
  const act = (action: 'replay' | 'discard') =>
    settle.mutate({ ids: [item.id], action }, { onSuccess: onDone })
  return (
    <>
      {settle.isError && (
        <p className="tone-critical tone-text" role="alert">
          {words.quarantine.failed}: {settle.error.message}
        </p>
      )}
      {item.status === 'open' && (
        <section>
          <p className="soft item-next">{words.quarantine.next}</p>
          <div className="state-actions">
            <button
              type="button"
              className="button button-main"
              disabled={settle.isPending}
              onClick={() => act('replay')}
            >
              <Icon name="replay" size={14} />
              {words.quarantine.replay}
            </button>
            {sure ? (
              <>
                <button
                  type="button"
                  className="button button-danger"
                  disabled={settle.isPending}
                  onClick={() => act('discard')}
                >
                  {words.quarantine.discardYes}
                </button>
                <button
                  type="button"
                  className="button button-plain"
                  onClick={() => setSure(false)}
                >
                  {words.quarantine.keep}
                </button>
              </>
            ) : (
              <button type="button" className="button" onClick={() => setSure(true)}>
                {words.quarantine.discard}
              </button>
            )}
          </div>
        </section>
      )}
    </>
  )
}
