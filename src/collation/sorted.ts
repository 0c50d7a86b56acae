/** Lists kept sorted by a key: the canonical form of every part of an order's state. */

/** The place of the first entry that is not less than the one sought; `compare(entry)` is negative while entries are less. */
export function lowerBound<T>(list: readonly T[], compare: (entry: T) => number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(list[middle] as T) < 0) low = middle + 1
    else high = middle
  }
  return low
}

export function insertAt<T>(list: T[], index: number, entry: T): void {
  if (index === list.length) list.push(entry)
  else list.splice(index, 0, entry)
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
