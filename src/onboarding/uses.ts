import { parse } from 'yaml'
import type { Role } from './roles.ts'

/** What a definition does with fields: one entry for each place an expression stands, with all paths in it. */
export type Use = { readonly role: Role; readonly paths: readonly string[] }

/** Paths a name stands for; `walked`: it is a list that `walk` gave, of `row` and what is `above`. */
type Meant = { readonly paths: readonly string[]; readonly walked: boolean }
type Names = ReadonlyMap<string, Meant>
type Loose = Readonly<Record<string, unknown>>

/**
 * The uses of fields in a `source.yaml`, with names of `let` and `it` put in: paths as `flatten` writes them. Roles: `id:<type>`,
 * `fact:<name>`, `line:<name>`, `line-key`, `term`, `words`, `reason`, `sequence`, `place:<part>`, `time` of what happened and
 * `date:<milestone>:<classifier>` of what is planned, estimated or requested. Text that is no YAML gives none.
 */
export function usesOf(definition: string): Use[] {
  const root = rooted(definition)
  const lets = letsOf(root)
  const uses: Use[] = []
  const add = (role: Role, value: unknown, base: Meant | null): void => {
    const paths = pathsIn(value, lets, base)
    if (paths.length > 0) uses.push({ role, paths })
  }
  const identifiers = (value: unknown, base: Meant | null): void => {
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
    for (const [name, value] of Object.entries(object(event['place'])))
      add(`place:${name}`, value, base)
    for (const [name, value] of Object.entries(object(event['facts'])))
      add(`fact:${name}`, value, base)
    const lines = object(event['lines'])
    const each = lines['each'] === undefined ? null : elementsOf(lines['each'], lets, base)
    add('line-key', lines['key'], each)
    for (const [name, value] of Object.entries(object(lines['facts'])))
      add(`line:${name}`, value, each)
  }
  return unique(uses)
}

/** Every path that any expression of a definition reads: conditions and helpers too. */
export function pathsOf(definition: string): string[] {
  const root = rooted(definition)
  const lets = letsOf(root)
  const found = new Set<string>()
  const visit = (value: unknown, base: Meant | null): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, base)
    else if (typeof value === 'object' && value !== null) {
      const each = (value as Loose)['each']
      const own = each === undefined ? base : elementsOf(each, lets, base)
      if (each !== undefined) for (const path of pathsIn(each, lets, base)) found.add(path)
      for (const one of Object.values(value)) visit(one, own)
    } else for (const path of pathsIn(value, lets, base)) found.add(path)
  }
  for (const { paths } of lets.values()) for (const path of paths) found.add(path)
  for (const key of ['let', 'time', 'told', 'identifiers', 'ignore', 'refuse', 'events'])
    visit(root[key], null)
  return [...found].filter((path) => path !== '')
}

function letsOf(root: Loose): Map<string, Meant> {
  const lets = new Map<string, Meant>()
  for (const [name, value] of Object.entries(object(root['let']))) {
    const walked = walksIn(value, lets)
    lets.set(name, walked ?? { paths: pathsIn(value, lets, null), walked: false })
  }
  return lets
}

/** What is planned, estimated or requested is not what happened; all that happened is one role, whichever the milestone. */
function timeRole(event: Loose): Role {
  const classifier = text(event['classifier']) || 'ACT'
  return classifier === 'ACT' || event['milestone'] === undefined
    ? 'time'
    : `date:${text(event['milestone'])}:${classifier}`
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
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : {}
}

function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(object) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const chain =
  /\b([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*(?!\w*\()|\[\d+\]|\[(['"])(?:(?!\3)[^\\\n])+\3\])*)(?!\w*\()/g

/** Paths an expression reads, through names of `let`, and `it` as an element of `base`. */
function pathsIn(expression: unknown, lets: Names, base: Meant | null): string[] {
  if (typeof expression !== 'string' && typeof expression !== 'number') return []
  const code = String(expression)
  const found = new Set<string>()
  if (/\bwalk\(/.test(code)) for (const path of walksIn(code, lets)?.paths ?? []) found.add(path)
  for (const [, names = ''] of code.matchAll(/\bnear\(\s*it\.above\s*,\s*'([^']+)'\s*\)/g))
    for (const path of nearPaths(base, names.split(','))) found.add(path)
  for (const [, head = '', tail = ''] of withoutTexts(code).matchAll(chain)) {
    const meant = head === 'rec' ? whole : head === 'it' ? base : (lets.get(head) ?? null)
    for (const start of meant?.paths ?? []) {
      const path = meant!.walked
        ? walkedPath(start, head === 'it' ? tail : tail.replace(/^\[\d+\]/, ''))
        : joined(start, tail)
      if (path !== '') found.add(path)
    }
  }
  return [...found]
}

const whole: Meant = { paths: [''], walked: false }

/** The lists an expression walks to, when it does nothing else; null otherwise. */
function walksIn(expression: unknown, lets: Names): Meant | null {
  if (typeof expression !== 'string') return null
  const walks = [
    ...expression.matchAll(/\bwalk\(\s*(\w+)((?:\.\w+|\[\d+\])*)\s*,\s*'([^']+)'\s*\)/g),
  ]
  const paths = walks.flatMap(([, head = '', tail = '', path = '']) => {
    const starts = head === 'rec' ? [''] : (lets.get(head)?.paths ?? [])
    return starts.map((start) => [joined(start, tail), path].filter((one) => one !== '').join('.'))
  })
  const named = /^\w+$/.test(expression.trim()) ? lets.get(expression.trim()) : undefined
  if (named?.walked === true) return named
  return paths.length === 0 ? null : { paths, walked: true }
}

/** `.row.x` in an element of a walk, and `.above[1].x`: x of the map so many steps up. */
function walkedPath(start: string, tail: string): string {
  if (tail.startsWith('.row')) return joined(start, tail.slice(4))
  const above = /^\.above\[(\d+)\]/.exec(tail)
  if (above === null) return ''
  const up = start
    .split('.')
    .slice(0, -1 - Number(above[1]))
    .join('.')
  const rest = tail.slice(above[0].length)
  return rest === '' ? '' : joined(up, rest)
}

/** Names that are looked for in each map above. */
function nearPaths(base: Meant | null, names: readonly string[]): string[] {
  return (base?.paths ?? []).flatMap((start) => {
    const steps = start.split('.')
    return steps.flatMap((_, up) =>
      names.map((name) => [...steps.slice(0, steps.length - 1 - up), name.trim()].join('.')),
    )
  })
}

/** Texts in quotes are no names, those in brackets are. */
function withoutTexts(code: string): string {
  return code.replaceAll(
    /(\[)?(['"])((?:(?!\2).)*)\2(\])?/g,
    (whole, open?: string, _quote?: string, _text?: string, close?: string) =>
      open !== undefined && close !== undefined ? whole : `${open ?? ''}0${close ?? ''}`,
  )
}

function joined(start: string, tail: string): string {
  let path = start
  for (const [, name, index, , quoted] of tail.matchAll(
    /\.([A-Za-z_]\w*)|\[(\d+)\]|\[(['"])((?:(?!\3).)+)\3\]/g,
  )) {
    if (index !== undefined) path += '[]'
    else path += (path === '' ? '' : '.') + (name ?? quoted ?? '')
  }
  return path
}

/** Paths of the elements of a list an expression gives. */
function elementsOf(expression: unknown, lets: Names, base: Meant | null = null): Meant {
  const code = typeof expression === 'string' ? expression.trim() : ''
  if (code === '[rec]') return whole
  if (code === '[it]') return base ?? whole
  const walked = walksIn(expression, lets)
  if (walked !== null) return walked
  const paths = pathsIn(expression, lets, base).map((path) =>
    path.endsWith('[]') ? path : `${path}[]`,
  )
  return { paths, walked: false }
}

/** A path without the marks of lists: what two readings of the same place share. */
export function barePath(path: string): string {
  return path.replaceAll('[]', '')
}
