/** Where columns begin and end in lines, by what stands in them. */

/** As in option `columns`: start from 1. */
export type GuessedColumn = {
  readonly name: string
  readonly start: number
  readonly length?: number
}

export type Layout = { readonly columns: readonly GuessedColumn[]; readonly skip: number }

const columnsMax = 300
const isoDay = /^(19[89]\d|20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/

/**
 * Columns of lines: under a ruler (`---- ----`), else between gutters of spaces, where digits turn into letters, and around
 * dates inside of digits. A first line of names, told by having no digits where the others do, names them and is skipped.
 */
export function layoutOf(lines: readonly string[]): Layout | null {
  const ruler = lines.findIndex((line) => /^[-=]{2,}(?:[ +|]+[-=]{2,})+ *$/.test(line))
  if (ruler >= 0 && ruler < 10) return ruled(lines, ruler)
  const named = lines.length > 2 && isHeader(lines)
  const data = named ? lines.slice(1) : lines
  const starts = startsOf(data)
  if (starts.length < 2) return null
  const width = Math.max(...data.map((line) => line.length))
  const columns = starts.slice(0, columnsMax).map((start, index) => {
    const end = starts[index + 1] ?? width
    return { start: start + 1, length: end - start }
  })
  const names = named ? namesOver(lines[0]!, columns) : null
  return {
    columns: columns.map((column, index) => {
      return { name: names?.[index] ?? `column${index + 1}`, ...column }
    }),
    skip: named ? 1 : 0,
  }
}

function ruled(lines: readonly string[], ruler: number): Layout {
  const columns = [...lines[ruler]!.matchAll(/[-=]{2,}/g)].map((found, index, all) => {
    const next = all[index + 1]?.index
    const start = found.index + 1
    return next === undefined ? { start } : { start, length: next - found.index }
  })
  const title = lines[ruler - 1] ?? ''
  const names = unique(
    columns.map(({ start, length }, index) => {
      const name = title.slice(start - 1, length === undefined ? undefined : start - 1 + length)
      return name.trim() === '' ? `column${index + 1}` : name.trim()
    }),
  )
  return {
    columns: columns.map((column, index) => ({ name: names[index]!, ...column })),
    skip: ruler + 1,
  }
}

function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} ${times}`
  })
}

function isHeader(lines: readonly string[]): boolean {
  const digits = (line: string): number => line.replaceAll(/\D/g, '').length
  const rest = lines.slice(1)
  return digits(lines[0]!) === 0 && rest.filter((line) => digits(line) > 2).length > rest.length / 2
}

/** Indexes at which a column begins. */
function startsOf(lines: readonly string[]): number[] {
  const width = Math.max(...lines.map((line) => line.length))
  const share = (index: number, test: RegExp): number =>
    lines.filter((line) => test.test(line[index] ?? ' ')).length / lines.length
  const blank: number[] = []
  const digit: number[] = []
  const letter: number[] = []
  for (let index = 0; index < width; index++) {
    blank.push(share(index, / /))
    digit.push(share(index, /\d/))
    letter.push(share(index, /\p{L}/u))
  }
  const starts = [0]
  for (let index = 1; index < width; index++) {
    const here = { blank: blank[index], digit: digit[index], letter: letter[index] }
    const before = { blank: blank[index - 1]!, digit: digit[index - 1], letter: letter[index - 1] }
    const clear = before.blank === 1 && here.blank !== 1
    const gutter = clear && (here.blank! <= 0.6 || blank[index - 2] === 1 || lines.length >= 30)
    const texts = before.blank >= 0.3 && here.blank === 0 && lines.length > 2
    const toLetters = before.digit === 1 && here.letter === 1
    const toDigits = before.letter === 1 && here.digit === 1 && lines.length > 2
    if (
      (gutter && !words(lines, index)) ||
      texts ||
      toLetters ||
      (toDigits && !steady(lines, index))
    )
      starts.push(index)
  }
  return withDates(lines, starts, digit, width)
}

/** Two words of one text with the same gap by chance: one line shows nothing, a gap of one space little. */
function words(lines: readonly string[], index: number): boolean {
  return lines.length === 1 && !/ {2}$/.test(lines[0]!.slice(0, index))
}

/** Letters before digits that are the same in all lines are a prefix (SO123, PO-7), not a column. */
function steady(lines: readonly string[], index: number): boolean {
  return new Set(lines.map((line) => line[index - 1])).size === 1
}

/** Splits runs of digits at dates that every line has there. */
function withDates(
  lines: readonly string[],
  starts: readonly number[],
  digit: readonly number[],
  width: number,
): number[] {
  const all = new Set(starts)
  for (let from = 0; from + 8 <= width; from++) {
    if (digit[from] !== 1) continue
    if (!lines.every((line) => isoDay.test(line.slice(from, from + 8)))) continue
    const run = runEnd(digit, from)
    const clock = timeLength(lines, from + 8, run)
    all.add(from)
    if (from + 8 + clock < width) all.add(from + 8 + clock)
    from += 7 + clock
  }
  return [...all].toSorted((a, b) => a - b)
}

function runEnd(digit: readonly number[], from: number): number {
  let end = from
  while (digit[end] === 1) end++
  return end
}

/** Digits behind a date that are a time in every line: 6, 4 or 0. */
function timeLength(lines: readonly string[], from: number, end: number): number {
  for (const length of [6, 4]) {
    const clock = length === 6 ? /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/ : /^([01]\d|2[0-3])[0-5]\d$/
    if (end - from >= length && lines.every((line) => clock.test(line.slice(from, from + length))))
      return length
  }
  return 0
}

/** Names from a header line, over where the columns stand. */
function namesOver(
  header: string,
  columns: readonly { start: number; length: number }[],
): string[] {
  return unique(
    columns.map(({ start, length }, index) => {
      const last = index === columns.length - 1
      const name = header.slice(start - 1, last ? undefined : start - 1 + length).trim()
      return name === '' ? `column${index + 1}` : name
    }),
  )
}
