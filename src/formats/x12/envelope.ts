import { shown } from '../fault.ts'
import { moment } from '../moment.ts'
import type { Text } from '../text.ts'
import { separatorsOf, skipLayout, type Separators } from './segment.ts'

/** What a record shows of its interchange (ISA). */
export type Interchange = {
  readonly sender: string
  readonly senderQualifier: string
  readonly receiver: string
  readonly receiverQualifier: string
  readonly control: string
  readonly date: string
  readonly time: string
  readonly version: string
  readonly usage: string
  /** Date and time as ISO 8601, where they can be read. */
  readonly at?: string
}

export type Header = {
  readonly interchange: Interchange
  readonly separators: Separators
  readonly to: number
}

/** ISA has 106 characters; padding is often lost or doubled on the way, so more are looked through for its 16 elements. */
const isaCharsMax = 400

/**
 * Reads ISA at index `at` and what separates elements, components, repetitions and segments. Padding of its elements may be
 * missing (their number tells where they are); anything that leaves the separators in doubt is told as a sentence.
 */
export function readHeader(source: Text, at: number): Header | string {
  const { text } = source
  const separator = text.charCodeAt(at + 3)
  if (Number.isNaN(separator) || isWord(separator) || [0, 10, 13, 32].includes(separator))
    return 'Behind ISA no element separator stands.'
  const ends = elementEnds(source, at, separator)
  if (ends.length < 17) return `ISA has ${ends.length} elements, 16 are needed.`
  const elements = ends
    .slice(1)
    .map((end, index) => text.slice(ends[index]! + 1, end).replaceAll(/[\r\n]+/g, ''))
  const wrong = judgeElements(elements, text.slice(ends[0], ends[15]))
  if (wrong !== null) return wrong
  const { component, terminator, to } = lastSeparators(source, ends[15]! + 1, separator)
  const repetition = repetitionOf(elements[10]!, elements[11]!)
  const separators = separatorsOf(separator, component, repetition, terminator)
  const doubt = judgeSeparators(source, at, to, separators)
  if (doubt !== null) return doubt
  const field = (index: number): string => elements[index]!.trim()
  const told = moment(field(8), field(9))
  const interchange = {
    sender: field(5),
    senderQualifier: field(4),
    receiver: field(7),
    receiverQualifier: field(6),
    control: field(12),
    date: field(8),
    time: field(9),
    version: field(11),
    usage: field(14),
    ...(told !== null && { at: told }),
  }
  return { interchange, separators, to }
}

/** ISA16 and the segment terminator; where the next segment begins right behind one character, that is the terminator. */
function lastSeparators(
  source: Text,
  at: number,
  element: number,
): { component: string; terminator: string; to: number } {
  const { text } = source
  const first = characterAt(source, at)
  const next = at + first.length
  const mark = String.fromCharCode(element)
  if (
    !/[A-Za-z0-9\r\n]/.test(first) &&
    ['GS', 'TA1', 'ISB'].some((tag) => text.startsWith(tag + mark, next))
  )
    return { component: '', terminator: first, to: next }
  const terminator = lineBreak(characterAt(source, next), text, next)
  return { component: first, terminator, to: next + terminator.length }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

/** Indexes of the 16 separators of ISA and of the end of its last element; fewer when the next segment begins before. */
function elementEnds(source: Text, at: number, separator: number): number[] {
  const { codes, text } = source
  const ends: number[] = []
  const most = Math.min(source.size, at + isaCharsMax)
  const mark = String.fromCharCode(separator)
  const next = [`GS${mark}`, `TA1${mark}`]
    .map((tag) => text.slice(at, most).indexOf(tag))
    .filter((found) => found > 0 && text[at + found - 1] !== mark)
  const stop = Math.min(most, ...next.map((found) => at + found))
  for (let index = at; index < stop && ends.length < 16; index++)
    if (codes[index] === separator) ends.push(index)
  if (ends.length === 16) ends.push(ends[15]! + 1)
  return ends
}

function judgeElements(elements: readonly string[], head: string): string | null {
  const version = elements[11]!
  if (!/^\d{5}$/.test(version.trim()))
    return `ISA12, the version, is ${shown(version)}, not five digits.`
  if (!/^\d{1,9}$/.test(elements[12]!.trim()))
    return `ISA13, the control number, is ${shown(elements[12]!)}, not a number.`
  if (elements[14]!.trim().length !== 1)
    return `ISA15, the usage, is ${shown(elements[14]!)}, not one letter.`
  return head.length > isaCharsMax ? 'ISA is longer than any ISA can be.' : null
}

/** One character: of several bytes when the byte begins one in UTF-8. */
function characterAt(source: Text, at: number): string {
  const first = source.codes[at] ?? 0
  const length =
    source.high !== 'utf-8' || first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return source.text.slice(at, at + length)
}

function lineBreak(character: string, text: string, at: number): string {
  return character === '\r' && text[at + 1] === '\n' ? '\n' : character
}

/**
 * ISA11 separates repetitions since version 00402; before, it is the standard's identifier, mostly 'U'. Signs that words and
 * numbers are written with are text all the same: who names '-' there repeats nothing, and writes 999-001.
 */
function repetitionOf(isa11: string, version: string): string {
  const mark = isa11.trim()
  return Number(version) >= 402 && mark.length === 1 && !/[A-Za-z0-9\-./, ]/.test(mark) ? mark : ''
}

function judgeSeparators(
  source: Text,
  at: number,
  to: number,
  separators: Separators,
): string | null {
  const { component, terminator } = separators
  const element = String.fromCharCode(separators.element)
  if (terminator === '') return 'The bytes end inside of ISA.'
  if (component === '\r' || component === '\n') return 'ISA16, the component separator, is missing.'
  if (terminator === element)
    return 'ISA has more than 16 elements, or no segment terminator behind them.'
  if (component === terminator || component === element)
    return `ISA16, the component separator, is ${shown(component)} like another separator.`
  if (/^[A-Za-z0-9 ]$/.test(terminator))
    return `Behind ISA16 stands ${shown(terminator)}, which cannot end segments.`
  // ISA is counted by its elements: a line break in it only wraps it.
  if (terminator !== '\n' && source.text.slice(at, to - terminator.length).includes(terminator))
    return `The segment terminator ${shown(terminator)} stands inside of ISA.`
  const next = skipLayout(source, to)
  if (next < source.size && !/^[A-Z][A-Z0-9]{1,2}/.test(source.text.slice(next, next + 3))) {
    return `Behind ISA stands ${shown(source.text.slice(next, next + 10))}, which begins no segment.`
  }
  return terminator === '\n' || terminator === '\r'
    ? judgeLines(source, next, separators)
    : judgeFirst(source, next, separators)
}

/**
 * A line break as terminator and yet another mark at the end of each line: the terminator is missing in ISA. Where the mark is
 * ISA16, every line ends with a component left empty, which says the same as if ISA16 were missing.
 */
function judgeLines(source: Text, at: number, separators: Separators): string | null {
  const { component, terminator } = separators
  const lines = source.text
    .slice(at, at + 600)
    .split(terminator)
    .slice(0, 3)
    .map((line) => line.trimEnd())
  const last = lines[0]?.at(-1) ?? ''
  if (lines.length < 3 || /[A-Za-z0-9]/.test(last) || last === '' || lines[1]!.at(-1) !== last)
    return null
  if (last === component) return null
  return `By ISA segments end with their line, but they end with ${shown(last)}: the segment terminator is missing in ISA.`
}

/** A first segment that runs over several lines with tags was not ended by the terminator. */
function judgeFirst(source: Text, at: number, separators: Separators): string | null {
  if (!source.text.startsWith('GS', at)) return null
  let elements = 0
  for (let index = at; index < Math.min(source.size, at + isaCharsMax); index++) {
    const kind = source.codes[index]!
    if (kind === separators.terminator.charCodeAt(0)) break
    if (kind === separators.element) elements++
  }
  if (elements > 8) {
    return `GS does not end with ${shown(separators.terminator)}, which is the segment terminator by ISA.`
  }
  return null
}
