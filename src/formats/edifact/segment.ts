import { isUtf8 } from 'node:buffer'
import { limits } from '#model/limits.ts'
import type { FaultCode } from '#model/record.ts'
import { valueOf, type Text } from '../text.ts'
import { skipLayout } from './layout.ts'
import { meaning, type Separators } from './separators.ts'

/** A segment as the tree has it: `LIN03` is the first component of element 3, `LIN0302` its second. */
export type Elements = Record<string, unknown>

/** A segment and its place. One object is used for all segments of an interchange. */
export type Segment = { tag: string; from: number; to: number; elements: Elements }

export type Trouble = { readonly code: FaultCode; readonly detail: string }

/** How values are read: their separators, their character set (null: UTF-8 where it is, else Latin-1), wrapped or not. */
export type Reading = {
  readonly source: Text
  readonly separators: Separators
  readonly decoder: TextDecoder | null
  readonly blocked: boolean
}

const validTag = /^[A-Z][A-Z0-9]{2}$/
const tags = new Map<number, Tag>()
const tagsMax = 4_096
const componentsKept = 12
const elementsKept = 24

/** Names of elements by their number and that of the component, made when first needed. */
type Tag = { readonly name: string; readonly keys: string[] }

function tagOf(packed: number): Tag | null {
  const known = tags.get(packed)
  if (known !== undefined) return known
  const name = String.fromCharCode((packed >> 16) & 255, (packed >> 8) & 255, packed & 255)
  if (!validTag.test(name)) return null
  const tag = { name, keys: [] }
  if (tags.size < tagsMax) tags.set(packed, tag)
  return tag
}

function keyOf({ name, keys }: Tag, element: number, component: number): string {
  const kept = element <= elementsKept && component <= componentsKept
  const index = element * (componentsKept + 1) + component
  const known = kept ? keys[index] : undefined
  if (known !== undefined) return known
  const number = String(element).padStart(2, '0')
  const key = `${name}${number}${component === 1 ? '' : String(component).padStart(2, '0')}`
  if (kept) keys[index] = key
  return key
}

/**
 * Reads the segment at or behind `at` into `segment`; gives what is wrong with it, else null. Empty components are left out.
 * Where an element is repeated (syntax version 4), its further repetitions stand under `repeats`.
 */
export function readSegment(reading: Reading, at: number, segment: Segment): Trouble | null {
  const { source, separators } = reading
  const { codes, size } = source
  const { classes, terminator } = separators
  const from = skipLayout(source, at)
  segment.from = from
  let index = from
  let packed = 0
  for (let count = 0; index < size && count < 3; index++) {
    const code = codes[index]!
    if (classes[code] === meaning.layout) continue
    packed = (packed << 8) | code
    count++
  }
  while (index < size && classes[codes[index]!] === meaning.layout && codes[index] !== terminator)
    index++
  const tag = tagOf(packed)
  const behind = codes[index]
  const nested = behind === separators.component
  if (
    tag === null ||
    !(behind === undefined || behind === terminator || nested || behind === separators.behindTag)
  )
    return badTag(reading, segment)
  const elements: Elements = {}
  segment.tag = tag.name
  segment.elements = elements
  // Explicit nesting counts behind the tag (syntax versions 1 to 3) say nothing that the groups do not.
  if (nested)
    while (index < size && codes[index] !== separators.behindTag && codes[index] !== terminator)
      index++
  if (index < size && codes[index] !== terminator)
    index = readElements(reading, tag, elements, index)
  segment.to = Math.min(size, index + 1)
  return index < size || mayEndTheBytes(tag.name, terminator)
    ? null
    : { code: 'truncated', detail: `The bytes end inside of segment ${tag.name}.` }
}

/** A line break at the end of a file is easily lost; an end that lost a part of itself does not match its begin. */
function mayEndTheBytes(tag: string, terminator: number): boolean {
  return terminator === 10 || ['UNT', 'UNE', 'UNZ', 'MTR', 'END'].includes(tag)
}

/** Reads from the separator behind the tag up to the terminator; gives the index of that, or of the end of the bytes. */
function readElements(reading: Reading, tag: Tag, elements: Elements, at: number): number {
  const { source, separators } = reading
  const { codes, size } = source
  const { classes } = separators
  let target = elements
  let [element, component, from, odd] = [1, 1, at + 1, false]
  for (let index = from; ; index++) {
    const kind = index < size ? classes[codes[index]!]! : meaning.terminator
    if (kind === meaning.plain) continue
    if (kind === meaning.layout || kind === meaning.release) {
      odd = true
      if (kind === meaning.release) index++
      continue
    }
    const end = Math.min(index, size)
    if (end > from && element <= limits.columnsMax) {
      const value = odd ? plainText(reading, from, end) : decoded(reading, from, end)
      if (value !== '') target[keyOf(tag, element, component)] = value
    }
    if (kind === meaning.terminator) return end
    from = index + 1
    odd = false
    if (kind === meaning.component) component++
    else if (kind === meaning.element) {
      element++
      component = 1
      target = elements
    } else {
      component = 1
      const repeats = (elements['repeats'] ??= []) as Elements[]
      repeats.push((target = {}))
    }
  }
}

function decoded({ source, decoder }: Reading, from: number, to: number): string {
  if (decoder === null || source.high === 'none' || source.high === 'utf-8')
    return valueOf(source, from, to)
  const bytes = source.bytes.subarray(from, to)
  return isUtf8(bytes) ? valueOf(source, from, to) : decoder.decode(bytes)
}

/** Without release characters and line breaks; one inside of a value is a space, unless the file is wrapped. */
function plainText(reading: Reading, from: number, to: number): string {
  const { separators, blocked } = reading
  const release = separators.release < 0 ? '' : String.fromCharCode(separators.release)
  const text = decoded(reading, from, to).replaceAll(/[\r\n]+[\t ]*$|^[\r\n]+/g, '')
  let result = ''
  let last = ''
  for (let at = 0; at < text.length; at++) {
    let character = text[at]!
    if (character === release && at + 1 < text.length) character = text[++at]!
    else if (character === '\r' || character === '\n') {
      if (blocked || last === ' ') continue
      character = ' '
    }
    result += character
    last = character
  }
  return result
}

function badTag({ source, separators }: Reading, segment: Segment): Trouble {
  const end = source.text.indexOf(String.fromCharCode(separators.terminator), segment.from)
  segment.tag = ''
  segment.elements = {}
  segment.to = end < 0 ? source.size : end + 1
  if (end < 0) return { code: 'truncated', detail: 'The bytes end inside of a segment.' }
  return {
    code: 'syntax',
    detail: 'A segment does not begin with a tag of three capital letters and digits.',
  }
}
