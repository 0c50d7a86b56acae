import type { CSSProperties, ReactNode } from 'react'
import { ApiProblem } from '#ui/data/api.ts'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { words } from '#ui/words/en.ts'

/** The place of something that is coming, in its size. */
export function Skeleton({
  width = '100%',
  height = 14,
  style,
}: {
  width?: number | string
  height?: number
  style?: CSSProperties
}) {
  return <span className="skeleton" style={{ width, height, ...style }} aria-hidden="true" />
}

/** Rows of skeletons; says once to assistive technology that something loads. */
export function SkeletonRows({ rows, height = 32 }: { rows: number; height?: number }) {
  return (
    <div aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} style={{ height, display: 'flex', alignItems: 'center', gap: 16 }}>
          <Skeleton width={14} />
          <Skeleton width={`${14 + ((row * 7) % 9)}%`} />
          <Skeleton width={`${10 + ((row * 5) % 12)}%`} />
          <Skeleton width={`${20 + ((row * 11) % 20)}%`} />
        </div>
      ))}
    </div>
  )
}

/** Nothing to show, and what to do next. */
export function Empty({
  title,
  hint,
  children,
  heading: Heading = 'p',
}: {
  title: string
  hint: ReactNode
  children?: ReactNode
  heading?: 'h1' | 'p'
}) {
  return (
    <div className="state">
      <Heading className="state-title">{title}</Heading>
      <p className="state-text">{hint}</p>
      {children !== undefined && <div className="state-actions">{children}</div>}
    </div>
  )
}

/** A failed load: what happened, the id to quote, and another try. */
export function Problem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const problem = error instanceof ApiProblem ? error : null
  return (
    <div className="state" role="alert">
      <p className="state-title status tone-critical">
        <ToneMark tone="critical" />
        {words.problem.title}
      </p>
      <p className="state-text">
        {error.message}
        {problem?.hint === undefined ? '' : ` ${problem.hint}`} {words.problem.works}
      </p>
      {problem?.id !== undefined && (
        <p className="quiet">
          {words.problem.id} <span className="mono">{problem.id}</span>
        </p>
      )}
      <div className="state-actions">
        <button type="button" className="button" onClick={onRetry}>
          {words.problem.retry}
        </button>
      </div>
    </div>
  )
}

/** Old data is kept when a later try fails; this says so. */
export function StaleBand({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="band tone-hazard" role="status">
      <ToneMark tone="hazard" />
      {words.problem.stale}
      <span className="band-actions">
        <button type="button" className="button" onClick={onRetry}>
          {words.problem.retry}
        </button>
      </span>
    </div>
  )
}
