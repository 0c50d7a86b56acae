import type { Run } from './access.ts'
import { truth } from './operators.ts'
import type { ASTNode } from './parse.ts'
import { fail, kindOf } from './problem.ts'
import { folded, refuse } from './scope.ts'
import type { Built, Scope } from './scope.ts'

/** Macros over a list (or the keys of a map): their arguments with the receiver. */
const arity: Readonly<Record<string, readonly number[]>> = {
  all: [3],
  exists: [3],
  exists_one: [3],
  filter: [3],
  map: [3, 4],
}

export function isMacro(name: string, count: number): boolean {
  return Object.hasOwn(arity, name) && arity[name]!.includes(count)
}

/** `has(path)`: whether it is there and not null. */
export function has(nodes: readonly ASTNode[], offset: number, scope: Scope): Built {
  if (nodes.length !== 1)
    return refuse(scope, offset, 'has is called with other than one argument', 'has(path)')
  const part = scope.build(nodes[0]!, scope)
  const run = part.run
  return folded((frame) => run(frame) !== null, [part], scope, offset)
}

/** `coalesce(a, b, ...)`: the first that is neither null nor ''; later ones are not evaluated. */
export function coalesce(nodes: readonly ASTNode[], offset: number, scope: Scope): Built {
  if (nodes.length < 2)
    return refuse(scope, offset, 'coalesce needs two or more values', 'coalesce(a, b)')
  const parts = nodes.map((node) => scope.build(node, scope))
  const runs = parts.map((part) => part.run)
  const run: Run = (frame) => {
    for (let i = 0; i < runs.length; i += 1) {
      const value = runs[i]!(frame)
      if (value !== null && value !== '') return value
    }
    return null
  }
  return folded(run, parts, scope, offset)
}

/**
 * A list macro. The element lives in a cell of the closure: an expression never runs inside itself, and nested macros
 * have cells of their own.
 */
export function macro(
  name: string,
  nodes: readonly ASTNode[],
  offset: number,
  scope: Scope,
): Built {
  const [receiver, element, ...bodies] = nodes as [ASTNode, ASTNode, ...ASTNode[]]
  if (element.op !== 'id') {
    return refuse(scope, element.start, `${name} names no element`, `list.${name}(x, ...x...)`)
  }
  const over = scope.build(receiver, scope)
  const cell: Cell = { value: null }
  const inner: Scope = {
    ...scope,
    variables: new Map(scope.variables).set(element.args, () => cell.value),
  }
  const outerReads = scope.reads.has(element.args)
  const parts = bodies.map((body) => scope.build(body, inner).run)
  if (!outerReads) scope.reads.delete(element.args)
  return { run: loop(name, over.run, cell, parts, scope), constant: false }
}

type Cell = { value: unknown }

function loop(name: string, over: Run, cell: Cell, parts: readonly Run[], scope: Scope): Run {
  const [first, second] = parts as [Run, Run?]
  const visit = visitor(over, cell, scope)
  switch (name) {
    case 'all':
      return (frame) => visit(frame, () => !truth(first(frame))) === null
    case 'exists':
      return (frame) => visit(frame, () => truth(first(frame))) !== null
    case 'exists_one':
      return (frame) => {
        let count = 0
        visit(frame, () => {
          count += truth(first(frame)) ? 1 : 0
          return count > 1
        })
        return count === 1
      }
    case 'filter':
      return collected(visit, (frame, found) => {
        if (truth(first(frame))) found.push(cell.value)
      })
    default:
      return collected(visit, (frame, found) => {
        if (second === undefined) found.push(first(frame))
        else if (truth(first(frame))) found.push(second(frame))
      })
  }
}

/** Stops at the first element for which `stop` says so and returns its wrapper, or null. */
type Visit = (frame: object, stop: () => boolean) => Cell | null

function collected(visit: Visit, each: (frame: object, found: unknown[]) => void): Run {
  return (frame) => {
    const found: unknown[] = []
    visit(frame, () => {
      each(frame, found)
      return false
    })
    return found
  }
}

function visitor(over: Run, cell: Cell, scope: Scope): Visit {
  const { budget } = scope
  return (frame, stop) => {
    const elements = elementsOf(over(frame))
    try {
      for (let i = 0; i < elements.length; i += 1) {
        budget.left -= 1
        if (budget.left < 0)
          fail('the expression visits too many elements', 'shorter lists or fewer nested macros')
        cell.value = elements[i] ?? null
        if (stop()) return cell
      }
      return null
    } finally {
      cell.value = null
    }
  }
}

function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  if (value === null) return []
  if (typeof value === 'object') return Object.keys(value)
  return fail(`found ${kindOf(value)} where a list stands`, 'a list; list(x) makes one')
}
