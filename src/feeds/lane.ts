/** Lanes of a source: its topics, partners and kinds of files, as the names of its receipts tell them apart. */

/** More lanes than this are no lanes but names that vary: the source is then judged as a whole only. */
export const lanesMax = 20
const charsMax = 100

/** `/drop/orders-20261122-0700.csv` and tomorrow's file are one lane; '' where a receipt has no name. */
export function laneOf(name: string | null): string {
  if (name === null) return ''
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  return last
    .replaceAll(/[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}|[0-9]+/g, '#')
    .replaceAll(/#(?:[-_.:T]#)+/g, '#')
    .slice(0, charsMax)
}
