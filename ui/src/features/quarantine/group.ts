import type { QuarantineItem } from '#ui/data/contract.ts'

/** Records of one source that failed for one reason: usually one cause and one fix. */
export type QuarantineGroup = {
  readonly key: string
  readonly source: string
  readonly code: string
  readonly items: readonly QuarantineItem[]
  readonly first: string
  readonly last: string
}

/** Groups by source and code, the largest first. */
export function groupItems(items: readonly QuarantineItem[]): readonly QuarantineGroup[] {
  return [...Map.groupBy(items, ({ source, code }) => `${source} ${code}`)]
    .map(([key, own]) => {
      const times = own.map(({ receivedAt }) => receivedAt).toSorted()
      return {
        key,
        source: own[0]?.source ?? '',
        code: own[0]?.code ?? '',
        items: own,
        first: times[0] ?? '',
        last: times.at(-1) ?? '',
      }
    })
    .toSorted((a, b) => b.items.length - a.items.length || (a.key < b.key ? -1 : 1))
}
