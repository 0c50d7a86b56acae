import { limits } from '#model/limits.ts'
import { define } from '../function.ts'
import type { FunctionGroup } from '../function.ts'
import { fail, kindOf } from '../problem.ts'

/** Null stays null; anything but text is an error that names the function. */
function textOf(value: unknown, name: string): string | null {
  if (typeof value === 'string') return value
  if (value === null) return null
  return fail(`${name} found ${kindOf(value)}`, 'a text; text(x) makes one')
}

function plain(value: unknown, name: string): string {
  return typeof value === 'string'
    ? value
    : fail(`${name} found ${kindOf(value)} as argument`, 'a text')
}

function whole(value: unknown, name: string): number {
  if (Number.isSafeInteger(value)) return value as number
  return fail(`${name} found ${kindOf(value)} as argument`, 'a whole number')
}

/** A function of one text to a value. */
function onText(name: string, apply: (text: string) => unknown): (a: unknown) => unknown {
  return (a) => {
    const text = textOf(a, name)
    return text === null ? null : apply(text)
  }
}

/** A question about two texts; null has no part of anything. */
function question(
  name: string,
  ask: (text: string, part: string) => boolean,
): (a: unknown, b: unknown) => unknown {
  return (a, b) => {
    const text = textOf(a, name)
    const part = textOf(b, name)
    return text !== null && part !== null && ask(text, part)
  }
}

/** SAP writes numbers with leading zeros; texts that are not all digits stay as they are. */
function stripZeros(text: string): string {
  let at = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return text
    if (code === 48 && at === i && i < text.length - 1) at = i + 1
  }
  return at === 0 ? text : text.slice(at)
}

const patternsMax = 500
const patterns = new Map<string, RegExp>()

/**
 * Only patterns whose worst case on a bounded text is some ten milliseconds: backtracking costs the length to the power of
 * the open repetitions, once more when the pattern is not anchored, and doubles with every `?`.
 */
function pattern(source: string): RegExp {
  const cached = patterns.get(source)
  if (cached !== undefined) return cached
  const bare = source.replaceAll(/\\[^1-9k]/g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
  const open = (bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length
  const anchored = bare.startsWith('^') && !bare.includes('|')
  const optional = (bare.match(/\?/g) ?? []).length
  if (/\)[*+{]|\\|\(\?[^:]/.test(bare) || open > (anchored ? 3 : 2) || optional > 8) {
    fail(
      `the pattern ${source} could be slow`,
      'no repeated groups, no look-around, at most two of * and + (three behind ^)',
    )
  }
  try {
    if (patterns.size >= patternsMax) patterns.clear()
    const made = new RegExp(source, 'u')
    patterns.set(source, made)
    return made
  } catch {
    return fail(`the pattern ${source} is no regular expression`, 'a regular expression')
  }
}

function matches(text: string, source: string): boolean {
  if (text.length > limits.patternSubjectCharsMax) {
    fail(
      `matches found a text of ${text.length} characters`,
      `at most ${limits.patternSubjectCharsMax}`,
    )
  }
  return pattern(source).test(text)
}

function bounded(text: string, name: string): string {
  if (text.length <= limits.recordBytesMax) return text
  return fail(
    `${name} makes a text of ${text.length} characters`,
    `at most ${limits.recordBytesMax}`,
  )
}

export const textFunctions: FunctionGroup = {
  title: 'Text',
  functions: [
    define(
      'trim(text)',
      'Without spaces at both ends.',
      [
        ["trim(' a b ')", 'a b'],
        ['trim(null)', null],
      ],
      onText('trim', (text) => text.trim()),
    ),
    define(
      'upper(text)',
      'In upper case.',
      [["upper('aß1')", 'ASS1']],
      onText('upper', (text) => text.toUpperCase()),
    ),
    define(
      'lower(text)',
      'In lower case.',
      [["lower('AB')", 'ab']],
      onText('lower', (text) => text.toLowerCase()),
    ),
    define(
      'replace(text, from, to)',
      'With every `from` replaced.',
      [["replace('1-2-3', '-', '')", '123']],
      (a, b, c) =>
        onText('replace', (text) =>
          bounded(
            text.replaceAll(plain(b, 'replace'), () => plain(c, 'replace')),
            'replace',
          ),
        )(a),
    ),
    define(
      'split(text, separator)',
      'The parts between separators; null gives an empty list.',
      [
        ["split('a,b', ',')", ['a', 'b']],
        ["split(null, ',')", []],
      ],
      (a, b) => textOf(a, 'split')?.split(plain(b, 'split')) ?? [],
    ),
    define(
      'substring(text, from[, to])',
      'From a position (0 is the first) up to, not including, another.',
      [
        ["substring('abcdef', 2)", 'cdef'],
        ["substring('abcdef', 0, 3)", 'abc'],
        ["substring('ab', 5)", ''],
      ],
      (a, b, c) =>
        onText('substring', (text) =>
          text.slice(
            Math.max(0, whole(b, 'substring')),
            c === undefined ? undefined : Math.max(0, whole(c, 'substring')),
          ),
        )(a),
    ),
    define(
      'indexOf(text, part)',
      'Position of a part, -1 when it is not there.',
      [["indexOf('abc', 'c')", 2]],
      (a, b) => onText('indexOf', (text) => text.indexOf(plain(b, 'indexOf')))(a),
    ),
    define(
      'startsWith(text, part)',
      'Whether the text begins so; null never does.',
      [
        ["'1Z999'.startsWith('1Z')", true],
        ["startsWith(null, 'a')", false],
      ],
      question('startsWith', (t, p) => t.startsWith(p)),
    ),
    define(
      'endsWith(text, part)',
      'Whether the text ends so.',
      [["endsWith('a.csv', '.csv')", true]],
      question('endsWith', (t, p) => t.endsWith(p)),
    ),
    define(
      'contains(text, part)',
      'Whether the part is in the text.',
      [["contains('customs hold', 'hold')", true]],
      question('contains', (t, p) => t.includes(p)),
    ),
    define(
      'matches(text, pattern)',
      'Whether a regular expression is found in the text. Repeated groups, look-around and more than two of * and + (three behind ^) are refused.',
      [["matches('DE-123', '^[A-Z]{2}-[0-9]+$')", true]],
      question('matches', matches),
    ),
    define(
      'padStart(text, length, fill)',
      'Filled on the left to a length (at most 128).',
      [["padStart('7', 3, '0')", '007']],
      (a, b, c) =>
        onText('padStart', (text) =>
          text.padStart(Math.min(128, whole(b, 'padStart')), plain(c, 'padStart')),
        )(a),
    ),
    define(
      'stripZeros(value)',
      'Without leading zeros, as SAP pads its numbers; other texts stay.',
      [
        ["stripZeros('0000004711')", '4711'],
        ["stripZeros('000A')", '000A'],
        ["stripZeros('000')", '0'],
      ],
      (a) => onText('stripZeros', stripZeros)(typeof a === 'number' ? String(a) : a),
    ),
  ],
}
