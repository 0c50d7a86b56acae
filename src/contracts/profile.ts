/** What records of a source look like, counted field by field; profiles of one source add up. */

/** Kinds of values JSON knows, integers told apart from other numbers. */
export type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null'

/**
 * One field, named by its path. `values`: the distinct texts seen, null when there are too many to be a list of words.
 * `format`: what every text of it looks like, null when they differ.
 */
export type FieldProfile = {
  readonly types: Partial<Record<Kind, number>>
  readonly values: readonly string[] | null
  readonly format: TextFormat | null
}
export type TextFormat = 'date' | 'date-time' | 'number' | 'plain'

/** Path to field. A path is a JSON pointer with `[]` for the elements of a list: `/lines/[]/sku`; the record itself is ''. */
export type Profile = {
  readonly records: number
  readonly fields: Readonly<Record<string, FieldProfile>>
}

export const profileLimits = {
  fieldsMax: 2_000,
  depthMax: 24,
  elementsMax: 20,
  wordsMax: 20,
  wordCharsMax: 64,
} as const

type Field = {
  types: Partial<Record<Kind, number>>
  values: Set<string> | null
  format: TextFormat | null
}

/** Counts records one after the other. */
export type Profiler = {
  readonly records: number
  readonly add: (tree: unknown) => void
  readonly profile: () => Profile
}

export function createProfiler(): Profiler {
  const fields = new Map<string, Field>()
  let records = 0
  return {
    get records() {
      return records
    },
    add(tree) {
      records++
      visit(fields, '', tree, 0)
    },
    profile: () => ({
      records,
      fields: Object.fromEntries([...fields].map(([path, field]) => [path, closed(field)])),
    }),
  }
}

function closed({ types, values, format }: Field): FieldProfile {
  return { types: { ...types }, values: values === null ? null : [...values], format }
}

function visit(fields: Map<string, Field>, path: string, value: unknown, depth: number): void {
  let field = fields.get(path)
  if (field === undefined) {
    if (fields.size >= profileLimits.fieldsMax) return
    field = { types: {}, values: new Set(), format: null }
    fields.set(path, field)
  }
  const kind = kindOf(value)
  const texts = field.types.string ?? 0
  field.types[kind] = (field.types[kind] ?? 0) + 1
  if (kind === 'string') noteText(field, value as string, texts === 0)
  if (depth >= profileLimits.depthMax) return
  if (kind === 'array') {
    for (const element of (value as unknown[]).slice(0, profileLimits.elementsMax))
      visit(fields, `${path}/[]`, element, depth + 1)
  } else if (kind === 'object') {
    for (const [name, inner] of Object.entries(value as object))
      visit(fields, `${path}/${escaped(name)}`, inner, depth + 1)
  }
}

function noteText(field: Field, text: string, first: boolean): void {
  const format = formatOf(text)
  field.format = first || field.format === format ? format : 'plain'
  if (field.values === null || field.values.has(text)) return
  if (text.length > profileLimits.wordCharsMax || field.values.size >= profileLimits.wordsMax)
    field.values = null
  else field.values.add(text)
}

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number'
    case 'boolean':
      return 'boolean'
    case 'object':
      return 'object'
    case 'bigint':
      return 'integer'
    default:
      return 'string'
  }
}

function formatOf(text: string): TextFormat {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'date'
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text))
    return 'date-time'
  return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? 'number' : 'plain'
}

/** A name as a step of a path (RFC 6901); a name that is `[]` is told apart from the elements of a list. */
export function escaped(name: string): string {
  const plain = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return plain === '[]' ? '~2' : plain
}

/** The names of a path's steps. */
export function stepsOf(path: string): string[] {
  return path === '' ? [] : path.slice(1).split('/')
}

export function nameOf(step: string): string {
  return step === '~2' ? '[]' : step.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Two profiles of one source as one. */
export function addProfiles(a: Profile, b: Profile): Profile {
  const fields: Record<string, FieldProfile> = { ...a.fields }
  for (const [path, field] of Object.entries(b.fields)) {
    const before = fields[path]
    if (before !== undefined) fields[path] = together(before, field)
    else if (Object.keys(fields).length < profileLimits.fieldsMax) fields[path] = field
  }
  return { records: a.records + b.records, fields }
}

function together(a: FieldProfile, b: FieldProfile): FieldProfile {
  const types = { ...a.types }
  for (const [kind, times] of Object.entries(b.types) as [Kind, number][])
    types[kind] = (types[kind] ?? 0) + times
  const words = a.values === null || b.values === null ? null : new Set([...a.values, ...b.values])
  const values = words === null || words.size > profileLimits.wordsMax ? null : [...words]
  const texts = [a, b].filter((field) => (field.types.string ?? 0) > 0)
  const format =
    texts.length === 0
      ? null
      : texts.every((one) => one.format === texts[0]!.format)
        ? texts[0]!.format
        : 'plain'
  return { types, values, format }
}

export const noProfile: Profile = { records: 0, fields: {} }
