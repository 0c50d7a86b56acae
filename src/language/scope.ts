import type { Run } from './access.ts'
import type { LanguageFunction } from './function.ts'
import type { ASTNode } from './parse.ts'
import { ExpressionError, problemAt } from './problem.ts'
import type { Problem } from './problem.ts'

/** What a piece of an expression became: a closure, and whether its value is known already. */
export type Built = { readonly run: Run; readonly constant: boolean }

/** What names mean while an expression is built; problems are collected, not thrown. */
export type Scope = {
  readonly text: string
  readonly variables: ReadonlyMap<string, Run>
  readonly functions: ReadonlyMap<string, LanguageFunction>
  readonly problems: Problem[]
  readonly reads: Set<string>
  /** Elements that macros may still visit in this run. */
  readonly budget: { left: number }
  /** Builds a node below; here so that macros and calls need not know the builder. */
  readonly build: (node: ASTNode, scope: Scope) => Built
}

export function literal(value: unknown): Built {
  return { run: () => value, constant: true }
}

const nothing = literal(null)

/** Notes a problem at a node and goes on with null, so that all problems of an expression are found. */
export function refuse(
  scope: Scope,
  offset: number,
  message: string,
  expected: string,
  hint = '',
): Built {
  scope.problems.push(problemAt(scope.text, offset, message, expected, hint))
  return nothing
}

/** Folds a built piece into its value when everything it needs is known. */
export function folded(run: Run, parts: readonly Built[], scope: Scope, offset: number): Built {
  if (!parts.every((part) => part.constant)) return { run, constant: false }
  try {
    return literal(run({}))
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return refuse(scope, error.offset < 0 ? offset : error.offset, error.message, error.expected)
  }
}
