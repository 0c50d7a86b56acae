/** Rows of several kinds: what each is, by which follows which. */

type Row = readonly string[]
export type Kind = {
  readonly type: string
  readonly rows: readonly Row[]
  readonly at: readonly number[]
  readonly widths: ReadonlySet<number>
}

/** Words by which programs mark lines of an order file. */
const marks =
  /^(H|HD|HDR|HEAD|HEADER|K|KOPF|FH|FHD|BH|OH|ORD|D|DT|DTL|DET|DETAIL|L|LN|LIN|LINE|I|IT|ITM|ITEM|P|POS|PO|S|SH|SHP|A|ADR|ADDR|N|C|T|TR|TRL|TRLR|TRAILER|TOT|F|FT|FTR|FOOTER|E|END|EOF|R|REC|[0-9]{1,3}|[A-Z]{1,3}\d{1,3})$/i
const kindsMax = 15
const rowsMin = 3

/**
 * Option `lines` for rows whose first value says what they are, as in H/D/T files; null for a plain table. Every kind has a
 * width of its own, or marks and the order in which they come leave no doubt.
 */
export function linesGuessed(rows: readonly Row[]): { option: unknown; uneven: boolean } | null {
  if (rows.length < rowsMin) return null
  const kinds = kindsOf(rows)
  if (kinds === null) return null
  const roles = rolesOf(rows, kinds)
  if (roles === null) return null
  const option = {
    type: 1,
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind.type, described(kind, roles.get(kind.type)!)]),
    ),
  }
  return { option, uneven: kinds.some(({ widths }) => widths.size > 1) }
}

function kindsOf(rows: readonly Row[]): Kind[] | null {
  const byType = new Map<string, number[]>()
  for (const [index, row] of rows.entries()) {
    const type = row[0]?.trim() ?? ''
    if (!marks.test(type) && !/^[A-Z]{2,8}$/.test(type)) return null
    const list = byType.get(type)
    if (list === undefined) byType.set(type, [index])
    else list.push(index)
    if (byType.size > kindsMax) return null
  }
  if (byType.size < 2 || byType.size > rows.length / 1.3) return null
  const kinds = [...byType].map(([type, at]) => {
    const own = at.map((index) => rows[index]!)
    return { type, rows: own, at, widths: new Set(own.map(({ length }) => length)) }
  })
  const numbers = kinds.every(({ type }) => /^\d+$/.test(type))
  const widths = new Set(kinds.flatMap((kind) => [...kind.widths]))
  const even = kinds.filter((kind) => kind.widths.size === 1).length >= kinds.length * 0.7
  if (widths.size > 1 && even && (!numbers || sameLength(kinds))) return kinds
  return !numbers && differentShapes(kinds) ? kinds : null
}

function sameLength(kinds: readonly Kind[]): boolean {
  return (
    kinds[0]!.type.length > 1 && kinds.every(({ type }) => type.length === kinds[0]!.type.length)
  )
}

const heads = /^(fh|fhd|h|hd|hdr|head|header|k|kopf|oh|ord|a)$/i
const details = /^(d|dt|dtl|det|detail|l|ln|lin|line|i|it|itm|item|p|pos)$/i

/** Of one width, kinds have marks that speak for themselves, or fill different columns. */
function differentShapes(kinds: readonly Kind[]): boolean {
  const first = kinds.toSorted((a, b) => a.at[0]! - b.at[0]!)[0]!
  if (!heads.test(first.type)) return false
  if (kinds.some(({ type }) => details.test(type))) return true
  const shapes = kinds.map(({ rows }) =>
    rows[0]!.map((_, column) => (rows.some((row) => row[column]?.trim()) ? '1' : '0')).join(''),
  )
  return new Set(shapes).size > 1
}

export type Role = { readonly role: 'file' | 'record' | 'detail' | 'end'; readonly of?: string }

/** What kinds of lines are to each other, by their order; every row begins with its type. Null when nothing begins a record. */
export function rolesOf(rows: readonly Row[], kinds: readonly Kind[]): Map<string, Role> | null {
  const inOrder = kinds.toSorted((a, b) => a.at[0]! - b.at[0]!)
  const roles = new Map<string, Role>()
  const rest = [...inOrder]
  // What stands once, above the first kind that comes again and again in turns with others, speaks for the file.
  const turning = inOrder.findIndex((kind, index) => turns(kind, inOrder.slice(index + 1)))
  const above = inOrder.slice(0, Math.max(0, turning))
  if (above.every((kind) => kind.at.length === 1)) {
    for (const { type } of above) roles.set(type, { role: 'file' })
    rest.splice(0, above.length)
  }
  const record = rest.shift()
  if (record === undefined) return null
  roles.set(record.type, { role: 'record' })
  const last = rows.length - 1
  const lastRecord = record.at.at(-1)!
  for (const kind of rest) {
    const once = kind.at.length === 1 && kind.at[0]! > lastRecord && record.at.length > 1
    const closing = once && rows.slice(kind.at[0]).every((row) => stands(row, kinds) === 1)
    if (closing && (kind.at[0] === last || rest.length > 1)) roles.set(kind.type, { role: 'end' })
    else {
      const parent = parentOf(rows, kind, record.type, rest)
      roles.set(kind.type, parent === null ? { role: 'detail' } : { role: 'detail', of: parent })
    }
  }
  return roles
}

/** How often rows of this one's type stand in the file. */
function stands(row: Row, kinds: readonly Kind[]): number {
  return kinds.find(({ type }) => type === row[0]?.trim())?.at.length ?? 0
}

/** Whether a kind comes more than once, with others between. */
function turns(kind: Kind, others: readonly Kind[]): boolean {
  const [first, last] = [kind.at[0]!, kind.at.at(-1)!]
  return last > first && others.some(({ at }) => at.some((index) => index > first && index < last))
}

/** The kind that always stands right above, and comes several times in a record. */
function parentOf(
  rows: readonly Row[],
  kind: Kind,
  record: string,
  others: readonly Kind[],
): string | null {
  const above = new Set<string>()
  for (const index of kind.at) {
    let up = index - 1
    while (up >= 0 && rows[up]![0]!.trim() === kind.type) up--
    above.add(up < 0 ? '' : rows[up]![0]!.trim())
  }
  const [only] = above
  if (above.size !== 1 || only === undefined || only === record) return null
  const parent = others.find(({ type }) => type === only)
  // A trailer stands behind the last detail only; what hangs on details comes between them.
  const hangs = parent !== undefined && kind.at.length > 1
  return hangs && betweenSiblings(rows, kind, parent, record) ? only : null
}

function betweenSiblings(rows: readonly Row[], kind: Kind, parent: Kind, record: string): boolean {
  return kind.at.some((index) => {
    for (let down = index + 1; down < rows.length; down++) {
      const type = rows[down]![0]!.trim()
      if (type === record) return false
      if (type === parent.type) return true
    }
    return false
  })
}

function described({ rows }: Kind, { role, of }: Role): unknown {
  const width = Math.max(...rows.map(({ length }) => length))
  const columns = ['mark', ...Array.from({ length: width - 1 }, (_, index) => `column${index + 2}`)]
  return { ...(role !== 'detail' && { role }), ...(of !== undefined && { of }), columns }
}
