import { shown } from '../fault.ts'
import type { Text } from '../text.ts'
import { skipLayout } from './layout.ts'

/** What a byte means inside of a segment. */
export const meaning = {
  plain: 0,
  component: 1,
  element: 2,
  repetition: 3,
  terminator: 4,
  release: 5,
  /** A line break, which is no data. */
  layout: 6,
} as const

/** What separates in one interchange, as bytes; -1: there is none. `classes`: the `meaning` of each byte. */
export type Separators = {
  readonly component: number
  readonly element: number
  readonly repetition: number
  readonly release: number
  readonly terminator: number
  /** What stands between a tag and its first element: the element separator, in TRADACOMS '='. */
  readonly behindTag: number
  readonly classes: Uint8Array
}

export type Start = { readonly separators: Separators; readonly to: number }

/** Separators out of their bytes. */
export function separatorsOf(
  component: number,
  element: number,
  repetition: number,
  release: number,
  terminator: number,
  behindTag = element,
): Separators {
  const classes = new Uint8Array(256)
  classes[10] = classes[13] = meaning.layout
  if (repetition >= 0) classes[repetition] = meaning.repetition
  if (release >= 0) classes[release] = meaning.release
  classes[component] = meaning.component
  classes[element] = meaning.element
  classes[terminator] = meaning.terminator
  return { component, element, repetition, release, terminator, behindTag, classes }
}

const space = 32
const [colon, plus, question, apostrophe, asterisk] = [58, 43, 63, 39, 42]
const [is1, is3, is4] = [0x1f, 0x1d, 0x1c]

/**
 * The separators of the interchange that begins at `at`, with UNA or with its first segment, and where that segment begins.
 * ISO 9735: UNA names them; without it they are those of level A, or of level B where UNB is followed by an information
 * separator. The repetition separator exists since syntax version 4. A sentence when they are in doubt.
 */
export function readStart(source: Text, at: number): Start | string {
  const { codes, text } = source
  if (text.startsWith('UNA', at)) return readAdvice(source, at)
  const version = /^UNB.[A-Z0-9]{4}.(\d)/.exec(text.slice(at, at + 12))?.[1]
  const repetition = version !== undefined && version >= '4' ? asterisk : -1
  const element = codes[at + 3]
  if (element === is3) return { separators: separatorsOf(is1, is3, -1, -1, is4), to: at }
  if (element !== plus) {
    return `Behind ${text.slice(at, at + 3)} stands ${shown(text.slice(at + 3, at + 4))}: without UNA only '+' separates elements.`
  }
  const terminator = endsByLine(source, at) ? 10 : apostrophe
  return { separators: separatorsOf(colon, plus, repetition, question, terminator), to: at }
}

/** UNA: component, element, decimal mark, release, repetition (a space where there is none), terminator. */
function readAdvice(source: Text, at: number): Start | string {
  const { codes, text, size } = source
  if (at + 9 > size) return 'The bytes end inside of UNA.'
  const [component, element, , release, repetition, terminator] = codes.subarray(at + 3, at + 9)
  const next = skipLayout(source, at + 9)
  const written = text.slice(at, at + 9)
  const used = [component!, element!, terminator!]
  if (release !== space) used.push(release!)
  if (repetition !== space && repetition !== release) used.push(repetition!)
  if (
    new Set(used).size < used.length ||
    used.some(isWord) ||
    component === space ||
    element === space
  )
    return `UNA is ${shown(written)}: its separators are not different signs.`
  if (next < size && !/^UN[BGH]/.test(text.slice(next, next + 3)))
    return `Behind UNA stands ${shown(text.slice(next, next + 12))}, not UNB.`
  const separators = separatorsOf(
    component!,
    element!,
    repetition === space || repetition === release ? -1 : repetition!,
    release === space ? -1 : release!,
    terminator!,
  )
  return { separators, to: next }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

/** Whether segments end with their line: the next one begins on the next line, and no apostrophe stands before it. */
function endsByLine(source: Text, at: number): boolean {
  const head = source.text.slice(at, at + 600)
  const next = /[\r\n]\s*UN[GH]\+/.exec(head)
  return next !== null && !head.slice(0, next.index).includes("'")
}
