import type { Tone } from '#ui/design/status.ts'
import type { Classifier, Milestone } from '#model/milestone.ts'

type MarkProps = {
  tone: Tone
  classifier: Classifier
  milestone: Milestone
  disputed?: boolean
  late?: boolean
  ahead?: boolean
}

const triangle = 'M0-6 6.4 5H-6.4Z'
const diamond = 'M0-6.6 6.6 0 0 6.6-6.6 0Z'

/**
 * An event's mark around (0, 0). Actual is solid, planned hollow, estimated dashed, requested a hollow diamond,
 * disputed split; trouble is a triangle; a late arrival carries a tick at its shoulder.
 */
export function Mark({
  tone,
  classifier,
  milestone,
  disputed = false,
  late = false,
  ahead = false,
}: MarkProps) {
  const trouble = tone === 'hazard' || tone === 'critical'
  const path = classifier === 'REQ' ? diamond : trouble ? triangle : null
  const radius = milestone === 'note' ? 3 : 5.5
  const solid = classifier === 'ACT' && !disputed && tone !== 'unknown'
  const look = {
    fill: solid ? 'currentColor' : 'var(--bg)',
    stroke: 'currentColor',
    strokeWidth: 1.6,
    strokeLinejoin: 'round',
    ...(classifier === 'EST' || tone === 'unknown' ? { strokeDasharray: '2.6 2' } : {}),
  } as const
  return (
    <g className={`mark tone-${tone}`}>
      {path === null ? <circle r={radius} {...look} /> : <path d={path} {...look} />}
      {disputed &&
        (path === null ? (
          <path d={`M0-${radius}A${radius} ${radius} 0 0 0 0 ${radius}Z`} fill="currentColor" />
        ) : (
          <path d={path === triangle ? 'M0-6V5H-6.4Z' : 'M0-6.6V6.6L-6.6 0Z'} fill="currentColor" />
        ))}
      {tone === 'done' && solid && (
        <path
          d="m-2.6 0.2 1.8 1.8 3.4-3.8"
          fill="none"
          stroke="var(--bg)"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      {tone === 'unknown' && (
        <text y="3.4" textAnchor="middle" className="mark-text">
          ?
        </text>
      )}
      {(late || ahead) && (
        <g className="mark-late">
          <circle cx="6.5" cy="-5.5" r="3.6" fill="var(--bg)" />
          <path
            d={late ? 'M6.5-8v2.6H8.6' : 'M4.6-5.5h4M7-7.2l1.8 1.7L7-3.8'}
            fill="none"
            stroke="var(--hazard)"
            strokeWidth="1.4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </g>
      )}
    </g>
  )
}

/** The mark alone, for lists and the legend. */
export function MarkIcon(props: MarkProps) {
  return (
    <svg className="mark-icon" width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">
      <Mark {...props} />
    </svg>
  )
}
