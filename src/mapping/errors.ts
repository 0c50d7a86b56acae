import { position } from '#language/problem.ts'

/**
 * What is wrong in a definition: where (file, line and column from 1, path of keys), what, what was expected and what to do.
 * `expression`: the expression at fault, when there is one; line and column then point into it.
 */
export type ConfigError = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly expression?: string
  readonly message: string
  readonly expected: string
  readonly hint: string
}

/** One error as `config check` prints it. */
export function describeError(error: ConfigError): string {
  const place = `${error.file}:${error.line}:${error.column}`
  const lines = [`${place} ${error.path === '' ? '' : `${error.path}: `}${error.message}`]
  if (error.expression !== undefined) lines.push(`  expression: ${error.expression}`)
  if (error.expected !== '') lines.push(`  expected: ${error.expected}`)
  if (error.hint !== '') lines.push(`  hint: ${error.hint}`)
  return lines.join('\n')
}

/** An error at an offset of a file. */
export function errorAt(
  file: string,
  text: string,
  offset: number,
  rest: Pick<ConfigError, 'path' | 'message' | 'expected'> & { hint?: string; expression?: string },
): ConfigError {
  const { path, message, expected, hint = '', expression } = rest
  const place = { file, ...position(text, offset), path, message, expected, hint }
  return expression === undefined ? place : { ...place, expression }
}
