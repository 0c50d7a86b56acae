import type { Run } from './access.ts'
import type { LanguageFunction } from './function.ts'
import { coalesce, has, isMacro, macro } from './macros.ts'
import { didYouMean } from './nearest.ts'
import type { ASTNode } from './parse.ts'
import { ExpressionError } from './problem.ts'
import { folded, refuse } from './scope.ts'
import type { Built, Scope } from './scope.ts'

/** A call `name(a, b)`, or `a.name(b)` with the receiver as first argument. */
export function call(
  name: string,
  nodes: readonly ASTNode[],
  offset: number,
  scope: Scope,
  method = false,
): Built {
  if (name === 'has') return has(nodes, offset, scope)
  if (name === 'coalesce') return coalesce(nodes, offset, scope)
  if (method && isMacro(name, nodes.length)) return macro(name, nodes, offset, scope)
  const known = scope.functions.get(name)
  if (known === undefined) return unknownFunction(name, offset, scope)
  const parts = nodes.map((node) => scope.build(node, scope))
  const { min, max } = known.arguments
  if (parts.length < min || parts.length > max) {
    const given = `${name} is called with ${parts.length} ${parts.length === 1 ? 'argument' : 'arguments'}`
    return refuse(scope, offset, given, known.signature)
  }
  return folded(called(known, parts, offset), parts, scope, offset)
}

function unknownFunction(name: string, offset: number, scope: Scope): Built {
  const names = [
    ...scope.functions.keys(),
    'has',
    'coalesce',
    'all',
    'exists',
    'exists_one',
    'map',
    'filter',
  ]
  const hint = didYouMean(name, names)
  return refuse(scope, offset, `unknown function ${name}`, 'a function of the language', hint)
}

function called(known: LanguageFunction, parts: readonly Built[], offset: number): Run {
  const apply = known.run
  const [a = none, b = none, c = none] = parts.map((part) => part.run)
  const count = parts.length
  return (frame) => {
    const x = a(frame)
    const y = count > 1 ? b(frame) : undefined
    const z = count > 2 ? c(frame) : undefined
    try {
      return apply(x, y, z)
    } catch (error) {
      if (error instanceof ExpressionError && error.offset < 0) error.offset = offset
      throw error
    }
  }
}

const none: Run = () => undefined
