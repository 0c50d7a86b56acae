import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import { shown } from './fault.ts'
import { optionsOf } from './options.ts'

/**
 * What a line of one type is. `file`: it speaks for the whole file, every record has it under its name; `record`: it begins
 * a record; `detail`: it belongs to the last line of type `of` (the record when null); `end`: it ends records and tells nothing.
 */
export type LineKind<Column> = {
  readonly role: 'file' | 'record' | 'detail' | 'end'
  readonly name: string
  readonly of: string | null
  readonly columns: readonly Column[]
}

/** Line types by their mark, as lines spell it. `other`: what lines of types not listed are, null where they are a fault. */
export type Groups<Column> = {
  readonly kinds: ReadonlyMap<string, LineKind<Column>>
  readonly other: LineKind<Column> | null
}

/** A line as a format read it. Offsets are bytes; `at`: `line 7`, for people. */
export type TypedLine = {
  readonly from: number
  readonly to: number
  readonly type: string
  readonly fields: Record<string, unknown>
  readonly fault: Fault | null
  readonly at: string
}

const roles = ['file', 'record', 'detail', 'end'] as const

/** Reads `kinds` and `other` of option `lines`; `columnsOf` reads the columns of one kind. Throws a sentence. */
export function groupsOption<Column>(
  format: string,
  raw: Record<string, unknown>,
  columnsOf: (value: unknown, kind: string) => readonly Column[],
): Groups<Column> {
  const kinds = new Map<string, LineKind<Column>>()
  const given = raw['kinds']
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(
      `Option 'lines' of format ${format}: expected kinds, such as { H: { role: record }, D: {} }.`,
    )
  for (const [type, value] of Object.entries(given))
    kinds.set(type, kindOf(format, type, value, columnsOf))
  if (![...kinds.values()].some(({ role }) => role === 'record'))
    throw new TypeError(
      `Option 'lines' of format ${format}: no kind has the role record, which begins a record.`,
    )
  for (const [type, { of }] of kinds) {
    if (of !== null && !kinds.has(of))
      throw new TypeError(
        `Option 'lines' of format ${format}: ${type} is a detail of ${of}, which is no kind.`,
      )
  }
  const other = raw['other']
  return {
    kinds,
    other: other === undefined || other === null ? null : kindOf(format, '', other, columnsOf),
  }
}

function kindOf<Column>(
  format: string,
  type: string,
  value: unknown,
  columnsOf: (value: unknown, kind: string) => readonly Column[],
): LineKind<Column> {
  const given = optionsOf(format, value ?? {}, ['role', 'name', 'of', 'columns'])
  const role = roles.find((one) => one === (given['role'] ?? 'detail'))
  const name = given['name'] ?? type
  if (role === undefined)
    throw new TypeError(
      `Option 'lines' of format ${format}: the role of ${type} is one of ${roles.join(', ')}.`,
    )
  if (typeof name !== 'string' || name === '__proto__')
    throw new TypeError(`Option 'lines' of format ${format}: the name of ${type} is no word.`)
  const of = typeof given['of'] === 'string' ? given['of'] : null
  return { role, name, of, columns: columnsOf(given['columns'], type) }
}

/** What a line of this mark is; null when no kind says so. */
export function kindNamed<Column>(groups: Groups<Column>, type: string): LineKind<Column> | null {
  return groups.kinds.get(type) ?? groups.other
}

type Open = {
  from: number
  to: number
  tree: Record<string, unknown>
  last: Map<string, Record<string, unknown>>
  fault: Fault | null
}

/**
 * Lines to records: `{ ...fields of the record's line, D: [{ ... }], T: [{ ... }], FH: { ... } }`. Details are lists under
 * their name, in their parent; file lines are objects. A line that cannot be read makes its whole record a fault, because
 * an order with a line missing is a wrong order.
 */
export function* assemble<Column>(
  lines: Iterable<TypedLine>,
  groups: Groups<Column>,
  file: Record<string, unknown>,
): Generator<Found> {
  let open: Open | null = null
  for (const line of lines) {
    const kind = kindNamed(groups, line.type)
    const role = line.fault === null ? kind?.role : undefined
    if (role === 'record' || role === 'end' || role === 'file') {
      if (open !== null) yield closed(open)
      open = null
      if (role === 'file') file[kind!.name] = line.fields
      if (role === 'record') open = opened(line, file)
      continue
    }
    const fault = line.fault ?? (kind === null ? unknownType(line) : null)
    if (open === null) {
      yield { ok: false, from: line.from, to: line.to, fault: fault ?? orphan(line) }
      continue
    }
    open.to = line.to
    if (open.to - open.from > limits.recordBytesMax) open.fault ??= tooLarge(line)
    if (fault !== null) open.fault ??= fault
    else if (open.fault === null) open.fault = added(open, line, kind!)
  }
  if (open !== null) yield closed(open)
}

function opened({ from, to, type, fields }: TypedLine, file: Record<string, unknown>): Open {
  const tree = { ...fields, ...file }
  return { from, to, tree, last: new Map([[type, tree]]), fault: null }
}

function closed({ from, to, tree, fault }: Open): Found {
  return fault === null ? { ok: true, from, to, tree } : { ok: false, from, to, fault }
}

function added<Column>(open: Open, line: TypedLine, kind: LineKind<Column>): Fault | null {
  const parent = kind.of === null ? open.tree : open.last.get(kind.of)
  if (parent === undefined) {
    const detail = `A line ${shown(line.type)} stands before any line ${shown(kind.of!)} of its record.`
    return { code: 'syntax', detail, path: line.at }
  }
  const name = kind.name === '' ? line.type : kind.name
  if (name === '__proto__')
    return {
      code: 'hostile',
      detail: "A line's type is '__proto__', which is refused.",
      path: line.at,
    }
  const list = Object.hasOwn(parent, name) ? parent[name] : undefined
  if (Array.isArray(list)) list.push(line.fields)
  else parent[name] = [line.fields]
  open.last.set(line.type, line.fields)
  return null
}

function unknownType({ type, at }: TypedLine): Fault {
  return { code: 'syntax', detail: `There is no kind of line ${shown(type)}.`, path: at }
}

function orphan({ type, at }: TypedLine): Fault {
  return {
    code: 'syntax',
    detail: `A line ${shown(type)} stands where no record is open.`,
    path: at,
  }
}

function tooLarge({ at }: TypedLine): Fault {
  return {
    code: 'too-large',
    detail: `The record has more than ${limits.recordBytesMax} bytes.`,
    path: at,
  }
}

/**
 * How far records are whole: offset of the last line that begins one with another before it, or behind the last line that
 * ends one; 0 when there is none.
 */
export function wholeRecords<Column>(
  lines: Iterable<{ from: number; next: number; type: string }>,
  groups: Groups<Column>,
): number {
  let whole = 0
  let any = false
  for (const { from, next, type } of lines) {
    const role = kindNamed(groups, type)?.role
    if (role === 'record') {
      if (any) whole = from
      any = true
    } else if (role === 'end' && any) whole = next
  }
  return whole
}
