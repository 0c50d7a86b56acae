/** Edit distance with transpositions (optimal string alignment), for "did you mean". */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, before[j - 2]! + 1)
      }
      row.push(best)
    }
    before = above
    above = row
  }
  return above[b.length]!
}

/**
 * The known names closest to a mistyped one, best first, at most `max`; names that share nothing with it are left out.
 * Case does not count.
 */
export function nearest(name: string, known: Iterable<string>, max = 3): string[] {
  const wanted = name.toLowerCase().slice(0, 64)
  const reach = wanted.length <= 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  const scored: { candidate: string; score: number }[] = []
  for (const candidate of known) {
    const lower = candidate.toLowerCase()
    let score = distance(wanted, lower.slice(0, 64))
    if (wanted.length > 2 && (lower.includes(wanted) || wanted.includes(lower)))
      score = Math.min(score, 1)
    if (score <= reach) scored.push({ candidate, score })
  }
  scored.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
  return scored.slice(0, max).map((entry) => entry.candidate)
}

/** `did you mean a, b?` or '' when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = nearest(name, known)
  return names.length === 0 ? '' : `did you mean ${names.join(', ')}?`
}
