import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { fail, kindOf } from '../problem.ts'

function text(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return fail(
    `text found ${kindOf(value)}`,
    'a text, a number, true or false; join(list, separator) makes a text of a list',
  )
}

const yes = new Set(['true', '1', 'yes', 'y', 'x', 't'])
const no = new Set(['false', '0', 'no', 'n', '', 'f'])

function bool(value: unknown): unknown {
  if (typeof value === 'boolean' || value === null) return value
  const word =
    typeof value === 'string' || typeof value === 'number'
      ? String(value).trim().toLowerCase()
      : '?'
  if (yes.has(word)) return true
  return no.has(word)
    ? false
    : fail(`bool found ${kindOf(value)}`, 'true, false, 1, 0, yes, no, y, n, x')
}

/** `has` and `coalesce` are built by the compiler because they do not evaluate all they are given; here stand their words. */
export const valueFunctions: FunctionGroup = {
  title: 'Values',
  functions: [
    define(
      'has(path)',
      'Whether something is there and not null.',
      [
        ["has({'a': 1}.a)", true],
        ["has({'a': null}.a)", false],
      ],
      (a) => a !== null,
    ),
    define(
      'coalesce(a, b[, c])',
      'The first that is neither null nor an empty text; takes two and more.',
      [
        ["coalesce(null, '', 'b', 'c')", 'b'],
        ['coalesce(null, null)', null],
      ],
      (a, b, c) => a ?? b ?? c ?? null,
    ),
    define(
      'text(value)',
      'A number, true or false as text; null stays null.',
      [
        ['text(12)', '12'],
        ['text(null)', null],
      ],
      text,
    ),
    define('string(value)', 'As text.', [['string(1.5)', '1.5']], text),
    define(
      'bool(value)',
      'True or false out of the usual words (true, 1, yes, y, x; false, 0, no, n, empty).',
      [
        ["bool('X')", true],
        ["bool('')", false],
      ],
      bool,
    ),
  ],
}
