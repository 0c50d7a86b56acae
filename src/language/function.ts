/**
 * A function of the language. Every function may be called as a method of its first argument.
 * `run` gets exactly the arguments of the call; it ends with `fail` when it cannot answer.
 * Examples are pairs of an expression and its value; they are tests and documentation.
 */
export type LanguageFunction = {
  readonly name: string
  /** With the names of the arguments: `pick(list, field, value)`. */
  readonly signature: string
  readonly doc: string
  readonly arguments: { readonly min: number; readonly max: number }
  readonly examples: readonly (readonly [expression: string, value: unknown])[]
  readonly run: (a: unknown, b: unknown, c: unknown) => unknown
}

/** Functions that belong together in the reference. */
export type FunctionGroup = {
  readonly title: string
  readonly functions: readonly LanguageFunction[]
}

/** Writes a function down; the number of arguments is read from the signature (`[, x]` marks optional ones). */
export function define(
  signature: string,
  doc: string,
  examples: LanguageFunction['examples'],
  run: LanguageFunction['run'],
): LanguageFunction {
  const name = signature.slice(0, signature.indexOf('('))
  const inside = signature.slice(name.length + 1, -1)
  const needed = inside.split('[')[0]!
  const count = (text: string): number =>
    text.trim() === '' ? 0 : text.replace(/,\s*$/, '').split(',').length
  const max = count(inside.replaceAll(/[[\]]/g, ''))
  return { name, signature, doc, arguments: { min: count(needed), max }, examples, run }
}
