import { words } from '#ui/words/en.ts'

/** Shown instead of the page while the hub answers 401: how to get in. */
export function AccessPage({ onRetry }: { onRetry: () => void }) {
  return (
    <main className="access">
      <div className="state">
        <h1 className="state-title">{words.access.title}</h1>
        <p className="state-text">{words.access.lead}</p>
        <code className="code">{words.access.command}</code>
        <p className="state-text">{words.access.expired}</p>
        <div className="state-actions">
          <button type="button" className="button button-main" onClick={onRetry}>
            {words.access.retry}
          </button>
        </div>
      </div>
    </main>
  )
}
