import type { Field } from './flatten.ts'

/** Words that the expression language keeps for itself. */
const reserved = new Set(
  'in true false null as break const continue else for function if import let loop package namespace return var void while it i rec src'.split(
    ' ',
  ),
)

/**
 * How an expression reaches a field. `base` is the list an event or line is made for each of: its own fields are reached from
 * `it`, where it lies in another list with `it.row` and what is above; all others from `rec`. Lists give their first element, or
 * with `all` everything in them. Null when the name cannot be written.
 */
export function expressionFor(
  field: Pick<Field, 'segments'>,
  base: string,
  all = false,
): string | null {
  const path = pathOf(field.segments)
  if (base !== '' && isWalked(base)) return walkedExpression(field.segments, path, base)
  const inside = base !== '' && path.startsWith(base)
  const rest = inside ? field.segments.slice(segmentsOf(base).length) : field.segments
  if (all && rest.includes('[]')) return everywhere(rest)
  return inside ? chained('it', rest) : chained('rec', rest)
}

function chained(start: string, segments: readonly string[]): string | null {
  let code = start
  for (const segment of segments) {
    const step = segment === '[]' ? '[0]' : stepOf(segment)
    if (step === null) return null
    code += step
  }
  return code
}

function everywhere(segments: readonly string[]): string | null {
  const names = segments.filter((segment) => segment !== '[]')
  return names.every(isWalkable) ? `walk(rec, '${names.join('.')}').map(one, one.row)` : null
}

/** Lists within lists are walked. */
function isWalked(base: string): boolean {
  return base.indexOf('[]') < base.length - 2
}

function isWalkable(name: string): boolean {
  return /^[\w@-]+$/.test(name)
}

function walkedExpression(segments: readonly string[], path: string, base: string): string | null {
  const home = segmentsOf(base)
  if (path.startsWith(base)) return chained('it.row', segments.slice(home.length))
  let shared = 0
  while (shared < home.length && home[shared] === segments[shared]) shared++
  const lists = home.slice(0, shared).includes('[]')
  if (!lists) return chained('rec', segments)
  const names = home.filter((one) => one !== '[]').length
  const common = home.slice(0, shared).filter((one) => one !== '[]').length
  return chained(`it.above[${names - 1 - common}]`, segments.slice(shared))
}

function stepOf(name: string): string | null {
  if (/^[A-Za-z_]\w*$/.test(name) && !reserved.has(name)) return `.${name}`
  if (/[\\\n\r\t]/.test(name)) return null
  if (!name.includes("'")) return `['${name}']`
  return name.includes('"') ? null : `["${name}"]`
}

function pathOf(segments: readonly string[]): string {
  let path = ''
  for (const one of segments) path += one === '[]' ? '[]' : path === '' ? one : `.${one}`
  return path
}

function segmentsOf(path: string): string[] {
  return path
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((one) => one !== '')
}

/** The list a base stands for: `rec.a.b` for `a.b[]`, a walk for lists in lists. Null when it cannot be written. */
export function listExpression(base: string): string | null {
  const segments = segmentsOf(base)
  const names = segments.filter((one) => one !== '[]')
  if (!isWalked(base)) return chained('rec', segments.slice(0, -1))
  return names.every(isWalkable) ? `walk(rec, '${names.join('.')}')` : null
}
