import { rolesOf, type Kind } from '../csv/guess-lines.ts'
import { textOf, valueOf } from '../text.ts'
import { layoutOf, type GuessedColumn } from './layout.ts'

/** Options of format fixed-width that fit a file. */
export type GuessedFixed = {
  readonly columns?: readonly GuessedColumn[]
  readonly skip?: number
  readonly lines?: unknown
}

const guessLines = 300
const guessBytes = 128 * 1024
const kindsMax = 80

/** A layout that fits a file, for onboarding; null when its lines show none. */
export function guessFixed(bytes: Buffer): GuessedFixed | null {
  const lines = firstLines(bytes)
  if (lines.length === 0) return null
  const mark = markOf(lines)
  if (mark !== null) {
    const option = typedLayout(lines, mark)
    if (option !== null) return { lines: option }
  }
  const layout = layoutOf(lines)
  if (layout === null) return null
  return { columns: layout.columns, ...(layout.skip > 0 && { skip: layout.skip }) }
}

/** Lines whose columns stand at the same places, where no separator makes a table. */
export function sniffFixed(bytes: Buffer): number {
  const start = bytes.toString('latin1', 0, 64).trimStart()
  if (bytes.length < 20 || /^[<{[$!%]|^(ISA|UNA|UNB|EDI_DC|imei)/.test(start)) return 0
  const lines = firstLines(bytes)
  if (lines.length < 2 || lines.some((line) => controls.test(line))) return 0
  const separated = [',', ';', '\t', '|'].some((sign) => {
    const counts = lines.map((line) => line.split(sign).length).toSorted((one, two) => one - two)
    const middle = counts[counts.length >> 1]!
    return middle > 1 && counts.filter((count) => count === middle).length > lines.length * 0.6
  })
  if (separated) return 0
  const mark = markOf(lines)
  if (mark !== null && typedLayout(lines, mark) !== null) return 0.66
  const layout = layoutOf(lines)
  if (layout === null || layout.columns.length < 3) return 0
  const width = Math.max(...lines.map((line) => line.length))
  const even = lines.filter((line) => line.length >= width * 0.6).length / lines.length
  return width >= 15 && even > 0.7 ? 0.64 : 0.2
}

// oxlint-disable-next-line no-control-regex -- text has none of them
const controls = /[\u0000-\u0008\u000e-\u0019\u001b-\u001f]/

function firstLines(bytes: Buffer): string[] {
  const source = textOf(bytes.subarray(0, guessBytes))
  const text = valueOf(source, source.start, source.size)
  const lines = text.split(/\r\n|\n|\r/)
  if (bytes.length > guessBytes) lines.pop()
  return lines
    .filter((line) => line.trim() !== '' && line !== '\u001a')
    .slice(0, guessLines)
    .map((line) => line.slice(0, 4_000))
}

type Mark = { readonly length: number; readonly tagged: boolean }

/** How many characters at the start say what a line is. `tagged`: a space and one value follow. */
function markOf(lines: readonly string[]): Mark | null {
  if (lines.length < 3) return null
  const tag = /^([A-Z]{1,3}\d{1,4}|[A-Z]{2,4}|\d{2,3}) +\S/
  const tags = lines.map((line) => tag.exec(`${line.trimEnd()} .`)?.[1]?.length ?? 0)
  const length = tags[0]!
  const fits = (wanted: number): boolean => {
    const marks = new Set(lines.map((line) => line.slice(0, wanted)))
    return marks.size > 1 && marks.size <= Math.min(kindsMax, lines.length / 1.3)
  }
  if (length > 1 && tags.every((one) => one === length) && fits(length))
    return { length, tagged: true }
  if (lines.every((line) => /^\d\d/.test(line)) && /^0[01]|^10/.test(lines[0]!) && fits(2)) {
    const marks = new Set(lines.map((line) => line.slice(0, 2)))
    if (marks.size <= 12 && marks.size * 2 <= lines.length + 2) return { length: 2, tagged: false }
  }
  const letters = new Set(lines.map((line) => line[0]!))
  const known = [...letters].every((letter) => /[HDTFLPSKIEAC]/.test(letter))
  return known && letters.size > 1 && /^[HFKA]/.test(lines[0]!)
    ? { length: 1, tagged: false }
    : null
}

function typedLayout(lines: readonly string[], { length, tagged }: Mark): unknown {
  const byType = new Map<string, number[]>()
  for (const [index, line] of lines.entries()) {
    const type = line.slice(0, length).trim()
    byType.set(type, [...(byType.get(type) ?? []), index])
  }
  const rows = lines.map((line) => [line.slice(0, length).trim(), line])
  const kinds: Kind[] = [...byType].map(([type, at]) => {
    return { type, at, rows: at.map((index) => rows[index]!), widths: new Set([2]) }
  })
  const roles = rolesOf(rows, kinds)
  if (roles === null) return null
  const described = kinds.map(({ type, at }) => {
    const { role, of } = roles.get(type)!
    const own = at.map((index) => lines[index]!)
    const columns = tagged
      ? [{ name: 'value', start: length + 2 }]
      : [{ name: 'mark', start: 1, length }, ...columnsBehind(own, length)]
    return [type, { ...(role !== 'detail' && { role }), ...(of && { of }), columns }] as const
  })
  const other = tagged ? { other: { columns: [{ name: 'value', start: length + 2 }] } } : {}
  return { type: { start: 1, length }, kinds: Object.fromEntries(described), ...other }
}

function columnsBehind(lines: readonly string[], length: number): readonly GuessedColumn[] {
  const layout = layoutOf(lines.map((line) => line.slice(length)))
  const columns = layout?.columns ?? [{ name: 'column1', start: 1 }]
  return columns.map((column, index) => {
    return { ...column, name: `column${index + 2}`, start: column.start + length }
  })
}
