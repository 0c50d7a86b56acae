import { ownField } from './access.ts'
import { fail, kindOf } from './problem.ts'

/** `a == b`: same kind and same content; lists and maps by content. Different kinds are simply not equal. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((value, i) => equal(value, b[i]))
  }
  if (Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equal(ownField(a, key), ownField(b, key)))
}

/** Orders two values of one kind, or NaN when one of them is null: every comparison with null is false. */
function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (a === null || b === null) return Number.NaN
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return fail(`cannot compare ${kindOf(a)} with ${kindOf(b)}`, 'two numbers or two texts')
}

function add(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (a === null || b === null) return null
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as unknown[]), ...(b as unknown[])]
  return fail(
    `cannot add ${kindOf(a)} and ${kindOf(b)}`,
    'two numbers, two texts or two lists; text(x) makes a text, num(x) a number',
  )
}

function arithmetic(sign: string, apply: (a: number, b: number) => number): Operator {
  return (a, b) => {
    // Plus 0 because -0, which whole numbers do not have, becomes 0.
    if (typeof a === 'number' && typeof b === 'number') return apply(a, b) + 0
    if (a === null || b === null) return null
    return fail(
      `cannot calculate ${kindOf(a)} ${sign} ${kindOf(b)}`,
      'two numbers; num(x) makes one',
    )
  }
}

function divisor(b: number): number {
  return b === 0 ? fail('division by zero', 'a divisor other than 0') : b
}

/** `a in b`: an element of a list or a key of a map; nothing is in null. */
function within(a: unknown, b: unknown): boolean {
  if (b === null) return false
  if (Array.isArray(b)) return b.some((value) => equal(value, a))
  if (typeof b === 'object') return typeof a === 'string' && Object.hasOwn(b, a)
  return fail(
    `cannot look into ${kindOf(b)} with in`,
    'a list or a map; contains(text, part) looks into a text',
  )
}

export type Operator = (a: unknown, b: unknown) => unknown

/** The operators with two sides that always need both. */
export const operators: Readonly<Record<string, Operator>> = {
  '==': equal,
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  '+': add,
  '-': arithmetic('-', (a, b) => a - b),
  '*': arithmetic('*', (a, b) => a * b),
  '/': arithmetic('/', (a, b) => a / divisor(b)),
  '%': arithmetic('%', (a, b) => a % divisor(b)),
  in: within,
}

/** Truth of a condition: null counts as false, anything but true and false is an error. */
export function truth(value: unknown): boolean {
  if (value === true) return true
  if (value === false || value === null) return false
  return fail(`found ${kindOf(value)} where a condition stands`, 'true or false')
}

export function negative(value: unknown): unknown {
  if (typeof value === 'number') return 0 - value
  return value === null ? null : fail(`cannot negate ${kindOf(value)}`, 'a number')
}
