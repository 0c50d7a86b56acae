import type { Expression, Names, Reader } from '#language/compile.ts'
import type { LanguageFunction } from '#language/function.ts'
import { define } from '#language/function.ts'
import type { Terms } from './terms.ts'

/** What the expressions of one source run on; one object a source, filled again for every record. */
export type Frame = {
  rec: unknown
  readonly src: { readonly name: string; readonly company: string; readonly region: string }
  it: unknown
  i: number
  /** Counts records; a let is up to date when its stamp is this one. */
  record: number
  readonly values: unknown[]
  readonly stamps: number[]
}

export type MappingExpression = Expression<Frame>

export function newFrame(src: Frame['src'], letCount: number): Frame {
  const values: unknown[] = Array.from({ length: letCount }, () => null)
  const stamps = Array.from({ length: letCount }, () => -1)
  return { rec: null, src, it: null, i: 0, record: 0, values, stamps }
}

/** The names of `let` so far: each is evaluated when first read, at most once a record. */
export type Lets = { readonly readers: Record<string, Reader<Frame>>; count: number }

export function addLet(lets: Lets, name: string, expression: MappingExpression): void {
  lets.readers[name] = remembered(lets, expression.run)
}

/**
 * The same expression, evaluated at most once a record where that is possible and worth it: paths are cheaper than
 * remembering, and what looks at the element changes with it.
 */
export function oncePerRecord(lets: Lets, expression: MappingExpression): MappingExpression {
  const { plain, reads, run } = expression
  if (plain || reads.has('it') || reads.has('i')) return expression
  return { ...expression, run: remembered(lets, run) }
}

function remembered(lets: Lets, run: Reader<Frame>): Reader<Frame> {
  const index = lets.count
  lets.count += 1
  return (frame) => {
    if (frame.stamps[index] === frame.record) return frame.values[index]
    const value = run(frame)
    frame.values[index] = value
    frame.stamps[index] = frame.record
    return value
  }
}

const record: Readonly<Record<string, Reader<Frame>>> = {
  rec: (frame) => frame.rec,
  src: (frame) => frame.src,
}

const element: Readonly<Record<string, Reader<Frame>>> = {
  it: (frame) => frame.it,
  i: (frame) => frame.i,
}

/** Names that may stand in expressions of a record, and of an element of `each`. */
export function namesOf(lets: Lets, terms: Terms, withElement: boolean): Names<Frame> {
  return {
    variables: { ...record, ...(withElement ? element : {}), ...lets.readers },
    functions: [termFunction(terms), knownFunction(terms)],
  }
}

/** Variables that a `let` may not take. */
export const takenNames: readonly string[] = ['rec', 'src', 'it', 'i']

function termFunction(terms: Terms): LanguageFunction {
  return define(
    'term(word)',
    'The row of terms.csv for a word of the source, or null.',
    [],
    (word) => {
      const found = typeof word === 'string' ? terms.find(word) : undefined
      if (found === undefined) return null
      return {
        word: found.word,
        milestone: found.milestone,
        classifier: found.classifier ?? null,
        substatus: found.substatus ?? null,
        hold: found.hold?.kind ?? null,
        action: found.hold?.action ?? null,
        label: found.label ?? null,
      }
    },
  )
}

function knownFunction(terms: Terms): LanguageFunction {
  return define(
    'known(words)',
    'The first of several words that terms.csv knows, else the first that is there.',
    [],
    (words) => {
      const texts = (Array.isArray(words) ? (words as unknown[]) : [words])
        .filter((word) => word !== null && word !== '')
        .map(String)
      return texts.find((word) => terms.find(word) !== undefined) ?? texts[0] ?? null
    },
  )
}
