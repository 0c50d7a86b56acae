import { limits } from '#model/limits.ts'
import type { Found } from '#model/record.ts'
import { bad, good, shown } from '../fault.ts'
import { lineCounter, textOf } from '../text.ts'
import { parents } from './layouts.ts'
import { recordsOf, type Fields, type FlatRecord } from './records.ts'

type Data = FlatRecord & { kind: 'data' }
type Open = {
  readonly from: number
  to: number
  readonly control: Fields
  readonly data: Data[]
  readonly statuses: Fields[]
}

/** IDocs of a flat file; each begins with its control record. Status records without an IDoc are records of their own. */
export function* readFlat(bytes: Buffer): Generator<Found> {
  const source = textOf(bytes)
  const { unit } = source
  const line = lineCounter(source)
  const span = (from: number, to: number): [number, number] => [
    from * unit,
    Math.min(bytes.length, to * unit),
  ]
  let open: Open | null = null
  let left = limits.recordsPerReceiptMax
  let any = false
  for (const record of recordsOf(source)) {
    any = true
    const { from, to } = record
    if (record.kind === 'control' && open !== null) yield finished(open, span)
    if (--left < 0) {
      yield bad(
        ...span(from, source.size),
        'too-many',
        `There are more than ${limits.recordsPerReceiptMax} records.`,
      )
      return
    }
    if (record.kind === 'control') {
      open = { from, to, control: record.fields, data: [], statuses: [] }
    } else if (record.kind === 'status') {
      if (open === null)
        yield good(...span(from, to), { type: 'STATUS', EDI_DS40: [record.fields] })
      else {
        open.statuses.push(record.fields)
        open.to = to
      }
    } else if (record.kind === 'other') {
      yield bad(
        ...span(open?.from ?? from, to),
        'syntax',
        `${shown(record.text)} is no record of an IDoc.`,
        `line ${line(from)}`,
      )
      open = null
    } else if (open === null) {
      yield bad(
        ...span(from, to),
        'envelope',
        `Segment ${shown(record.type)} has no control record before it.`,
        `line ${line(from)}`,
      )
    } else {
      open.data.push(record)
      open.to = to
    }
  }
  if (open !== null) yield finished(open, span)
  else if (!any) yield bad(0, bytes.length, 'empty', 'There is nothing but white space.')
}

function finished(open: Open, span: (from: number, to: number) => [number, number]): Found {
  const [from, to] = span(open.from, open.to)
  if (to - from > limits.recordBytesMax)
    return bad(
      from,
      to,
      'too-large',
      `The IDoc has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`,
    )
  if (open.data.length === 0 && open.statuses.length === 0)
    return bad(from, to, 'empty', 'The IDoc has no segments.')
  const tree: Fields = { type: open.control['IDOCTYP'] ?? '', EDI_DC40: [open.control] }
  if (open.statuses.length > 0) tree['EDI_DS40'] = open.statuses
  nest(tree, open.data)
  return good(from, to, tree)
}

/**
 * Puts segments below their parents: by PSGNUM where the file uses it, else by what is known of a segment, else below the last
 * segment of a higher level that may have children.
 */
function nest(root: Fields, data: readonly Data[]): void {
  const numbered = data.some(({ parent }) => !/^0*$/.test(parent))
  const byNumber = new Map<number, Fields>()
  const path: { type: string; level: number; fields: Fields }[] = []
  for (const { type, number, parent, level, fields } of data) {
    let owner: Fields | undefined
    if (numbered) owner = /^0*$/.test(parent) ? root : byNumber.get(Number(parent))
    if (owner === undefined) {
      const known = parents.get(type)
      const at =
        known === undefined
          ? lastAbove(path, type, level)
          : path.findLastIndex((one) => one.type === known)
      owner = at < 0 ? root : path[at]!.fields
      path.length = at + 1
      path.push({ type, level, fields })
    }
    byNumber.set(Number(number), fields)
    const list = Object.hasOwn(owner, type) ? owner[type] : undefined
    if (Array.isArray(list)) list.push(fields)
    else owner[type] = [fields]
  }
}

/** Segments of the document's head stand beside each other whatever their level says; nothing is below E1EDK01. */
function lastAbove(
  path: readonly { type: string; level: number }[],
  type: string,
  level: number,
): number {
  if (/^E1(EDK|EDS|EDP01|EDT20|MBXYH|STATS)/.test(type)) return -1
  return path.findLastIndex((one) => one.level < level && one.type !== 'E1EDK01')
}
