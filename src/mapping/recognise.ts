import { truth } from '#language/operators.ts'
import { bounded, fields, items } from './document.ts'
import type { Place } from './document.ts'
import { newFrame } from './frame.ts'
import type { Mapping } from './map.ts'
import { read } from './read-rules.ts'
import type { RulesContext } from './read-rules.ts'
import type { RecogniseRule } from './rule.ts'

const weightUsual = 0.8

/** Reads `recognise`: signs by which a record of this kind of system is known. */
export function readRecognise(context: RulesContext, at: Place | undefined): RecogniseRule[] {
  const { document } = context
  const rules: RecogniseRule[] = []
  for (const item of items(document, at)) {
    const found = fields(document, item, ['when', 'weight'], ['when'])
    const when = read(context, found?.get('when'), false)
    const weight = bounded(document, found?.get('weight'), 0, 1) ?? weightUsual
    if (when !== undefined) rules.push({ when, weight })
  }
  return rules
}

/**
 * How surely a record is of this kind of system: the greatest weight of the rules that hold, 0 when none does. A rule that
 * cannot be evaluated on a record does not hold. Never throws.
 */
export function recogniser({ src, letCount, recognise }: Mapping): (tree: unknown) => number {
  const rules = recognise.toSorted((a, b) => b.weight - a.weight)
  const frame = newFrame(src, letCount)
  return (tree) => {
    frame.rec = tree ?? null
    frame.record += 1
    try {
      return rules.find(({ when }) => holds(() => when.run(frame)))?.weight ?? 0
    } finally {
      frame.rec = null
    }
  }
}

function holds(run: () => unknown): boolean {
  try {
    return truth(run())
  } catch {
    return false
  }
}
