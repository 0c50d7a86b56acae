import type { ReactNode } from 'react'
import { progressOf, toneOf, type Tone } from '#ui/design/status.ts'
import { words } from '#ui/words/en.ts'
import type { Status } from '#model/view.ts'

const wedge = (share: number) => {
  const angle = share * 2 * Math.PI
  const x = 7 + 3.4 * Math.sin(angle)
  const y = 7 - 3.4 * Math.cos(angle)
  return `M7 7V3.6A3.4 3.4 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`
}

/** The shapes of all states but the ring of progress; each differs without its colour. */
const shapes: Readonly<Record<Exclude<Tone, 'track'>, ReactNode>> = {
  done: (
    <>
      <circle cx="7" cy="7" r="6.3" fill="currentColor" />
      <path
        d="m4.2 7.2 2 2 3.7-4.2"
        fill="none"
        stroke="var(--bg)"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  hazard: (
    <>
      <path
        d="M7 1.2 13.2 12.4H.8Z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeLinejoin="round"
      />
      <path d="M7 5.2v3.4M7 10.4v.2" stroke="var(--bg)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  critical: (
    <>
      <path d="M4.4.9h5.2l3.5 3.5v5.2l-3.5 3.5H4.4L.9 9.6V4.4Z" fill="currentColor" />
      <path d="M5 5l4 4M9 5 5 9" stroke="var(--bg)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  unknown: (
    <>
      <circle
        cx="7"
        cy="7"
        r="5.8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeDasharray="2.4 1.9"
      />
      <path
        d="M5.6 5.7a1.5 1.5 0 1 1 2 1.5c-.4.2-.6.4-.6.9M7 10v.1"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinecap="round"
      />
    </>
  ),
  closed: (
    <>
      <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="m3.2 10.8 7.6-7.6" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
}

function Ring({ progress }: { progress: number }) {
  return (
    <>
      <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
      {progress > 0 && <path d={wedge(progress)} fill="currentColor" />}
    </>
  )
}

/** The shape of a state; decoration beside its word. `progress` from 0 to 1 fills the ring of what is on track. */
export function ToneMark({
  tone,
  progress = 0,
  size = 14,
}: {
  tone: Tone
  progress?: number
  size?: number
}) {
  return (
    <svg
      className={`status-mark tone-${tone}`}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      aria-hidden="true"
    >
      {tone === 'track' ? <Ring progress={progress} /> : shapes[tone]}
    </svg>
  )
}

export function StatusMark({ status, size = 14 }: { status: Status; size?: number }) {
  return <ToneMark tone={toneOf(status)} progress={progressOf(status)} size={size} />
}

/** A status in shape, colour and our word. */
export function StatusWord({ status, size = 14 }: { status: Status; size?: number }) {
  return (
    <span className={`status tone-${toneOf(status)}`}>
      <StatusMark status={status} size={size} />
      {words.status[status] ?? status}
    </span>
  )
}
