import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { fail, kindOf } from '../problem.ts'

/**
 * A number out of a text as people and ERPs write it: `1.234,56`, `1,234.56`, `12,5`, `5.000-`. With one kind of mark that
 * stands before exactly three digits (`1,234`) a comma could mean either, so there is no answer; a point is a decimal point.
 * `mark` names the decimal mark and ends all doubt.
 */
function read(raw: string, mark?: string): number | null {
  let text = raw.trim()
  // SAP writes the minus behind the number.
  if (text.endsWith('-')) text = `-${text.slice(0, -1)}`
  if (!/^[+-]?[\d.,' ]*\d[\d.,]*(?:[eE][+-]?\d+)?$/.test(text)) return null
  text = text.replaceAll(/['  ]/g, '')
  const decimal = mark ?? decimalMark(text)
  if (decimal === null) return null
  const thousands = decimal === ',' ? '.' : ','
  const number = Number(text.replaceAll(thousands, '').replace(decimal, '.'))
  return Number.isFinite(number) ? number : null
}

function decimalMark(text: string): '.' | ',' | null {
  const comma = text.lastIndexOf(',')
  const point = text.lastIndexOf('.')
  if (comma < 0) return text.indexOf('.') === point ? '.' : ','
  if (point >= 0) return comma > point ? ',' : '.'
  if (text.indexOf(',') !== comma) return '.'
  return /\d,\d{3}$/.test(text) ? null : ','
}

function num(value: unknown, mark: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  if ((mark === undefined || mark === '.') && simple(value)) return Number(value)
  if (mark !== undefined && mark !== '.' && mark !== ',')
    fail(`num found ${kindOf(mark)} as decimal mark`, "'.' or ','")
  return read(value, mark)
}

/** Digits and at most one point: nearly every number, without a regular expression. */
function simple(text: string): boolean {
  let points = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 46) points += 1
    else if (code < 48 || code > 57) return false
  }
  return points <= 1 && text.length > points && text.length < 16
}

function onNumber(name: string, apply: (value: number) => number): (a: unknown) => unknown {
  return (a) => {
    if (typeof a === 'number') return apply(a)
    return a === null ? null : fail(`${name} found ${kindOf(a)}`, 'a number; num(x) makes one')
  }
}

function extreme(
  name: string,
  choose: (...values: number[]) => number,
): (a: unknown, b: unknown) => unknown {
  return (a, b) => {
    const values = (b === undefined ? (a ?? []) : [a, b]) as unknown
    if (!Array.isArray(values))
      return fail(`${name} found ${kindOf(values)}`, 'a list or two numbers')
    const numbers = (values as unknown[]).filter((value) => value !== null)
    if (!numbers.every((value) => typeof value === 'number'))
      fail(`${name} found something that is no number`, 'numbers')
    // A reduction, because a spread of a long list overflows the stack.
    return numbers.length === 0 ? null : numbers.reduce((x, y) => choose(x, y))
  }
}

function round(value: number, digits: unknown): number {
  const scale = 10 ** (typeof digits === 'number' ? Math.max(0, Math.min(12, digits)) : 0)
  return Math.round(value * scale) / scale
}

export const numberFunctions: FunctionGroup = {
  title: 'Numbers',
  functions: [
    define(
      'num(value[, mark])',
      'A number, or null when there is none. Reads `1.234,56`, `1,234.56`, `12,5` and a minus behind; `1,234` could mean two things and gives null unless the decimal mark is named.',
      [
        ["num('12.50')", 12.5],
        ["num('1.234,56')", 1234.56],
        ["num('12,5')", 12.5],
        ["num('1,234')", null],
        ["num('1,234', '.')", 1234],
        ["num('5.000-')", -5],
        ["num('n/a')", null],
        ['num(null)', null],
      ],
      num,
    ),
    define(
      'round(number[, digits])',
      'Rounded to a number of digits behind the point.',
      [
        ['round(2.345, 2)', 2.35],
        ['round(2.5)', 3],
      ],
      (a, b) => onNumber('round', (x) => round(x, b))(a),
    ),
    define(
      'floor(number)',
      'The whole number below.',
      [['floor(7 / 2)', 3]],
      onNumber('floor', Math.floor),
    ),
    define('abs(number)', 'Without sign.', [['abs(-2)', 2]], onNumber('abs', Math.abs)),
    define(
      'int(value)',
      'The whole part of a number or of a text with a number.',
      [
        ["int('42')", 42],
        ['int(3.9)', 3],
      ],
      (a) => onNumber('int', Math.trunc)(typeof a === 'string' ? num(a, undefined) : a),
    ),
    define('double(value)', 'As num.', [["double('1.5')", 1.5]], (a) => num(a, undefined)),
    define(
      'min(a[, b])',
      'The smallest of two numbers or of a list; nulls do not count.',
      [
        ['min(2, 1)', 1],
        ['min([3, null, 2])', 2],
        ['min([])', null],
      ],
      extreme('min', Math.min),
    ),
    define(
      'max(a[, b])',
      'The largest of two numbers or of a list; nulls do not count.',
      [['max(2, 1)', 2]],
      extreme('max', Math.max),
    ),
  ],
}
