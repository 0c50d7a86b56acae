import type { OrderView } from '#model/view.ts'
import type { Tone } from '#ui/design/status.ts'

export type OrderPromise = OrderView['promises'][number]
export type Kind = OrderPromise['kind']
export const kinds = ['requested', 'promised', 'estimated', 'actual'] as const

/**
 * One kind of date: the one that counts now, the earlier ones of its source that it replaced (newest first), and what
 * other sources say instead.
 */
export type DateLine = {
  readonly kind: Kind
  readonly current: OrderPromise | undefined
  readonly before: readonly OrderPromise[]
  readonly others: readonly OrderPromise[]
}

const told = (promise: OrderPromise) => Date.parse(promise.evidence.at)
const distinct = (promises: readonly OrderPromise[]) => [
  ...new Map(promises.map((promise) => [promise.at, promise])).values(),
]

/**
 * The dates of the order by kind. Of every source its newest word counts; dates of the order itself come before those
 * of its parts. Of the order's own the one told last is shown, as the sentence on top has it; of the parts' the latest,
 * since the order is done when its last part is. Events of `days` tell a day without a time, and are shown as one.
 */
export function dateLines(
  promises: readonly OrderPromise[],
  days: ReadonlySet<string>,
): readonly DateLine[] {
  const read = promises.map((promise) =>
    days.has(promise.evidence.event) ? { ...promise, at: promise.at.slice(0, 10) } : promise,
  )
  return kinds.map((kind) => {
    const own = read
      .filter((promise) => promise.kind === kind)
      .toSorted((a, b) => told(b) - told(a))
    const whole = own.filter(({ part }) => part === '')
    const counting = [
      ...Map.groupBy(
        whole.length > 0 ? whole : own,
        ({ part, evidence }) => `${evidence.source} ${part}`,
      ).values(),
    ].flatMap(([newest]) => (newest === undefined ? [] : [newest]))
    const later = (a: OrderPromise, b: OrderPromise) => Date.parse(b.at) - Date.parse(a.at)
    const current = counting.toSorted((a, b) =>
      whole.length > 0 ? told(b) - told(a) || later(a, b) : later(a, b),
    )[0]
    const elsewhere = (promise: OrderPromise) => promise.at !== current?.at
    const before = own.filter(
      (promise) =>
        elsewhere(promise) &&
        promise.part === current?.part &&
        promise.evidence.source === current.evidence.source,
    )
    const others = whole.length > 0 ? counting.filter(elsewhere) : []
    return { kind, current, before: distinct(before), others: distinct(others) }
  })
}

/** The end of a day, or the moment itself. */
const endOf = (at: string) => Date.parse(at) + (at.length <= 10 ? 86_400_000 - 1 : 0)

/** How a date stands against the promise: `ms` after it (negative before), and what that means. A promise of a day is kept until that day ends. */
export function against(
  promised: string,
  at: string,
): { readonly ms: number; readonly tone: Tone } {
  const ms = endOf(at) - endOf(promised)
  return { ms, tone: ms > 0 ? 'hazard' : 'track' }
}
