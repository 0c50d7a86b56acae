import { limits } from '#model/limits.ts'
import type { FaultCode } from '#model/record.ts'
import { valueOf, type Text } from '../text.ts'

/** What separates elements and segments in one interchange, as bytes; a terminator may be a character of several bytes. */
export type Separators = {
  readonly element: number
  /** Empty where ISA16 is missing. */
  readonly component: string
  /** Empty where the version or ISA11 knows none. */
  readonly repetition: string
  readonly terminator: string
  /** What each byte means inside of a segment: one of `plain`, `ends`, `last`, `odd`. */
  readonly classes: Uint8Array
}

const plain = 0
/** Ends an element. */
const ends = 1
/** Ends the segment, or begins to. */
const last = 2
/** Is part of an element that has to be normalised. */
const odd = 3

/** The separators of an interchange, with what follows from them for every byte. */
export function separatorsOf(
  element: number,
  component: string,
  repetition: string,
  terminator: string,
): Separators {
  const classes = new Uint8Array(256)
  classes[10] = classes[13] = odd
  if (component !== '' && component !== ':') classes[component.charCodeAt(0)] = odd
  if (repetition !== '' && repetition !== '^') classes[repetition.charCodeAt(0)] = odd
  classes[terminator.charCodeAt(0)] = last
  classes[element] = ends
  return { element, component, repetition, terminator, classes }
}

/** A segment: its object of elements (PO101, ...), its place. One object is used for all segments of an interchange. */
export type Segment = {
  tag: string
  /** Whether the tag belongs to an envelope, not into a set. */
  envelope: boolean
  /** Index of the tag and behind the terminator. */
  from: number
  to: number
  count: number
  elements: Record<string, string>
}

type Tag = { readonly name: string; readonly envelope: boolean; readonly keys: readonly string[] }

const envelopeTags = ['ST', 'SE', 'GS', 'GE', 'ISA', 'IEA', 'TA1']

const tags = new Map<number, Tag>()
const tagsMax = 4096
const validTag = /^[A-Z][A-Z0-9]{1,2}$/

/** The tag whose characters are packed into `code`, with the names of its first elements; `null` when it is none. */
function tagOf(code: number): Tag | null {
  const known = tags.get(code)
  if (known !== undefined) return known
  const name = String.fromCharCode((code >> 16) & 255, (code >> 8) & 255, code & 255).replaceAll(
    '\0',
    '',
  )
  if (!validTag.test(name)) return null
  const tag = {
    name,
    envelope: envelopeTags.includes(name),
    keys: Array.from({ length: 40 }, (_, index) => keyOf(name, index)),
  }
  if (tags.size < tagsMax) tags.set(code, tag)
  return tag
}

function keyOf(tag: string, index: number): string {
  return `${tag}${String(index + 1).padStart(2, '0')}`
}

/** Index of the first character at or behind `at` that is no space, tab or line break. Other control characters may separate. */
export function skipLayout(source: Text, at: number): number {
  const { codes, size } = source
  for (; at < size; at++) {
    const code = codes[at]!
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break
  }
  return at
}

export type Trouble = { readonly code: FaultCode; readonly detail: string }

/**
 * Reads the segment at or behind `at` into `segment`; gives what is wrong with it, else null. Line breaks that are not the
 * terminator are no data: files are wrapped at 80 columns on the way.
 */
export function readSegment(
  source: Text,
  at: number,
  separators: Separators,
  segment: Segment,
): Trouble | null {
  const { codes, size } = source
  const { classes, terminator } = separators
  const longEnd = terminator.length > 1
  let index = skipLayout(source, at)
  let packed = 0
  let kind = plain
  segment.from = index
  for (; index < size; index++) {
    const code = codes[index]!
    kind = classes[code]!
    if (kind === ends || kind === last || packed > 0xffffff) break
    if (code !== 10 && code !== 13) packed = packed * 256 + code
  }
  const tag = packed > 0xffffff ? null : tagOf(packed)
  if (tag === null) return badTag(source, segment, separators)
  const elements: Record<string, string> = {}
  const { keys } = tag
  let count = 0
  while (index < size && kind === ends) {
    const from = ++index
    let isOdd = false
    for (kind = plain; index < size; index++) {
      kind = classes[codes[index]!]!
      if (kind === plain) continue
      if (
        kind === ends ||
        (kind === last && (!longEnd || source.text.startsWith(terminator, index)))
      )
        break
      isOdd = true
    }
    if (index > from) {
      const value = isOdd
        ? normalised(source, from, index, separators)
        : valueOf(source, from, index)
      if (value !== '' && count < keys.length) elements[keys[count]!] = value
      else if (value !== '' && count < limits.columnsMax) elements[keyOf(tag.name, count)] = value
    }
    count++
  }
  segment.tag = tag.name
  segment.envelope = tag.envelope
  segment.elements = elements
  segment.count = count
  if (index >= size && !endsWithFile(tag.name, terminator)) {
    segment.to = size
    return { code: 'truncated', detail: `The bytes end inside of segment ${tag.name}.` }
  }
  segment.to = Math.min(size, index + terminator.length)
  if (segment.count <= limits.columnsMax) return null
  return {
    code: 'too-many',
    detail: `Segment ${tag.name} has ${segment.count} elements, at most ${limits.columnsMax} are read.`,
  }
}

/** A line break at the end of a file is easily lost; and an IEA that lost a part of itself does not match ISA. */
function endsWithFile(tag: string, terminator: string): boolean {
  return tag === 'IEA' || terminator === '\n' || terminator === '\r'
}

/**
 * Without line breaks, with ':' between components and '^' between repetitions, whatever the interchange uses. Components
 * left empty at the end are left out, as the standard wants them written.
 */
function normalised(source: Text, from: number, to: number, separators: Separators): string {
  const { component, repetition } = separators
  const parts = valueOf(source, from, to).replaceAll(/[\r\n]+/g, '')
  let result = ''
  for (const character of parts)
    result += character === repetition ? '^' : character === component ? ':' : character
  if (!parts.endsWith(component) || component === '') return result
  let size = result.length
  while (size > 0 && result[size - 1] === ':') size--
  return result.slice(0, size)
}

function badTag(source: Text, segment: Segment, separators: Separators): Trouble {
  const end = source.text.indexOf(separators.terminator, segment.from)
  segment.tag = ''
  segment.envelope = false
  segment.elements = {}
  segment.count = 0
  segment.to = end < 0 ? source.size : end + separators.terminator.length
  if (end < 0) return { code: 'truncated', detail: 'The bytes end inside of a segment.' }
  return {
    code: 'syntax',
    detail: 'A segment does not begin with a tag of two or three letters and digits.',
  }
}
