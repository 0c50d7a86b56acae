/** Where a record leaves the contract in a field that the mapping needs. */
import type { Contract } from './contract.ts'
import { shownPath } from './contract.ts'
import type { Need } from './needs.ts'
import { kindOf, type Kind, nameOf, stepsOf } from './profile.ts'

export type Breach = {
  readonly path: string
  readonly kind: 'gone' | 'type-changed'
  readonly use: Need['use']
  readonly detail: string
}

/** A contract of fewer records says too little to be broken. */
export const recordsToRelyOn = 20

/**
 * The needed fields that stood in every record of the contract and are gone from this one, or whose value is of a kind
 * (object, list or plain value) they never had.
 */
export function breachesOf(tree: unknown, needs: readonly Need[], contract: Contract): Breach[] {
  if (contract.records < recordsToRelyOn) return []
  return needs.flatMap(({ path, use }): Breach[] => {
    const field = contract.fields[path]
    if (field === undefined || !alwaysThere(path, contract)) return []
    const value = valueAt(tree, stepsOf(path))
    const kind = kindOf(value)
    const shown = shownPath(path)
    if (kind === 'null') {
      if (field.types.includes('null')) return []
      const detail = `${shown} is gone; it stood in all ${contract.records} records of the contract and ${purpose[use]} is read from it`
      return [{ path, kind: 'gone', use, detail }]
    }
    if (field.types.some((type) => coarse(type) === coarse(kind))) return []
    const detail = `${shown} is ${kind}; it was ${field.types.join(' or ')} and ${purpose[use]} is read from it`
    return [{ path, kind: 'type-changed', use, detail }]
  })
}

const purpose = {
  identifier: 'which order is meant',
  time: 'the time',
  status: 'the status',
} as const satisfies Record<Need['use'], string>

function coarse(kind: Kind): 'object' | 'array' | 'plain' | 'null' {
  return kind === 'object' || kind === 'array' || kind === 'null' ? kind : 'plain'
}

function alwaysThere(path: string, { fields }: Contract): boolean {
  const steps = stepsOf(path)
  return steps.every((step, i) => {
    const upTo = `/${steps.slice(0, i + 1).join('/')}`
    return step === '[]' || fields[upTo]?.required === true
  })
}

function valueAt(tree: unknown, steps: readonly string[]): unknown {
  let value = tree
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return null
    // Elements of a list stand for each other.
    value =
      step === '[]'
        ? Array.isArray(value)
          ? value[0]
          : null
        : (value as Record<string, unknown>)[nameOf(step)]
  }
  return value
}
