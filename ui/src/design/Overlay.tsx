import { useEffect, useRef, type ReactNode } from 'react'
import { Icon } from '#ui/design/Icon.tsx'

/** A native modal: the browser keeps the focus inside, gives it back at the end and closes on Escape. */
function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (dialog === null) return undefined
    dialog.showModal()
    const outside = (event: MouseEvent) => event.target === dialog && onClose()
    dialog.addEventListener('click', outside)
    return () => {
      dialog.removeEventListener('click', outside)
      dialog.close()
    }
  }, [onClose])
  return ref
}

type OverlayProps = {
  title: ReactNode
  label: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
}

function Overlay({
  kind,
  title,
  label,
  closeLabel,
  onClose,
  children,
}: OverlayProps & { kind: 'drawer' | 'dialog' }) {
  const ref = useModal(onClose)
  const cancel = (event: { preventDefault: () => void }) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog ref={ref} className={kind} aria-label={label} onCancel={cancel}>
      <div className="drawer-head">
        <h2 className="drawer-title">{title}</h2>
        <button
          type="button"
          className="button button-plain button-icon"
          onClick={onClose}
          aria-label={closeLabel}
          title={`${closeLabel} (Esc)`}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className={`${kind}-body`}>{children}</div>
    </dialog>
  )
}

/** Details beside the page, from the right edge. */
export function Drawer(props: OverlayProps) {
  return <Overlay kind="drawer" {...props} />
}

/** A question or a help text above the page. */
export function Dialog(props: OverlayProps) {
  return <Overlay kind="dialog" {...props} />
}
