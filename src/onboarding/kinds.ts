import { expressionFor } from './expressions.ts'
import { flatten } from './flatten.ts'

/** Records of one build. `guard`: an expression that holds for them and for no other kind, null where there is only one. */
export type Kind = { readonly trees: readonly unknown[]; readonly guard: string | null }

/** Of two records' places, how many must be common for one kind. */
const alikeMin = 0.22
const kindsMax = 10
const recordsMax = 2_000

/** Parts records that have next to nothing in common: an answer to one question, and to another. */
export function kindsOf(trees: readonly unknown[]): Kind[] {
  const groups: { trees: unknown[]; paths: Set<string> }[] = []
  const read = trees.slice(0, recordsMax).map((tree) => {
    return { tree, all: new Set(flatten([tree]).fields.map(({ path }) => path)) }
  })
  const envelope = sharedBy(read.map(({ all }) => all))
  for (const { tree, all } of read) {
    const own = [...all].filter((path) => !envelope.has(path))
    const paths = own.length < 2 ? all : new Set(own)
    const [best] = groups
      .map((group) => ({ group, alike: likeness(group.paths, paths) }))
      .toSorted((a, b) => b.alike - a.alike)
    if (best !== undefined && (best.alike >= alikeMin || groups.length >= kindsMax)) {
      best.group.trees.push(tree)
      for (const path of paths) best.group.paths.add(path)
    } else groups.push({ trees: [tree], paths })
  }
  if (groups.length === 1) return [{ trees, guard: null }]
  return groups.map((group) => ({
    trees: group.trees,
    guard: guardOf(
      group,
      groups.filter((other) => other !== group),
    ),
  }))
}

/** Places that nearly all records have: what wraps them says nothing of their kind, where it is the smaller part. */
function sharedBy(records: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const paths of records)
    for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1)
  const shared = [...counts]
    .filter(([, count]) => count >= records.length * 0.9)
    .map(([path]) => path)
  return new Set(shared.length < counts.size / 4 ? shared : [])
}

/** How much of the smaller set the other one has. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const one of b) if (a.has(one)) common++
  return common / Math.max(1, Math.min(a.size, b.size))
}

type Group = { readonly trees: readonly unknown[]; readonly paths: ReadonlySet<string> }

/** The shallowest place that all records of a kind have and no other kind has. */
function guardOf({ trees, paths }: Group, others: readonly Group[]): string | null {
  const steps = new Set([...paths].flatMap(prefixes))
  const elsewhere = new Set(others.flatMap((other) => [...other.paths].flatMap(prefixes)))
  const own = [...steps]
    .filter((path) => !elsewhere.has(path))
    .toSorted((a, b) => a.split('.').length - b.split('.').length || a.length - b.length)
  for (const path of own.slice(0, 50)) {
    const segments = path.split('.')
    if (!trees.every((tree) => has(tree, segments))) continue
    const code = expressionFor({ segments }, '')
    if (code !== null) return `has(${code})`
  }
  return null
}

/** Places outside of lists on the way to a field: `a.b.c` gives `a`, `a.b` and itself. */
function prefixes(path: string): string[] {
  const plain = path.split('[]')[0]!
  const names = plain.split('.')
  return names.map((_, index) => names.slice(0, index + 1).join('.'))
}

function has(tree: unknown, segments: readonly string[]): boolean {
  let value: unknown = tree
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    value = (value as Record<string, unknown>)[segment]
  }
  return value !== null && value !== undefined
}
