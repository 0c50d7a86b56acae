import type { OrderView } from '#model/view.ts'
import type { Tone } from '#ui/design/status.ts'

export type OrderPromise = OrderView['promises'][number]
export type Kind = OrderPromise['kind']
export const kinds = ['requested', 'promised', 'estimated', 'actual'] as const

/** One kind of date: the one that counts now and the earlier ones it replaced, newest first. */
export type DateLine = {
  readonly kind: Kind
  readonly current: OrderPromise | undefined
  readonly before: readonly OrderPromise[]
}

const told = (promise: OrderPromise) => Date.parse(promise.evidence.at)

/**
 * The dates of the order by kind. The order's own date counts before those of its parts, the newest before older ones;
 * among parts the latest date counts, since the order is done when its last part is.
 */
export function dateLines(promises: readonly OrderPromise[]): readonly DateLine[] {
  return kinds.map((kind) => {
    const own = promises.filter((promise) => promise.kind === kind)
    const whole = own
      .filter(({ part }) => part === '' || part === 'order')
      .toSorted((a, b) => told(b) - told(a))
    const current = whole[0] ?? own.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]
    const before = own.filter(
      (promise) =>
        promise !== current && promise.part === current?.part && promise.at !== current.at,
    )
    return { kind, current, before: before.toSorted((a, b) => told(b) - told(a)) }
  })
}

/** How a date stands against the promise: `ms` after it (negative before), and what that means. */
export function against(
  promised: string,
  at: string,
): { readonly ms: number; readonly tone: Tone } {
  // A promise of a day is kept until that day ends.
  const due = promised.length <= 10 ? Date.parse(promised) + 86_400_000 - 1 : Date.parse(promised)
  const ms = Date.parse(at) - due
  return { ms, tone: ms > 0 ? 'hazard' : 'track' }
}
