import { parse } from 'yaml'
import type { Role } from './roles.ts'

/** What a definition does with fields: one entry for each place an expression stands, with all paths in it. */
export type Use = { readonly role: Role; readonly paths: readonly string[] }

type Names = ReadonlyMap<string, readonly string[]>
type Loose = Readonly<Record<string, unknown>>

/**
 * The uses of fields in a `source.yaml`, with names of `let` and `it` put in: paths as `flatten` writes them. Roles: `id:<type>`,
 * `fact:<name>`, `line:<name>`, `line-key`, `term`, `words`, `reason`, `sequence`, `place:<part>`, `time` of what happened and
 * `date:<milestone>:<classifier>` of what is planned, estimated or requested. Text that is no YAML gives none.
 */
export function usesOf(definition: string): Use[] {
  const root = rooted(definition)
  const lets = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(object(root['let'])))
    lets.set(name, pathsIn(value, lets, null))
  const uses: Use[] = []
  const add = (role: Role, value: unknown, base: readonly string[] | null): void => {
    const paths = pathsIn(value, lets, base)
    if (paths.length > 0) uses.push({ role, paths })
  }
  const identifiers = (value: unknown, base: readonly string[] | null): void => {
    for (const one of list(value)) add(`id:${text(one['type'])}`, one['value'], base)
  }
  const events = list(root['events'])
  identifiers(root['identifiers'], null)
  for (const event of events) {
    const base = event['each'] === undefined ? null : elementsOf(event['each'], lets)
    identifiers(event['identifiers'], base)
    identifiers(event['also'], base)
    const time = object(event['time'] ?? root['time'])
    add(timeRole(event), time['value'], base)
    for (const key of ['term', 'words', 'reason', 'sequence'] as const) add(key, event[key], base)
    for (const [name, value] of Object.entries(object(event['place']))) add(`place:${name}`, value, base)
    for (const [name, value] of Object.entries(object(event['facts']))) add(`fact:${name}`, value, base)
    const lines = object(event['lines'])
    const each = lines['each'] === undefined ? null : elementsOf(lines['each'], lets, base)
    add('line-key', lines['key'], each)
    for (const [name, value] of Object.entries(object(lines['facts']))) add(`line:${name}`, value, each)
  }
  return unique(uses)
}

/** What is planned, estimated or requested is not what happened; all that happened is one role, whichever the milestone. */
function timeRole(event: Loose): Role {
  const classifier = text(event['classifier']) || 'ACT'
  return classifier === 'ACT' ? 'time' : `date:${text(event['milestone'])}:${classifier}`
}

function unique(uses: readonly Use[]): Use[] {
  const seen = new Map<string, Use>()
  for (const use of uses) seen.set(`${use.role} ${use.paths.join(' ')}`, use)
  return [...seen.values()]
}

function rooted(definition: string): Loose {
  try {
    return object(parse(definition))
  } catch {
    return {}
  }
}

function object(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}
}

function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(object) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const chain = /\b([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*(?!\w*\()|\[\d+\]|\[(['"])(?:(?!\3)[^\\\n])+\3\])*)(?!\w*\()/g

/** Paths an expression reads, through names of `let`, and `it` as an element of `base`. */
function pathsIn(expression: unknown, lets: Names, base: readonly string[] | null): string[] {
  if (typeof expression !== 'string' && typeof expression !== 'number') return []
  const code = String(expression)
  const found = new Set<string>()
  for (const [, head = '', tail = ''] of withoutTexts(code).matchAll(chain)) {
    const starts = head === 'rec' ? [''] : head === 'it' ? (base ?? []) : (lets.get(head) ?? [])
    for (const start of starts) {
      const path = joined(start, tail)
      if (path !== '') found.add(path)
    }
  }
  return [...found]
}

/** Texts in quotes are no names, those in brackets are. */
function withoutTexts(code: string): string {
  return code.replaceAll(/(\[)?(['"])((?:(?!\2).)*)\2(\])?/g, (whole, open?: string, _quote?: string, _text?: string, close?: string) =>
    open !== undefined && close !== undefined ? whole : `${open ?? ''}0${close ?? ''}`,
  )
}

function joined(start: string, tail: string): string {
  let path = start
  for (const [, name, index, , quoted] of tail.matchAll(/\.([A-Za-z_]\w*)|\[(\d+)\]|\[(['"])((?:(?!\3).)+)\3\]/g)) {
    if (index !== undefined) path += '[]'
    else path += (path === '' ? '' : '.') + (name ?? quoted ?? '')
  }
  return path
}

/** Paths of the elements of a list an expression gives. */
function elementsOf(expression: unknown, lets: Names, base: readonly string[] | null = null): string[] {
  const code = typeof expression === 'string' ? expression.trim() : ''
  if (code === '[rec]' || code === '[it]') return code === '[rec]' ? [''] : [...(base ?? [''])]
  return pathsIn(expression, lets, base).map((path) => (path.endsWith('[]') ? path : `${path}[]`))
}

/** A path without the marks of lists: what two readings of the same place share. */
export function barePath(path: string): string {
  return path.replaceAll('[]', '')
}
