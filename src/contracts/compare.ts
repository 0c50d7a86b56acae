/**
 * What changed between two versions of a contract, and who can still read what. Backward: whoever reads by the new contract
 * can read records of the old. Forward: whoever reads by the old contract can read records of the new. Fields nobody
 * expects are let be, so a new optional field harms neither.
 */
import type { Contract, ContractField } from './contract.ts'
import { parentOf, shownPath } from './contract.ts'

export type ChangeKind =
  | 'added'
  | 'added-required'
  | 'removed'
  | 'removed-required'
  | 'made-optional'
  | 'made-required'
  | 'type-widened'
  | 'type-narrowed'
  | 'type-changed'
  | 'values-added'
  | 'values-removed'

export type ContractChange = {
  readonly path: string
  readonly kind: ChangeKind
  readonly backward: boolean
  readonly forward: boolean
  /** A sentence. */
  readonly detail: string
}

export type Compatibility = 'full' | 'backward' | 'forward' | 'none'

export type Comparison = {
  readonly compatibility: Compatibility
  readonly changes: readonly ContractChange[]
}

export function compareContracts(before: Contract, after: Contract): Comparison {
  const paths = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])
  const changes = [...paths].toSorted().flatMap((path) => changesOf(path, before, after))
  const backward = changes.every((change) => change.backward)
  const forward = changes.every((change) => change.forward)
  const compatibility = backward ? (forward ? 'full' : 'backward') : forward ? 'forward' : 'none'
  return { compatibility, changes }
}

function changesOf(path: string, before: Contract, after: Contract): ContractChange[] {
  const old = before.fields[path]
  const now = after.fields[path]
  const change = (kind: ChangeKind, backward: boolean, forward: boolean, what: string) => [
    { path, kind, backward, forward, detail: `${shownPath(path)} ${what}` },
  ]
  if (old === undefined && now !== undefined) {
    // What stands inside of something new is new with it.
    const inside = path !== '' && before.fields[parentOf(path)] === undefined
    if (inside || !now.required) return change('added', true, true, `is new (${typesText(now)})`)
    return change('added-required', false, true, `is new in every record (${typesText(now)})`)
  }
  if (now === undefined && old !== undefined) {
    if (!old.required) return change('removed', true, true, 'is gone')
    const inside = path !== '' && after.fields[parentOf(path)] === undefined
    if (inside) return change('removed', true, true, 'is gone with what held it')
    return change('removed-required', true, false, 'is gone; it stood in every record')
  }
  return [...requirement(old!, now!, change), ...typing(old!, now!, change)]
}

type Make = (
  kind: ChangeKind,
  backward: boolean,
  forward: boolean,
  what: string,
) => ContractChange[]

function requirement(old: ContractField, now: ContractField, change: Make): ContractChange[] {
  if (old.required && !now.required)
    return change('made-optional', true, false, 'is not always there any more')
  if (!old.required && now.required)
    return change('made-required', false, true, 'is in every record')
  return []
}

function typing(old: ContractField, now: ContractField, change: Make): ContractChange[] {
  const takesOld = old.types.every((type) => takes(now, type))
  const takesNow = now.types.every((type) => takes(old, type))
  const what = `was ${typesText(old)} and is ${typesText(now)}`
  if (takesOld && !takesNow) return change('type-widened', true, false, what)
  if (!takesOld && takesNow) return change('type-narrowed', false, true, what)
  if (!takesOld) return change('type-changed', false, false, what)
  return wording(old.values, now.values, change)
}

/** Every whole number is a number. */
function takes(field: ContractField, type: string): boolean {
  return (
    (field.types as readonly string[]).includes(type) ||
    (type === 'integer' && field.types.includes('number'))
  )
}

function wording(
  old: readonly string[] | undefined,
  now: readonly string[] | undefined,
  change: Make,
): ContractChange[] {
  if (old === undefined && now === undefined) return []
  const added = now === undefined ? [] : now.filter((word) => old?.includes(word) === false)
  const removed = old === undefined ? [] : old.filter((word) => now?.includes(word) === false)
  if (now === undefined) return change('values-added', true, false, 'is no list of words any more')
  if (old === undefined) return change('values-removed', false, true, 'is a list of words')
  return [
    ...(added.length > 0
      ? change('values-added', true, false, `has new words: ${added.join(', ')}`)
      : []),
    ...(removed.length > 0
      ? change('values-removed', false, true, `has not the words ${removed.join(', ')}`)
      : []),
  ]
}

function typesText({ types }: ContractField): string {
  return types.join(' or ') || 'nothing'
}
