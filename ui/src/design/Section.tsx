import { useId, type ReactNode } from 'react'

/** A titled part of a page. `note` is quiet text beside the title, `tools` stand at the right. */
export function Section({
  title,
  note,
  tools,
  children,
  className = '',
  anchor,
}: {
  title: string
  note?: ReactNode
  tools?: ReactNode
  children: ReactNode
  className?: string
  anchor?: string
}) {
  const id = useId()
  return (
    <section className={`section ${className}`} aria-labelledby={id} id={anchor}>
      <div className="section-head">
        <h2 className="section-title" id={id}>
          {title}
        </h2>
        {note !== undefined && <span className="section-note">{note}</span>}
        {tools !== undefined && <div className="section-tools">{tools}</div>}
      </div>
      {children}
    </section>
  )
}
