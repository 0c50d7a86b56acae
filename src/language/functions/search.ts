import { limits } from '#model/limits.ts'
import { ownField } from '../access.ts'
import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { fail, kindOf } from '../problem.ts'

/** Maps and lists looked at in one search, and what it may find: more is refused, because a part would pass for the whole. */
const nodesMax = 100_000
const foundMax = 10_000
const depthMax = 2 * limits.nestingDepthMax
const listsMax = 1_000

/** A name is a path of keys, each as it compares: without case and signs. */
type Name = readonly string[]

const lists = new Map<string, readonly Name[]>()

function namesOf(text: unknown): readonly Name[] {
  if (typeof text !== 'string')
    return fail(`${kindOf(text)} is no list of names`, "names such as 'status, state.code'")
  const known = lists.get(text)
  if (known !== undefined) return known
  const names = text.split(',').map((name) => name.split('.').map(bare))
  if (lists.size >= listsMax) lists.clear()
  lists.set(text, names)
  return names
}

const bared = new Map<string, string>()

function bare(key: string): string {
  const known = bared.get(key)
  if (known !== undefined) return known
  const made = key.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (bared.size >= 10 * listsMax) bared.clear()
  bared.set(key, made)
  return made
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The plain value of a key: a text with attributes is its text, a list of one its element; null when there is none. */
function scalar(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? scalar(value[0]) : null
  if (isMap(value)) return scalar(ownField(value, '#text') ?? null)
  return value === undefined || value === '' ? null : value
}

/** Keys by how they compare, the first of its kind; made once for every map, because it is asked for many names. */
const indexes = new WeakMap<object, ReadonlyMap<string, string>>()

function below(map: Record<string, unknown>, key: string): unknown {
  let index = indexes.get(map)
  if (index === undefined) {
    const made = new Map<string, string>()
    for (const own of Object.keys(map)) if (!made.has(bare(own))) made.set(bare(own), own)
    indexes.set(map, made)
    index = made
  }
  const own = index.get(key)
  return own === undefined ? undefined : map[own]
}

function follow(map: unknown, name: Name): unknown {
  let value: unknown = map
  for (const key of name) {
    if (Array.isArray(value)) value = value[0] as unknown
    if (!isMap(value)) return null
    value = below(value, key)
  }
  return scalar(value)
}

function field(map: unknown, names: unknown): unknown {
  if (!isMap(map)) return null
  for (const name of namesOf(names)) {
    const found = follow(map, name)
    if (found !== null) return found
  }
  return null
}

function tooLarge(what: string): never {
  return fail(`the value to search ${what}`, 'smaller records: the format can split a document')
}

function enough(count: number): void {
  if (count > foundMax) tooLarge(`holds more than ${foundMax} of what is searched`)
}

/** Visits every map below a value in the order of the document, with the maps around it, nearest first. */
function visit(
  root: unknown,
  seen: (map: Record<string, unknown>, above: readonly unknown[]) => void,
): void {
  let left = nodesMax
  const into = (value: unknown, above: readonly unknown[], depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > depthMax) return
    if (--left < 0) tooLarge(`has more than ${nodesMax} maps and lists`)
    if (Array.isArray(value)) {
      for (const one of value) into(one, above, depth + 1)
      return
    }
    const map = value as Record<string, unknown>
    seen(map, above)
    const around = [map, ...above]
    for (const key of Object.keys(map)) into(map[key], around, depth + 1)
  }
  into(root, [], 0)
}

function deep(root: unknown, names: unknown): unknown {
  const all = namesOf(names)
  const found = new Set<unknown>()
  visit(root, (map) => {
    for (const name of all) {
      const value = follow(map, name)
      if (value !== null) found.add(value)
    }
    enough(found.size)
  })
  return [...found]
}

function rows(root: unknown, some: unknown, others: unknown): unknown {
  const found: unknown[] = []
  visit(root, (map, above) => {
    if (field(map, some) !== null && field(map, others) !== null) found.push({ row: map, above })
    enough(found.length)
  })
  return found
}

function walk(root: unknown, path: unknown): unknown {
  if (typeof path !== 'string') return fail(`walk found ${kindOf(path)}`, "a path: 'orders.lines'")
  const keys = path.split('.')
  const found: unknown[] = []
  let left = nodesMax
  const into = (value: unknown, at: number, above: readonly unknown[], depth: number): void => {
    if (value === null || value === undefined || depth > depthMax) return
    if (--left < 0) tooLarge(`has more than ${nodesMax} maps and lists`)
    if (Array.isArray(value)) {
      for (const one of value) into(one, at, above, depth + 1)
    } else if (at === keys.length) {
      if (value !== '') found.push({ row: value, above })
      enough(found.length)
    } else if (isMap(value)) {
      into(ownField(value, keys[at]!), at + 1, [value, ...above], depth + 1)
    }
  }
  into(root, 0, [], 0)
  return found
}

function near(above: unknown, names: unknown): unknown {
  if (!Array.isArray(above)) return null
  for (const map of above) {
    const found = field(map, names)
    if (found !== null) return found
  }
  return null
}

export const searchFunctions: FunctionGroup = {
  title: 'Trees that nobody has described',
  functions: [
    define(
      'field(map, names)',
      'The first plain value under one of the names, which are separated by commas and may be paths. Keys compare without case and signs.',
      [
        ["field({'Event-Date': 5}, 'date, eventDate')", 5],
        ["field({'status': {'code': 'X'}}, 'status, status.code')", 'X'],
        ["field({'a': ''}, 'a')", null],
      ],
      field,
    ),
    define(
      'deep(value, names)',
      'All plain values under one of the names, anywhere, each once.',
      [["deep({'a': [{'no': 1}, {'b': {'NO': 2}}]}, 'no')", [1, 2]]],
      deep,
    ),
    define(
      'rows(value, names, names)',
      'All maps anywhere that have a value under one of the first names and one of the second: `row`, and the maps around it, nearest first, as `above`.',
      [
        [
          "rows({'no': 1, 'scans': [{'date': 'd', 'status': 's'}, {'date': 'e'}]}, 'date', 'status').map(x, x.row.status)",
          ['s'],
        ],
      ],
      rows,
    ),
    define(
      'walk(value, path)',
      'All values at a path, through the lists on the way: `row`, and the maps around it, nearest first, as `above`.',
      [
        [
          "walk({'parcels': [{'no': 1, 'scans': ['a', 'b']}]}, 'parcels.scans').map(x, text(x.above[0].no) + x.row)",
          ['1a', '1b'],
        ],
      ],
      walk,
    ),
    define(
      'near(above, names)',
      'The field of the nearest of the maps that has it.',
      [["near([{'x': 1}, {'no': 2}], 'no')", 2]],
      near,
    ),
  ],
}
