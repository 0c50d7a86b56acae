/** Counters of this process, for `/metrics`. */
export type Meters = {
  /** One request that was answered; `route` is the pattern, never the address. */
  readonly answered: (method: string, route: string, status: number, seconds: number) => void
  readonly began: () => void
  readonly inFlight: number
  readonly requests: () => Iterable<{ labels: string; count: number; seconds: number }>
}

export function createMeters(): Meters {
  const rows = new Map<string, { count: number; seconds: number }>()
  let inFlight = 0
  return {
    began() {
      inFlight++
    },
    answered(method, route, status, seconds) {
      inFlight--
      const labels = `method="${method}",route="${route}",status="${status}"`
      const row = rows.get(labels)
      if (row === undefined) rows.set(labels, { count: 1, seconds })
      else {
        row.count++
        row.seconds += seconds
      }
    },
    get inFlight() {
      return inFlight
    },
    *requests() {
      for (const [labels, { count, seconds }] of rows) yield { labels, count, seconds }
    },
  }
}
