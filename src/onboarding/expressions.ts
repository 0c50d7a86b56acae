import type { Field } from './flatten.ts'

/** Words that the expression language keeps for itself. */
const reserved = new Set('in true false null as break const continue else for function if import let loop package namespace return var void while it i rec src'.split(' '))

/**
 * How an expression reaches a field: from `it` where the field stands in the list the event or line is made for each of, else
 * from `rec`. Other lists give their first element, or with `all` the list of all. Null when the name cannot be written.
 */
export function expressionFor(field: Pick<Field, 'segments'>, base: string, all = false): string | null {
  const path = pathOf(field.segments)
  const inside = base !== '' && (path === base || path.startsWith(`${base}.`) || path.startsWith(`${base}[]`))
  const skip = inside ? segmentsIn(base) : 0
  let code = inside ? 'it' : 'rec'
  const rest = field.segments.slice(skip)
  for (const [index, segment] of rest.entries()) {
    if (segment === '[]') {
      const below = rest.slice(index + 1)
      if (!all) code += '[0]'
      else return below.includes('[]') ? null : mapped(code, below)
      continue
    }
    const step = stepOf(segment)
    if (step === null) return null
    code += step
  }
  return code
}

function mapped(list: string, below: readonly string[]): string | null {
  const steps = below.map(stepOf)
  return steps.includes(null) ? null : `${list}.map(one, one${steps.join('')})`
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

function segmentsIn(path: string): number {
  return path.replaceAll('[]', '.[]').split('.').length
}

/** The list a base stands for, as an expression: `rec.a.b` for `a.b[]`. Null when it cannot be written or lies in a list. */
export function listExpression(base: string): string | null {
  const inner = base.slice(0, -2)
  const segments = inner.split('.').flatMap((name) => {
    const plain = name.replaceAll('[]', '')
    return [plain, ...Array.from({ length: (name.length - plain.length) / 2 }, () => '[]')]
  })
  return expressionFor({ segments }, '')
}
