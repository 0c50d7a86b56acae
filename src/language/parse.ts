import { Environment, ParseError } from '@marcbachmann/cel-js'
import type { ASTNode } from '@marcbachmann/cel-js'
import { limits } from '#model/limits.ts'
import { problemAt } from './problem.ts'
import type { Problem } from './problem.ts'

export type { ASTNode } from '@marcbachmann/cel-js'

/** CEL's grammar, with the library's structural limits set to ours. */
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: limits.expressionNodesMax,
    maxDepth: limits.expressionDepthMax,
    maxListElements: limits.expressionElementsMax,
    maxMapEntries: limits.expressionElementsMax,
    maxCallArguments: 16,
  },
})

const tokens: Readonly<Record<string, string>> = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
  BYTES: 'bytes',
}

const hints: Readonly<Record<string, string>> = {
  '=': 'write == to compare',
  '&': 'write && for and',
  '|': 'write || for or',
  '@': 'write ["@name"] for a name that is not letters, digits and _',
  $: 'write ["$name"] for a name that is not letters, digits and _',
}

/** Parses an expression: its tree, or the one problem the grammar found. */
export function parse(text: string): { ok: true; node: ASTNode } | { ok: false; problem: Problem } {
  if (text.trim() === '') {
    return refused(text, 0, 'the expression is empty', 'an expression such as rec.orderNumber')
  }
  if (text.length > limits.expressionCharsMax) {
    const most = `at most ${limits.expressionCharsMax} characters`
    return refused(text, 0, `the expression has ${text.length} characters`, most)
  }
  try {
    return { ok: true, node: environment.parse(text).ast }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return translated(text, error)
  }
}

function translated(text: string, error: ParseError): { ok: false; problem: Problem } {
  const summary = error.summary
  const offset = Math.min(error.range?.start ?? 0, text.length)
  const wanted = /^Expected (\w+), got (\w+)$/.exec(summary)
  if (wanted) {
    const [, expected = '', got = ''] = wanted
    return refused(text, offset, `found ${tokens[got] ?? got}`, tokens[expected] ?? expected)
  }
  const unexpected = /^Unexpected token: (\w+)$/.exec(summary)
  if (unexpected) {
    const found = tokens[unexpected[1]!] ?? unexpected[1]!
    return refused(text, offset, `found ${found}`, 'a value: a name, a text, a number, ( or [')
  }
  if (error.code === 'limit_exceeded') {
    return refused(
      text,
      offset,
      'the expression is too large',
      summary.replace('Exceeded', 'within'),
    )
  }
  const character = text[offset] ?? ''
  return refused(text, offset, summary, 'an expression in CEL', hints[character] ?? '')
}

function refused(
  text: string,
  offset: number,
  message: string,
  expected: string,
  hint = '',
): { ok: false; problem: Problem } {
  return { ok: false, problem: problemAt(text, offset, message, expected, hint) }
}
