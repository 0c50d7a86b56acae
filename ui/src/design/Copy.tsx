import { useEffect, useState } from 'react'
import { Icon } from '#ui/design/Icon.tsx'
import { words } from '#ui/words/en.ts'

/** Long identifiers keep both ends: people compare the last digits. */
export function middle(value: string, max: number): string {
  if (value.length <= max) return value
  const tail = Math.floor((max - 1) / 2)
  return `${value.slice(0, max - 1 - tail)}…${value.slice(-tail)}`
}

/** An identifier in monospace, truncated in the middle; a click copies the whole. */
export function Identifier({ value, max = 24 }: { value: string; max?: number }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 1_400)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    void navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => undefined,
    )
  return (
    <button
      type="button"
      className={copied ? 'ident ident-done' : 'ident'}
      onClick={copy}
      title={`${words.order.copy} ${value}`}
      aria-label={`${words.order.copy} ${value}`}
    >
      <span className="ident-value mono">{middle(value, max)}</span>
      <span className="ident-copy">
        <Icon name={copied ? 'check' : 'copy'} size={12} />
      </span>
      <span className="unseen" role="status">
        {copied ? words.order.copied : ''}
      </span>
    </button>
  )
}
