import type { AssignedField } from './assign.ts'
import { expressionFor, listExpression } from './expressions.ts'
import { lineOf, type EventPlan, type Line, type LinesPlan } from './plan-types.ts'

/** Facts of records go to the first event of records, those of elements to the first event of the elements. */
export function withFacts(
  events: readonly EventPlan[],
  fields: readonly AssignedField[],
): EventPlan[] {
  const bases = new Set<string>()
  const lines = linesPlan(fields)
  const first = events.find(({ base }) => base === '') ?? events[0]
  return events.map((event) => {
    const own = bases.has(event.base) ? [] : factLines(fields, event.base, event.base)
    bases.add(event.base)
    const shared = event === first ? factLines(fields, null, event.base) : []
    const part =
      event.part !== null &&
      event !== first &&
      events.some(
        (one) => one !== event && one.part === null && one.term?.code === event.term?.code,
      )
    const facts = unique([...own, ...shared, ...(part ? factLines(fields, '', '') : [])])
    const told = event === first || part ? lines : null
    return { ...event, facts, lines: told }
  })
}

function unique(lines: readonly Line[]): Line[] {
  return lines.filter((line, index) => lines.findIndex(({ key }) => key === line.key) === index)
}

/** Facts in a list, or with `list` null those outside of events' lists. */
function factLines(fields: readonly AssignedField[], list: string | null, base: string): Line[] {
  return fields.flatMap((one) => {
    if (!one.role?.startsWith('fact:')) return []
    if (list !== null && one.field.list !== list) return []
    const code = expressionFor(one.field, base)
    return code === null ? [] : [lineOf(one.role.slice(5), typed(code, one), one)]
  })
}

const numbers =
  /^(?:fact|line):(?:value|price|invoiceAmount|weight|quantity\w*|pieces|temperature)$/
const days = /^line:(?:requested|promised)$/

/** Numbers are read as numbers and days as ISO 8601, as the values are written. */
function typed(code: string, { role, profile, field }: AssignedField): string {
  if (numbers.test(role ?? '')) {
    if (field.values.every((value) => typeof value === 'number')) return code
    return `num(${code}, '${profile.decimalComma ? ',' : '.'}')`
  }
  if (days.test(role ?? '') && profile.time !== null && profile.time.format !== 'iso')
    return `iso(${code}, '${profile.time.format}')`
  const text = field.values.some((value) => typeof value !== 'string')
  return text ? `text(${code})` : code
}

function linesPlan(fields: readonly AssignedField[]): LinesPlan | null {
  const lists = new Map<string, AssignedField[]>()
  for (const one of fields)
    if (one.role?.startsWith('line:') || one.role === 'line-key')
      lists.set(one.field.list, [...(lists.get(one.field.list) ?? []), one])
  const [best] = [...lists].toSorted(
    (a, b) => b[1].length - a[1].length || b[0].length - a[0].length,
  )
  if (best === undefined) return null
  const [list, own] = best
  const key =
    own.find(({ role }) => role === 'line-key') ?? own.find(({ role }) => role === 'line:sku')
  const each = list === '' ? '[rec]' : listExpression(list)
  const code = key === undefined ? null : expressionFor(key.field, list)
  if (key === undefined || each === null || code === null) return null
  const facts = own.flatMap((one) => {
    const value = one.role === 'line-key' ? null : expressionFor(one.field, list)
    return value === null ? [] : [lineOf(one.role!.slice(5), typed(value, one), one)]
  })
  const some =
    key.field.values.length < Math.max(...own.map(({ field }) => field.values.length)) ||
    key.field.records < key.profile.count
  const keyed = expressionFor(key.field, list)!.replace(/^(?:rec|it)\b/, 'one')
  const listed =
    list === '' || some ? `${each}.filter(one, ${keyed} != null && ${keyed} != '')` : each
  return facts.length === 0
    ? null
    : { each: listed, key: lineOf('key', typed(code, key), key), facts }
}
