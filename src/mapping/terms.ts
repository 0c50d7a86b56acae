import { didYouMean } from '#language/nearest.ts'
import { milestones } from '#model/milestone.ts'
import type { Classifier, Milestone } from '#model/milestone.ts'
import type { Hold } from '#model/event.ts'
import type { Instant } from '#model/time.ts'
import type { ConfigError } from './errors.ts'
import { isPattern, patternOf, wordsOf } from './patterns.ts'
import type { Pattern } from './patterns.ts'

/** What a source's word means in the hub's words. */
export type Term = {
  readonly word: string
  readonly milestone: Milestone
  readonly classifier?: Classifier
  readonly substatus?: string
  readonly hold?: Hold
  readonly label?: string
  /** Whether somebody (the recipient, the shipper) has to act now; undefined when the terminology does not say. */
  readonly actionRequired?: boolean
  /** The language of the word, as BCP 47 names it. */
  readonly language?: string
  /** First and last day (`2026-03-01`, UTC) on which the word means this; without them always. */
  readonly from?: string
  readonly until?: string
}

/**
 * A source's terminology. `find` takes the word as the source wrote it; words as they are come before patterns. `at`: when it
 * was said, for words whose meaning has dates; without it what was written first counts.
 */
export type Terms = {
  readonly list: readonly Term[]
  readonly find: (word: string, at?: Instant) => Term | undefined
}

const columns = [
  'word',
  'milestone',
  'substatus',
  'classifier',
  'hold',
  'action',
  'label',
  'required',
  'language',
  'from',
  'until',
] as const
type Column = (typeof columns)[number]
const classifiers = ['PLN', 'EST', 'REQ', 'ACT'] as const
const known: readonly string[] = [...milestones, 'unknown', 'note']
const seenMax = 5_000

/** Words compare trimmed, without case, with single spaces. */
export function normalWord(word: string): string {
  return word.trim().toLowerCase().replaceAll(/\s+/g, ' ')
}

/** Reads `terms.csv`; everything wrong goes to `errors` with its line. */
export function readTerms(file: string, text: string, errors: ConfigError[]): Terms {
  const refuse = (
    line: number,
    column: Column | '',
    message: string,
    expected: string,
    hint = '',
  ): undefined => {
    errors.push({ file, line, column: 1, path: column, message, expected, hint })
    return undefined
  }
  const [header, ...rows] = readCsv(text.replace(/^\uFEFF/, ''), (line) =>
    refuse(line, '', 'a quote is never closed', '"..."'),
  )
  const byWord = new Map<string, Term[]>()
  const patterns: [Pattern, Term][] = []
  if (header === undefined) {
    refuse(1, '', 'the file is empty', `a header line: ${columns.join(',')}`)
    return terms(byWord, patterns)
  }
  const names = header.cells.map((cell) => cell.trim().toLowerCase())
  for (const name of names) {
    if (!(columns as readonly string[]).includes(name)) {
      refuse(
        header.line,
        '',
        `unknown column ${name}`,
        `columns ${columns.join(',')}`,
        didYouMean(name, columns),
      )
    }
  }
  for (const name of ['word', 'milestone'] as const) {
    if (!names.includes(name))
      refuse(header.line, name, `the column ${name} is missing`, `columns ${columns.join(',')}`)
  }
  const lines = new Map<string, { line: number; term: Term }[]>()
  for (const row of rows) {
    if (row.cells.length > names.length) {
      refuse(
        row.line,
        '',
        `the line has ${row.cells.length} cells`,
        `${names.length}; a cell with a comma needs "quotes"`,
      )
    }
    const cell = (name: Column): string => row.cells[names.indexOf(name)]?.trim() ?? ''
    const term = termOf(cell, (column, ...rest) => refuse(row.line, column, ...rest))
    if (term === undefined) continue
    const word = normalWord(term.word)
    const others = lines.get(word) ?? []
    const before = others.find((other) => overlap(other.term, term))
    if (before !== undefined)
      refuse(
        row.line,
        'word',
        `the word ${term.word} is also in line ${before.line}`,
        'every word once, or from and until of its own for each meaning',
      )
    lines.set(word, [...others, { line: row.line, term }])
    if (isPattern(word)) patterns.push([patternOf(word), term])
    else byWord.set(word, [...(byWord.get(word) ?? []), term])
  }
  return terms(byWord, patterns)
}

/** Several terminologies as one: the first that knows a word says what it means. Null when there is none. */
export function joinTerms(all: readonly (Terms | null)[]): Terms | null {
  const known = all.filter((one) => one !== null)
  if (known.length <= 1) return known[0] ?? null
  return {
    list: known.flatMap((one) => one.list),
    find: (word, at) => {
      for (const one of known) {
        const term = one.find(word, at)
        if (term !== undefined) return term
      }
      return undefined
    },
  }
}

/** Whether there is a day on which both hold. */
export function overlap(a: Term, b: Term): boolean {
  return (a.from ?? '') <= (b.until ?? '9999') && (b.from ?? '') <= (a.until ?? '9999')
}

type Refuse = (column: Column, message: string, expected: string, hint?: string) => undefined

function termOf(cell: (name: Column) => string, refuse: Refuse): Term | undefined {
  const word = cell('word')
  const milestone = cell('milestone')
  const classifier = cell('classifier').toUpperCase()
  if (word === '') return refuse('word', 'the word is empty', 'the word as the source writes it')
  if (!known.includes(milestone)) {
    return refuse(
      'milestone',
      `unknown milestone ${milestone || '(empty)'} for the word ${word}`,
      'a milestone of the hub, note or unknown',
      didYouMean(milestone, known),
    )
  }
  if (classifier !== '' && !(classifiers as readonly string[]).includes(classifier)) {
    return refuse(
      'classifier',
      `unknown classifier ${classifier}`,
      `one of ${classifiers.join(', ')}`,
    )
  }
  const required = cell('required').toLowerCase()
  if (required !== '' && required !== 'yes' && required !== 'no')
    return refuse('required', `required is ${required}`, 'yes or no, or nothing')
  for (const column of ['from', 'until'] as const) {
    if (!/^(?:\d{4}-\d\d-\d\d)?$/.test(cell(column)))
      return refuse(column, `${column} is ${cell(column)}`, 'a day such as 2026-03-01, or nothing')
  }
  const action = cell('action')
  const kind = cell('hold')
  if (
    (kind === '') !== (action === '') ||
    (action !== '' && action !== 'placed' && action !== 'released')
  ) {
    return refuse(
      'action',
      `hold ${kind || '(empty)'} with action ${action || '(empty)'}`,
      'a hold with placed or released, or neither',
    )
  }
  return {
    word,
    milestone: milestone as Milestone,
    ...(classifier !== '' && { classifier: classifier as Classifier }),
    ...(cell('substatus') !== '' && { substatus: cell('substatus') }),
    ...(kind !== '' && { hold: { kind, action: action as Hold['action'] } }),
    ...(cell('label') !== '' && { label: cell('label') }),
    ...(required !== '' && { actionRequired: required === 'yes' }),
    ...(cell('language') !== '' && { language: cell('language') }),
    ...(cell('from') !== '' && { from: cell('from') }),
    ...(cell('until') !== '' && { until: cell('until') }),
  }
}

function terms(
  byWord: ReadonlyMap<string, readonly Term[]>,
  patterns: readonly (readonly [Pattern, Term])[],
): Terms {
  // Words as written, so that a known spelling costs one look-up; bounded because sources invent words.
  const seen = new Map<string, readonly Term[]>()
  return {
    list: [...[...byWord.values()].flat(), ...patterns.map(([, term]) => term)],
    find: (word, at) => {
      let found = seen.get(word)
      if (found === undefined) {
        found = byWord.get(normalWord(word)) ?? matching(patterns, word)
        if (seen.size >= seenMax) seen.clear()
        seen.set(word, found)
      }
      const [term] = found
      if (term === undefined || (term.from === undefined && term.until === undefined)) return term
      return at === undefined ? term : found.find((one) => holds(one, at))
    },
  }
}

function holds({ from = '', until = '9999' }: Term, at: Instant): boolean {
  const day = new Date(at).toISOString().slice(0, 10)
  return from <= day && day <= until
}

function matching(patterns: readonly (readonly [Pattern, Term])[], word: string): readonly Term[] {
  if (patterns.length === 0) return []
  const words = wordsOf(word)
  const found = patterns.find(([pattern]) => pattern(words))
  return found === undefined ? [] : [found[1]]
}

type Row = { readonly line: number; readonly cells: string[] }

/** RFC 4180: commas, "quoted ""cells""", line ends of any kind. Empty lines and lines that begin with # are skipped. */
function readCsv(text: string, unclosed: (line: number) => void): Row[] {
  const rows: Row[] = []
  let line = 1
  let row: Row = { line, cells: [] }
  let cell = ''
  let quoted = false
  const endCell = (): void => {
    row.cells.push(cell)
    cell = ''
  }
  const endRow = (): void => {
    endCell()
    if (row.cells.length > 1 || (row.cells[0] !== '' && !row.cells[0]!.startsWith('#'))) {
      if (!row.cells[0]!.startsWith('#')) rows.push(row)
    }
    row = { line: line + 1, cells: [] }
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (quoted) {
      if (character === '"' && text[at + 1] === '"') at += 1
      else if (character === '"') quoted = false
      if (character !== '"' || quoted) cell += character
    } else if (character === '"' && cell === '') quoted = true
    else if (character === ',') endCell()
    else if (character === '\n') endRow()
    else if (character !== '\r') cell += character
    if (character === '\n') line += 1
  }
  if (quoted) unclosed(row.line)
  if (cell !== '' || row.cells.length > 0) endRow()
  return rows
}
