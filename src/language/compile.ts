import { limits } from '#model/limits.ts'
import type { Run } from './access.ts'
import { build } from './build.ts'
import type { LanguageFunction } from './function.ts'
import { functions as builtIn } from './functions.ts'
import { parse } from './parse.ts'
import type { ASTNode } from './parse.ts'
import { ExpressionError } from './problem.ts'
import type { Problem } from './problem.ts'
import type { Scope } from './scope.ts'

/** Reads a variable out of what an expression runs on. Never undefined: absent is null. */
export type Reader<Frame extends object> = (frame: Frame) => unknown

/**
 * An expression ready to run.
 * `run` gives a JavaScript value: text, number, boolean, null, list or map, never undefined and never a BigInt; it
 * throws `ExpressionError` when the expression cannot answer.
 * `plain`: a path or a literal, run without the engine. `reads`: the variables it may look at.
 */
export type Expression<Frame extends object> = {
  readonly text: string
  readonly run: Reader<Frame>
  readonly plain: boolean
  readonly constant: boolean
  readonly reads: ReadonlySet<string>
}

export type Compiled<Frame extends object> =
  | { readonly ok: true; readonly expression: Expression<Frame> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * What an expression may name. `variables`: names of the frame's properties, or a reader for each name.
 * `functions` are added to those of the language.
 */
export type Names<Frame extends object> = {
  readonly variables: readonly string[] | Readonly<Record<string, Reader<Frame>>>
  readonly functions?: readonly LanguageFunction[]
}

/**
 * Compiles an expression. All problems that can be known without data are found here: grammar, size, unknown names and
 * functions, wrong numbers of arguments, and constant parts that fail.
 */
export function compile<Frame extends object>(text: string, names: Names<Frame>): Compiled<Frame> {
  const parsed = parse(text)
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] }
  const scope: Scope = {
    text,
    variables: readers(names.variables),
    functions: withAdded(names.functions),
    problems: [],
    reads: new Set(),
    budget: { left: 0 },
    build,
  }
  const built = build(parsed.node, scope)
  if (scope.problems.length > 0) return { ok: false, problems: scope.problems }
  const plain = built.constant || isPath(parsed.node)
  const run = (plain ? built.run : guarded(text, built.run, scope.budget)) as Reader<object>
  const { reads } = scope
  return { ok: true, expression: { text, run, plain, constant: built.constant, reads } }
}

function readers(
  variables: readonly string[] | Readonly<Record<string, unknown>>,
): Map<string, Run> {
  if (!Array.isArray(variables)) return new Map(Object.entries(variables) as [string, Run][])
  const names = variables as readonly string[]
  return new Map(
    names.map((name): [string, Run] => [
      name,
      (frame) => (frame as Record<string, unknown>)[name] ?? null,
    ]),
  )
}

function withAdded(added: readonly LanguageFunction[] = []): ReadonlyMap<string, LanguageFunction> {
  if (added.length === 0) return builtIn
  return new Map([...builtIn, ...added.map((one): [string, LanguageFunction] => [one.name, one])])
}

function isPath(node: ASTNode): boolean {
  if (node.op === 'id') return true
  if (node.op === '.') return isPath(node.args[0])
  return node.op === '[]' && node.args[1].op === 'value' && isPath(node.args[0])
}

/** Gives every run a fresh budget and every error its expression. */
function guarded(text: string, run: Run, budget: Scope['budget']): Run {
  return (frame) => {
    budget.left = limits.expressionStepsMax
    try {
      return run(frame)
    } catch (error) {
      if (error instanceof ExpressionError && error.expression === '') error.expression = text
      throw error
    }
  }
}
