/** A contract: what may be relied on in a source's records, concluded from what was seen. */
import { type FieldProfile, type Kind, nameOf, type Profile, stepsOf } from './profile.ts'

/** `required`: it stood in every object that could hold it. `values`: the only texts it had, where they are words. */
export type ContractField = {
  readonly types: readonly Kind[]
  readonly required: boolean
  readonly values?: readonly string[]
  readonly format?: 'date' | 'date-time' | 'number'
}

/** Fields by path (`profile.ts`); '' is the record itself. `records`: how many it was concluded from. */
export type Contract = {
  readonly records: number
  readonly fields: Readonly<Record<string, ContractField>>
}

/** From this many texts on, few distinct ones are words of a list. */
const wordsFrom = 20
const repeatedAtLeast = 4

export function contractOf(profile: Profile): Contract {
  const fields: Record<string, ContractField> = {}
  for (const path of Object.keys(profile.fields).toSorted())
    fields[path] = fieldOf(path, profile.fields[path]!, profile)
  return { records: profile.records, fields }
}

const order: readonly Kind[] = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null']

function fieldOf(path: string, field: FieldProfile, profile: Profile): ContractField {
  const seen = timesOf(field)
  const types = order.filter((kind) => (field.types[kind] ?? 0) > 0)
  // Whole numbers are numbers where others are not whole.
  const told = types.includes('number') ? types.filter((kind) => kind !== 'integer') : types
  const texts = field.types.string ?? 0
  const { values, format } = field
  const words =
    values !== null &&
    texts >= wordsFrom &&
    values.length * repeatedAtLeast <= texts &&
    format === 'plain'
  return {
    types: told,
    required: seen >= placesOf(path, profile),
    ...(words && { values: values.toSorted() }),
    ...(format !== null && format !== 'plain' && { format }),
  }
}

function timesOf({ types }: FieldProfile): number {
  return Object.values(types).reduce((sum, times) => sum + times, 0)
}

/** How many objects could have held the field; elements of a list and the record itself are always there. */
function placesOf(path: string, profile: Profile): number {
  if (path === '' || path.endsWith('/[]')) return 0
  return profile.fields[parentOf(path)]?.types.object ?? 0
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** A path as people and mappings write it: `rec.lines[].sku`. */
export function shownPath(path: string): string {
  return stepsOf(path).reduce((shown, step) => {
    if (step === '[]') return `${shown}[]`
    const name = nameOf(step)
    return /^[A-Za-z_@#]\w*$/.test(name) ? `${shown}.${name}` : `${shown}[${JSON.stringify(name)}]`
  }, 'rec')
}

/** Paths directly below `path`, in their order. */
export function childrenOf(contract: Contract, path: string): string[] {
  const depth = stepsOf(path).length + 1
  return Object.keys(contract.fields).filter(
    (one) => one.startsWith(`${path}/`) && stepsOf(one).length === depth,
  )
}
