import { ago, formatTime } from '#ui/design/time.ts'
import { useNow } from '#ui/design/useNow.ts'

/** A point in time in the viewer's zone; the tooltip gives year, seconds and zone. */
export function Moment({
  at,
  style = 'moment',
}: {
  at: string
  style?: 'moment' | 'clock' | 'day'
}) {
  return (
    <time dateTime={at} title={formatTime(at, 'full')}>
      {formatTime(at, style)}
    </time>
  )
}

/** An age that keeps up with the clock. */
export function Ago({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={formatTime(at, 'full')}>
      {ago(at, Math.max(now, new Date(at).getTime()))}
    </time>
  )
}
