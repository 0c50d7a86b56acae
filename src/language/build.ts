import { at, path } from './access.ts'
import type { Run, Step } from './access.ts'
import { call } from './call.ts'
import { didYouMean } from './nearest.ts'
import { negative, operators, truth } from './operators.ts'
import type { ASTNode } from './parse.ts'
import { ExpressionError, fail, kindOf } from './problem.ts'
import { folded, literal, refuse } from './scope.ts'
import type { Built, Scope } from './scope.ts'

/** A parsed node to a closure. */
export function build(node: ASTNode, scope: Scope): Built {
  switch (node.op) {
    case 'value':
      return value(node.args, node.start, scope)
    case 'id':
      return variable(node.args, node.start, scope)
    case '.':
    case '[]':
      return access(node, scope)
    case 'call':
      return call(node.args[0], node.args[1], node.start, scope)
    case 'rcall':
      return call(node.args[0], [node.args[1], ...node.args[2]], node.pos, scope, true)
    case 'list':
      return list(node.args, scope)
    case 'map':
      return map(node.args, scope)
    case '?:':
      return ternary(node.args, scope)
    case '||':
    case '&&':
      return logical(node.op, node.args, scope)
    case '!_':
      return unary(node.args, scope, (x) => !truth(x))
    case '-_':
      return unary(node.args, scope, negative)
    case '.?':
    case '[?]':
      return refuse(
        scope,
        node.start,
        'optional access is not needed',
        'a plain path: it is null when absent',
      )
    default:
      return binary(node.op, node.args, node.start, scope)
  }
}

function value(raw: unknown, offset: number, scope: Scope): Built {
  if (raw instanceof Uint8Array)
    return refuse(scope, offset, 'bytes have no use here', "a text: 'abc'")
  if (raw === null || typeof raw === 'string' || typeof raw === 'boolean') return literal(raw)
  // The library's whole numbers: BigInt, or its own class for unsigned ones.
  const number = Number(raw)
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    return refuse(scope, offset, `${number} is too large`, 'a whole number up to 9007199254740991')
  }
  return literal(number)
}

function variable(name: string, offset: number, scope: Scope): Built {
  const run = scope.variables.get(name)
  if (run !== undefined) {
    scope.reads.add(name)
    return { run, constant: false }
  }
  const known = [...scope.variables.keys()]
  const hint = didYouMean(name, known) || `a text needs quotes: '${name}'`
  return refuse(scope, offset, `unknown name ${name}`, `one of ${known.join(', ')}`, hint)
}

/** A chain of selects becomes one path; a computed key ends the chain. */
function access(node: ASTNode, scope: Scope): Built {
  const steps: Step[] = []
  let base = node
  while (base.op === '.' || base.op === '[]') {
    const key = base.args[1]
    const step = typeof key === 'string' ? key : literalStep(key)
    if (step === undefined) break
    steps.unshift(step)
    base = base.args[0]
  }
  if (steps.length > 0) {
    const from = build(base, scope)
    return folded(path(from.run, steps), [from], scope, node.start)
  }
  const [container, key] = node.args as [ASTNode, ASTNode]
  const from = build(container, scope)
  const by = build(key, scope)
  const read = from.run
  const readKey = by.run
  return folded((frame) => at(read(frame), readKey(frame)), [from, by], scope, node.start)
}

function literalStep(key: ASTNode): Step | undefined {
  if (key.op !== 'value') return undefined
  const raw = key.args
  if (typeof raw === 'string') return raw
  return typeof raw === 'bigint' && raw <= Number.MAX_SAFE_INTEGER ? Number(raw) : undefined
}

function list(nodes: readonly ASTNode[], scope: Scope): Built {
  const parts = nodes.map((node) => build(node, scope))
  const runs = parts.map((part) => part.run)
  return folded((frame) => runs.map((run) => run(frame)), parts, scope, 0)
}

function map(entries: readonly (readonly [ASTNode, ASTNode])[], scope: Scope): Built {
  const keys = entries.map(([key]) => build(key, scope))
  const values = entries.map(([, node]) => build(node, scope))
  const run: Run = (frame) => {
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    keys.forEach((key, i) => (result[keyText(key.run(frame))] = values[i]!.run(frame)))
    return result
  }
  return folded(run, [...keys, ...values], scope, 0)
}

function keyText(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'number') return String(key)
  return fail(`found ${kindOf(key)} as a key`, 'a text or a number')
}

function ternary(nodes: readonly [ASTNode, ASTNode, ASTNode], scope: Scope): Built {
  const [condition, yes, no] = nodes.map((node) => build(node, scope)) as [Built, Built, Built]
  const test = condition.run
  const then = yes.run
  const otherwise = no.run
  return folded(
    (frame) => (truth(test(frame)) ? then(frame) : otherwise(frame)),
    [condition, yes, no],
    scope,
    nodes[0].start,
  )
}

function logical(op: '||' | '&&', nodes: readonly [ASTNode, ASTNode], scope: Scope): Built {
  const left = build(nodes[0], scope)
  const right = build(nodes[1], scope)
  const a = left.run
  const b = right.run
  const run: Run =
    op === '&&'
      ? (frame) => truth(a(frame)) && truth(b(frame))
      : (frame) => truth(a(frame)) || truth(b(frame))
  return folded(run, [left, right], scope, nodes[0].start)
}

function unary(node: ASTNode, scope: Scope, apply: (x: unknown) => unknown): Built {
  const part = build(node, scope)
  const run = part.run
  return folded((frame) => apply(run(frame)), [part], scope, node.start)
}

function binary(
  op: string,
  nodes: readonly [ASTNode, ASTNode],
  offset: number,
  scope: Scope,
): Built {
  const left = build(nodes[0], scope)
  const right = build(nodes[1], scope)
  const a = left.run
  const b = right.run
  const run = direct(op, left, right) ?? located(op, a, b, offset)
  return folded(run, [left, right], scope, offset)
}

function located(op: string, a: Run, b: Run, offset: number): Run {
  const apply = operators[op]!
  return (frame) => {
    const x = a(frame)
    const y = b(frame)
    try {
      return apply(x, y)
    } catch (error) {
      if (error instanceof ExpressionError && error.offset < 0) error.offset = offset
      throw error
    }
  }
}

/** Comparison with a text or number known beforehand, and membership in a list of them: the bulk of all conditions. */
function direct(op: string, left: Built, right: Built): Run | undefined {
  if (!right.constant || left.constant) return undefined
  const read = left.run
  const wanted = right.run({})
  if (op === 'in' && Array.isArray(wanted) && wanted.every((one) => typeof one !== 'object')) {
    const set = new Set<unknown>(wanted)
    return (frame) => set.has(read(frame))
  }
  if (typeof wanted === 'object' && wanted !== null) return undefined
  if (op === '==') return (frame) => read(frame) === wanted
  if (op === '!=') return (frame) => read(frame) !== wanted
  return undefined
}
