import { limits } from '#model/limits.ts'
import type { FaultCode } from '#model/record.ts'
import { skipSpace, valueOf, type Text } from '../text.ts'

/** What separates elements and segments in one interchange, as bytes; a terminator may be a character of several bytes. */
export type Separators = {
  readonly element: number
  readonly component: string
  /** Empty where the version or ISA11 knows none. */
  readonly repetition: string
  readonly terminator: string
}

/** A segment: its object of elements (PO101, ...), its place. One object is used for all segments of an interchange. */
export type Segment = {
  tag: string
  /** Index of the tag and behind the terminator. */
  from: number
  to: number
  count: number
  elements: Record<string, string>
}

type Tag = { readonly name: string; readonly keys: readonly string[] }

const tags = new Map<number, Tag>()
const tagsMax = 4096
const validTag = /^[A-Z][A-Z0-9]{1,2}$/

/** The tag whose characters are packed into `code`, with the names of its first elements; `null` when it is none. */
function tagOf(code: number): Tag | null {
  const known = tags.get(code)
  if (known !== undefined) return known
  const name = String.fromCharCode((code >> 16) & 255, (code >> 8) & 255, code & 255).replaceAll('\0', '')
  if (!validTag.test(name)) return null
  const tag = { name, keys: Array.from({ length: 40 }, (_, index) => keyOf(name, index)) }
  if (tags.size < tagsMax) tags.set(code, tag)
  return tag
}

function keyOf(tag: string, index: number): string {
  return `${tag}${String(index + 1).padStart(2, '0')}`
}

export type Trouble = { readonly code: FaultCode; readonly detail: string }

/**
 * Reads the segment at or behind `at` into `segment`; gives what is wrong with it, else null. Line breaks that are not the
 * terminator are no data: files are wrapped at 80 columns on the way.
 */
export function readSegment(source: Text, at: number, separators: Separators, segment: Segment): Trouble | null {
  const { codes, size } = source
  const { element, terminator } = separators
  const end0 = terminator.charCodeAt(0)
  const more = terminator.length > 1 ? terminator : ''
  const component = separators.component === ':' ? -1 : separators.component.charCodeAt(0)
  const repetition = separators.repetition === '^' || separators.repetition === '' ? -1 : separators.repetition.charCodeAt(0)
  let index = segment.from = skipSpace(source, at)
  let packed = 0
  let letters = 0
  let code = 0
  for (; index < size; index++) {
    code = codes[index]!
    if (code === element || code === end0) break
    if (code === 10 || code === 13) continue
    packed = (packed << 8) | code
    if (++letters > 3) break
  }
  const tag = letters > 3 ? null : tagOf(packed)
  if (tag === null) return badTag(source, segment, separators)
  segment.tag = tag.name
  segment.elements = {}
  segment.count = 0
  while (index < size && code === element) {
    const from = ++index
    let odd = false
    for (; index < size; index++) {
      code = codes[index]!
      if (code === element) break
      if (code === end0 && (more === '' || source.text.startsWith(more, index))) break
      if (code === component || code === repetition || code === 10 || code === 13) odd = true
    }
    const number = segment.count++
    if (index > from) put(segment, tag, number, odd ? normalised(source, from, index, separators) : valueOf(source, from, index))
  }
  if (index >= size && !endsWithFile(tag.name, terminator)) {
    segment.to = size
    return { code: 'truncated', detail: `The bytes end inside of segment ${tag.name}.` }
  }
  segment.to = Math.min(size, index + terminator.length)
  if (segment.count <= limits.columnsMax) return null
  return { code: 'too-many', detail: `Segment ${tag.name} has ${segment.count} elements, at most ${limits.columnsMax} are read.` }
}

/** A line break at the end of a file is easily lost; and an IEA that lost a part of itself does not match ISA. */
function endsWithFile(tag: string, terminator: string): boolean {
  return tag === 'IEA' || terminator === '\n' || terminator === '\r'
}

function put(segment: Segment, tag: Tag, number: number, value: string): void {
  if (value !== '' && number < limits.columnsMax) segment.elements[tag.keys[number] ?? keyOf(tag.name, number)] = value
}

/** Without line breaks, with ':' between components and '^' between repetitions, whatever the interchange uses. */
function normalised(source: Text, from: number, to: number, separators: Separators): string {
  const { component, repetition } = separators
  const parts = valueOf(source, from, to).replaceAll(/[\r\n]+/g, '')
  let result = ''
  for (const character of parts) result += character === repetition ? '^' : character === component ? ':' : character
  return result
}

function badTag(source: Text, segment: Segment, separators: Separators): Trouble {
  const end = source.text.indexOf(separators.terminator, segment.from)
  segment.tag = ''
  segment.elements = {}
  segment.count = 0
  segment.to = end < 0 ? source.size : end + separators.terminator.length
  if (end < 0) return { code: 'truncated', detail: 'The bytes end inside of a segment.' }
  return { code: 'syntax', detail: 'A segment does not begin with a tag of two or three letters and digits.' }
}
