/** What a batch changed, in the words followers read: the live feed, webhooks, views. */
import type { HubEvent } from '#model/event.ts'
import type { Status } from '#model/view.ts'

/** One order that changed, as told to followers. `whole`: every scope the order touches, so that a reader of few sees no more. */
export type Change = {
  /** The order's key in the database; never shown. */
  readonly key: number
  readonly id: string
  readonly label: string
  readonly status: Status
  readonly scopes: readonly number[]
  readonly companies: readonly string[]
  readonly regions: readonly string[]
  readonly at: string
  readonly milestone: HubEvent['milestone']
  /** Of a milestone that has not happened: planned, estimated, requested. */
  readonly classifier?: Exclude<HubEvent['classifier'], 'ACT'>
  readonly source: string
}

export type Committed = { readonly seq: number; readonly changes: readonly Change[] }

/** What of a change the outbox keeps: the key stands in a column, companies and regions follow from the scopes. */
export const keptOfChange = [
  'id',
  'label',
  'status',
  'scopes',
  'at',
  'milestone',
  'classifier',
  'source',
]

/** Changes as the outbox keeps them, made whole again. */
export function changesOf(
  row: { readonly changes: string; readonly order_keys: readonly (string | number)[] },
  scopes: ReadonlyMap<number, { readonly company: string; readonly region: string }>,
): Change[] {
  const kept = JSON.parse(row.changes) as Omit<Change, 'key' | 'companies' | 'regions'>[]
  return kept.map((change, i) => {
    const names = change.scopes.map((key) => scopes.get(key)).filter((name) => name !== undefined)
    return {
      ...change,
      key: Number(row.order_keys[i]),
      companies: [...new Set(names.map((name) => name.company))],
      regions: [...new Set(names.map((name) => name.region))],
    }
  })
}
