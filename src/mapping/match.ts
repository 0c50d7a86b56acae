/** A place where what came out is not what was expected. */
export type Difference = { readonly path: string; readonly expected: string; readonly got: string }

const shownMax = 200

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > shownMax ? `${text.slice(0, shownMax - 3)}...` : text
}

/** Instants are milliseconds in events; people may write them as ISO 8601. */
function isInstant(path: string, expected: unknown, got: unknown): boolean {
  if (typeof expected !== 'string' || !/\.(?:time(?:\.at)?|told)$/.test(path)) return false
  const at = typeof got === 'object' && got !== null ? (got as { at?: unknown }).at : got
  return typeof at === 'number' && Date.parse(expected) === at
}

/**
 * Subset match: every key that is expected must be there with that value; lists must have the same length. All
 * differences are given, with paths such as `[0].time.at`.
 */
export function differences(expected: unknown, got: unknown, path = ''): Difference[] {
  if (Object.is(expected, got) || isInstant(path, expected, got)) return []
  if (Array.isArray(expected) && Array.isArray(got)) return listDifferences(expected, got, path)
  const both = [expected, got].every(
    (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
  )
  if (!both) return [{ path, expected: shown(expected), got: shown(got) }]
  return Object.entries(expected as object).flatMap(([key, value]) =>
    differences(value, (got as Record<string, unknown>)[key], `${path}.${key}`),
  )
}

function listDifferences(
  expected: readonly unknown[],
  got: readonly unknown[],
  path: string,
): Difference[] {
  const found: Difference[] = []
  for (let i = 0; i < Math.max(expected.length, got.length); i += 1) {
    const at = `${path}[${i}]`
    if (i >= expected.length) found.push({ path: at, expected: 'nothing', got: shown(got[i]) })
    else found.push(...differences(expected[i], got[i], at))
  }
  return found
}
