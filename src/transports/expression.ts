/** Expressions (CEL) in the options of transports: compiled once, run on what the other side answered. */
import { compile } from '#language/compile.ts'
import { z } from 'zod'

/** A compiled expression over `names`; its value is never undefined. Throws what the language throws. */
export type Evaluate<Names extends string> = (values: Readonly<Record<Names, unknown>>) => unknown

/** A schema for an expression that may use these names; what is wrong with it is told as the language tells it. */
export function expressionOver<const Names extends string>(names: readonly Names[]) {
  return z
    .union([z.string().min(1).max(4000), z.number(), z.boolean()])
    .transform((raw, context): Evaluate<Names> => {
      const compiled = compile<Record<Names, unknown>>(String(raw), { variables: names })
      if (compiled.ok) return compiled.expression.run
      for (const { message, expected } of compiled.problems)
        context.addIssue({ code: 'custom', message: `${message}; expected ${expected}` })
      return z.NEVER
    })
}

/** A value for a header, an address or a mark: text and numbers as text; null stays null. Throws for anything else. */
export function asText(value: unknown, what: string): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TypeError(`${what} gives ${Array.isArray(value) ? 'a list' : 'a map'}, not a text.`)
}
