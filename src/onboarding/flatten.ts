/** A place in records where values stand: `scanEvents[].date`; lists are marked `[]`. */
export type Field = {
  readonly path: string
  /** Names from the record down; `[]` stands for an element. */
  readonly segments: readonly string[]
  /** The list the value stands in, '' outside of lists: `scanEvents[]`. */
  readonly list: string
  /** Records that have it, and its values in order; null and '' are left out. */
  readonly records: number
  /** Which records those are, by their index. */
  readonly within: ReadonlySet<number>
  readonly values: readonly (string | number | boolean)[]
}

export type Flat = {
  readonly fields: readonly Field[]
  /** The most elements a list had in one record. */
  readonly lists: ReadonlyMap<string, number>
  readonly records: number
}

const recordsMax = 2_000
const valuesMax = 5_000
const fieldsMax = 3_000
const depthMax = 14
const elementsMax = 200

type Filling = {
  segments: string[]
  list: string
  within: Set<number>
  values: (string | number | boolean)[]
}

/**
 * All places with values in records. Reads at most 2,000 records and 200 elements of a list. `single`: lists that never have
 * more than one element are no lists to their fields, as in lines that are grouped by their marks.
 */
export function flatten(trees: readonly unknown[], single = false): Flat {
  const fields = new Map<string, Filling>()
  const lists = new Map<string, number>()
  const visit = (
    value: unknown,
    segments: readonly string[],
    path: string,
    list: string,
    record: number,
  ): void => {
    if (value === null || value === undefined || value === '' || segments.length > depthMax) return
    if (Array.isArray(value)) {
      const below = `${path}[]`
      lists.set(below, Math.max(lists.get(below) ?? 0, value.length))
      for (const one of value.slice(0, elementsMax))
        visit(one, [...segments, '[]'], below, below, record)
    } else if (typeof value === 'object') {
      for (const [key, one] of Object.entries(value))
        visit(one, [...segments, key], path === '' ? key : `${path}.${key}`, list, record)
    } else if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    ) {
      if (typeof value === 'string' && value.trim() === '') return
      let field = fields.get(path)
      if (field === undefined) {
        if (fields.size >= fieldsMax) return
        field = { segments: [...segments], list, within: new Set(), values: [] }
        fields.set(path, field)
      }
      field.within.add(record)
      if (field.values.length < valuesMax) field.values.push(value)
    }
  }
  const read = trees.slice(0, recordsMax)
  for (const [record, tree] of read.entries()) visit(tree, [], '', '', record)
  return {
    fields: [...fields].map(([path, field]) => ({
      path,
      ...field,
      records: field.within.size,
      list: single && lists.get(field.list) === 1 ? '' : field.list,
    })),
    lists,
    records: read.length,
  }
}
