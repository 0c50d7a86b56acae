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
  readonly source: string
}

export type Committed = { readonly seq: number; readonly changes: readonly Change[] }
