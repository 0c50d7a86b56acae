import type { TimelineRow } from '#model/view.ts'

/** Every moment at which the hub learned something about the order, oldest first, each once (ISO 8601). */
export function changesOf(rows: readonly TimelineRow[]): readonly string[] {
  const byTime = new Map(rows.map(({ recordedAt }) => [Date.parse(recordedAt), recordedAt]))
  return [...byTime.entries()].toSorted(([a], [b]) => a - b).map(([, at]) => at)
}

/** Where a moment stands among the changes: the index of the last change it knows, -1 before the first; all of them without `asOf`. */
export function positionOf(changes: readonly string[], asOf: string | undefined): number {
  if (asOf === undefined) return changes.length
  const at = Date.parse(asOf)
  return changes.findLastIndex((change) => Date.parse(change) <= at)
}

/** The `asOf` of a slider position; beyond the last change it is now, so undefined. */
export function asOfAt(changes: readonly string[], position: number): string | undefined {
  return changes[Math.max(0, position)]
}
