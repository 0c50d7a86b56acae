import { limits } from '#model/limits.ts'
import { at } from '../access.ts'
import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { equal } from '../operators.ts'
import { fail, kindOf } from '../problem.ts'

function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  if (value === null) return []
  return fail(`${name} found ${kindOf(value)}`, 'a list; list(x) makes one')
}

function pick(list: unknown, field: unknown, value: unknown): unknown {
  const elements = listOf(list, 'pick')
  for (let i = 0; i < elements.length; i += 1) {
    const found = at(elements[i], field)
    if (equal(found, value) || sameCode(found, value)) return elements[i]
  }
  return null
}

/** Codes come as text from one system and as number from the next. */
function sameCode(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'string') return String(a) === b
  return typeof a === 'string' && typeof b === 'number' && a === String(b)
}

function join(list: unknown, separator: unknown): unknown {
  const parts = listOf(list, 'join').filter((part) => part !== null && part !== undefined)
  if (typeof separator !== 'string')
    return fail(`join found ${kindOf(separator)} as separator`, 'a text')
  if (!parts.every(isScalar))
    return fail('join found a list or map in the list', 'texts and numbers')
  const joined = parts.join(separator)
  return joined.length <= limits.recordBytesMax
    ? joined
    : fail('join makes too long a text', `at most ${limits.recordBytesMax}`)
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value !== 'object'
}

function size(value: unknown): number {
  if (value === null) return 0
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return typeof value === 'object'
    ? Object.keys(value).length
    : fail(`size found ${kindOf(value)}`, 'a text, a list or a map')
}

export const listFunctions: FunctionGroup = {
  title: 'Lists and maps',
  functions: [
    define(
      'list(value)',
      'A list in any case: null gives none, a single value a list of one.',
      [
        ['list(null)', []],
        ["list('a')", ['a']],
        ['list([1, 2])', [1, 2]],
      ],
      (a) => (Array.isArray(a) ? a : a === null ? [] : [a]),
    ),
    define(
      'first(list)',
      'The first element or null.',
      [
        ['first([7, 8])', 7],
        ['first([])', null],
      ],
      (a) => listOf(a, 'first')[0] ?? null,
    ),
    define(
      'last(list)',
      'The last element or null.',
      [['last([7, 8])', 8]],
      (a) => listOf(a, 'last').at(-1) ?? null,
    ),
    define(
      'pick(list, field, value)',
      'The first element whose field equals the value, or null. Codes compare as text.',
      [
        ["pick([{'q': 'ST', 'n': 'Acme'}], 'q', 'ST').n", 'Acme'],
        ["pick([{'q': '011'}], 'q', '012').n", null],
      ],
      pick,
    ),
    define(
      'join(list, separator)',
      'One text of all elements; nulls are left out.',
      [["join(['a', null, 'b'], '-')", 'a-b']],
      join,
    ),
    define(
      'size(value)',
      'Number of characters, elements or keys; null has none.',
      [
        ["size('abc')", 3],
        ['size([1])', 1],
        ['size(null)', 0],
      ],
      size,
    ),
    define(
      'keys(map)',
      'The names of a map, sorted.',
      [["keys({'b': 1, 'a': 2})", ['a', 'b']]],
      (a) =>
        typeof a === 'object' && a !== null && !Array.isArray(a) ? Object.keys(a).toSorted() : [],
    ),
  ],
}
