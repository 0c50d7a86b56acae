/** What is wrong with an expression, found before it runs. Line and column count from 1 inside the expression. */
export type Problem = {
  readonly message: string
  /** What would have been right, as a phrase: `one of rec, src, it`. */
  readonly expected: string
  readonly hint: string
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** An expression that failed while it ran. `message` is a sentence; `expected` what would have been right. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly expected: string
  /** The whole expression; '' until the runner has filled it in. */
  expression = ''
  /** Offset in the expression, -1 until the node that failed has filled it in. */
  offset = -1

  constructor(message: string, expected: string) {
    super(message)
    this.expected = expected
  }
}

/** Ends the running expression: a sentence about what happened, and what would have been right. */
export function fail(message: string, expected: string): never {
  throw new ExpressionError(message, expected)
}

/** 1-based line and column of an offset in a text. */
export function position(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    start = at + 1
  }
  return { line, column: offset - start + 1 }
}

/** A problem at an offset of the expression. */
export function problemAt(
  text: string,
  offset: number,
  message: string,
  expected: string,
  hint = '',
): Problem {
  return { message, expected, hint, offset, ...position(text, offset) }
}

/** The kind of a value in the words of the language, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return value.length <= 24 ? `text '${value}'` : `text '${value.slice(0, 21)}...'`
    case 'number':
      return `number ${value}`
    case 'boolean':
      return String(value)
    default:
      return 'a map'
  }
}
