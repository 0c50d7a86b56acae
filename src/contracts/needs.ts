/** Which fields of its records a mapping cannot do without: those that identifiers, times and statuses are read from. */
import { escaped } from './profile.ts'

/** A path (`profile.ts`) and what it is needed for. */
export type Need = { readonly path: string; readonly use: 'identifier' | 'time' | 'status' }

type Names = ReadonlyMap<string, string>

const expansionsMax = 20
const needsMax = 200

/**
 * Reads the definition, as parsed from `source.yaml`. Only paths written out count (`rec.a.b`, through `let` and `each` too);
 * what a function computes from other things is not seen.
 */
export function needsOf(definition: unknown): Need[] {
  const top = mapOf(definition)
  const lets = new Map(
    Object.entries(mapOf(top['let'])).map(([name, text]) => [name, String(text)]),
  )
  const found = new Map<string, Need>()
  const need = (expression: unknown, use: Need['use'], names: Names): void => {
    if (typeof expression !== 'string' || found.size >= needsMax) return
    for (const path of pathsIn(expanded(expression, names)))
      if (!found.has(path)) found.set(path, { path, use })
  }
  const identifiers = (list: unknown, names: Names): void => {
    for (const one of listOf(list)) need(mapOf(one)['value'], 'identifier', names)
  }
  identifiers(top['identifiers'], lets)
  need(mapOf(top['time'])['value'], 'time', lets)
  for (const one of listOf(top['events'])) {
    const rule = mapOf(one)
    const each = rule['each']
    const names = typeof each === 'string' ? new Map([...lets, ['it', `${each}[0]`]]) : lets
    need(rule['term'], 'status', names)
    need(mapOf(rule['time'])['value'], 'time', names)
    identifiers(rule['identifiers'], names)
    identifiers(rule['also'], names)
  }
  return [...found.values()]
}

function expanded(expression: string, names: Names): string {
  let text = expression
  for (let round = 0; round < expansionsMax; round++) {
    const next = text.replaceAll(
      /(?<![\w.'"])([A-Za-z_]\w*)(?!\w|\()/g,
      (word) => names.get(word) ?? word,
    )
    if (next === text || next.length > 4_000) return text
    text = next
  }
  return text
}

function pathsIn(text: string): string[] {
  const matches = text.matchAll(
    /\brec((?:\.[A-Za-z_]\w*(?!\w|\()|\[\d+\]|\['[^']+'\]|\["[^"]+"\])+)/g,
  )
  return [...matches].map(([, steps = '']) =>
    [...steps.matchAll(/\.(\w+)|\[(\d+)\]|\[['"]([^'"]+)['"]\]/g)]
      .map(([, name, index, quoted]) =>
        index === undefined ? `/${escaped(name ?? quoted!)}` : '/[]',
      )
      .join(''),
  )
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
