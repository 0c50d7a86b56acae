import type { FeedRow, LiveChange } from '#ui/data/contract.ts'
import type { OrderFilter } from '#ui/data/queries.ts'

/**
 * What the live connection added to the pages that were read.
 * `shown` changes are part of the list, `waiting` ones arrived while it was paused,
 * `flashes` counts how often a row changed before the reader's eyes.
 */
export type Feed = {
  readonly shown: ReadonlyMap<string, FeedRow>
  readonly waiting: ReadonlyMap<string, FeedRow>
  readonly flashes: ReadonlyMap<string, number>
}

export const emptyFeed: Feed = { shown: new Map(), waiting: new Map(), flashes: new Map() }

/** Rows kept of the live connection; the list itself pages on. */
export const liveRowsMax = 10_000

const rowOf = (change: LiveChange): FeedRow => ({
  id: change.id,
  label: change.label,
  status: change.status,
  companies: change.companies,
  regions: change.regions,
  updatedAt: change.at,
  milestone: change.milestone,
  ...(change.classifier === undefined ? {} : { classifier: change.classifier }),
  source: change.source,
})

/** Adds changes to the newest state of each order; an older change never overwrites a newer one. */
function addNewest(into: Map<string, FeedRow>, rows: Iterable<FeedRow>) {
  for (const row of rows) {
    const known = into.get(row.id)
    if (known !== undefined && Date.parse(known.updatedAt) > Date.parse(row.updatedAt)) continue
    into.delete(row.id)
    into.set(row.id, row)
  }
  for (const id of into.keys()) {
    if (into.size <= liveRowsMax) break
    into.delete(id)
  }
}

/** Takes a batch of changes. While paused nothing that is shown is touched: the changes wait. */
export function receive(feed: Feed, changes: readonly LiveChange[], paused: boolean): Feed {
  const rows = changes.map(rowOf)
  if (paused) {
    const waiting = new Map(feed.waiting)
    addNewest(waiting, rows)
    return { ...feed, waiting }
  }
  return show(feed, [...feed.waiting.values(), ...rows])
}

function show(feed: Feed, rows: readonly FeedRow[]): Feed {
  const shown = new Map(feed.shown)
  const flashes = new Map(feed.flashes)
  addNewest(shown, rows)
  for (const { id } of rows) flashes.set(id, (flashes.get(id) ?? 0) + 1)
  return { shown, flashes, waiting: new Map() }
}

/** Shows what waited. */
export function release(feed: Feed): Feed {
  return feed.waiting.size === 0 ? feed : show(feed, [...feed.waiting.values()])
}

export function matches(row: FeedRow, filter: OrderFilter): boolean {
  if (filter.status !== undefined && row.status !== filter.status) return false
  if (filter.company !== undefined && !row.companies.includes(filter.company)) return false
  return filter.region === undefined || row.regions.includes(filter.region)
}

const newestFirst = (a: FeedRow, b: FeedRow) =>
  Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || (a.id < b.id ? -1 : 1)

/**
 * The list: pages as read, with live rows in their newest state, each order once, newest change first.
 * Orders that moved out of the filter leave it.
 */
export function rowsOf(
  pages: readonly FeedRow[],
  feed: Feed,
  filter: OrderFilter,
): readonly FeedRow[] {
  const rows = new Map<string, FeedRow>()
  for (const row of pages) {
    const known = rows.get(row.id)
    if (known === undefined || Date.parse(row.updatedAt) > Date.parse(known.updatedAt))
      rows.set(row.id, row)
  }
  addNewest(rows, feed.shown.values())
  return [...rows.values()].filter((row) => matches(row, filter)).toSorted(newestFirst)
}
