/** Where a poll stands: kept as the mark of its position, in the transaction of the page it came with. */

/**
 * `cursor`: where the next round begins. `next` and `pending`: the address of the next page of the round in progress, and
 * the cursor its pages have led to so far; it counts only when the round is done, because pages need not come in order.
 * `etag`, `modified` and `sha`: of the last answer at `url`, so that an unchanged one is not taken again.
 */
export type Place = {
  readonly cursor: string | null
  readonly next: string | null
  readonly pending: string | null
  readonly url: string
  readonly etag: string | null
  readonly modified: string | null
  readonly sha: string
}

export const nowhere: Place = {
  cursor: null,
  next: null,
  pending: null,
  url: '',
  etag: null,
  modified: null,
  sha: '',
}

export function placeOf(mark: string): Place {
  return { ...nowhere, ...(JSON.parse(mark) as Partial<Place>) }
}

export function markOf(place: Place): string {
  return JSON.stringify(place)
}

/**
 * A cursor that is a time, earlier by some seconds and written as it was: epoch seconds or ms, or ISO-like text (without a
 * zone it stays without one). Anything else comes back as it is.
 */
export function earlier(cursor: string | null, seconds: number): string | null {
  if (cursor === null || seconds === 0) return cursor
  if (/^\d{9,10}$/.test(cursor)) return String(Number(cursor) - seconds)
  if (/^\d{12,13}$/.test(cursor)) return String(Number(cursor) - seconds * 1000)
  const parts = /^(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(cursor)
  if (parts === null) return cursor
  const [, date, between = 'T', time, , zone = ''] = parts
  const shifted = new Date(Date.parse(`${date}T${time}Z`) - seconds * 1000).toISOString()
  return `${shifted.slice(0, 10)}${between}${shifted.slice(11, 19)}${zone}`
}
