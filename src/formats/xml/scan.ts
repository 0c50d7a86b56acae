import { limits } from '#model/limits.ts'
import type { FaultCode } from '#model/record.ts'
import { shown } from '../fault.ts'
import { skipSpace, valueOf, type Text } from '../text.ts'
import { unescaped } from './entities.ts'
import { nameAt, type Name } from './names.ts'

export type Attributes = Readonly<Record<string, string>> | null

/** Who builds something of a document. `from` is the index of the `<` of the start tag, `to` the index behind the end tag. */
export type Builder = {
  readonly open: (name: Name, attributes: Attributes, from: number) => void
  /** An element without elements in it. */
  readonly leaf: (
    name: Name,
    attributes: Attributes,
    text: string,
    from: number,
    to: number,
  ) => void
  /** Text beside elements; white space alone is not told. */
  readonly text: (text: string) => void
  readonly close: (name: Name, to: number) => void
}

/** Why a document could not be read on, and where. */
export class XmlFault extends Error {
  readonly code: FaultCode
  readonly at: number
  constructor(code: FaultCode, detail: string, at: number) {
    super(detail)
    this.code = code
    this.at = at
  }
}

const lt = 60
const gt = 62
const slash = 47

/** Where the scanner stands; `amp` is the next `&` at or behind the place it was last asked for. */
type Scanner = { readonly source: Text; readonly builder: Builder; at: number; amp: number }

/**
 * Reads the document that begins at `at` (XML 1.0 with namespaces, without a document type) and tells the builder. Gives the
 * index behind the root element; throws `XmlFault`. Linear in the size of the document.
 */
export function scanDocument(source: Text, at: number, builder: Builder): number {
  const scanner: Scanner = { source, builder, at, amp: -2 }
  const stack: Name[] = []
  prolog(scanner)
  do {
    if (stack.length > 0) content(scanner, stack)
    else element(scanner, stack)
  } while (stack.length > 0)
  return scanner.at
}

function prolog(scanner: Scanner): void {
  const { source } = scanner
  for (;;) {
    scanner.at = skipSpace(source, scanner.at)
    const { at } = scanner
    if (at >= source.size) throw new XmlFault('truncated', 'There is no element.', at)
    if (source.text.startsWith('<?', at)) scanner.at = behind(source, '?>', at)
    else if (source.text.startsWith('<!--', at)) scanner.at = behind(source, '-->', at)
    else if (source.text.startsWith('<!', at)) refuseDeclaration(source, at)
    else if (source.codes[at] === lt) break
    else
      throw new XmlFault(
        'syntax',
        `The document begins with ${shown(source.text.slice(at, at + 20))}, not with '<'.`,
        at,
      )
  }
  if (/^<html[\s>]/i.test(source.text.slice(scanner.at, scanner.at + 6))) throw html(scanner.at)
}

function html(at: number): XmlFault {
  return new XmlFault(
    'unsupported',
    'This is an HTML page, not XML: probably an error page of a web server.',
    at,
  )
}

function refuseDeclaration(source: Text, at: number): never {
  const text = source.text.slice(at, at + 32)
  if (/^<!doctype\s+html/i.test(text)) throw html(at)
  if (/^<!doctype/i.test(text))
    throw new XmlFault('hostile', 'The document has a DOCTYPE, which is refused unread.', at)
  throw new XmlFault('syntax', `${shown(text)} is no declaration that may stand here.`, at)
}

function behind(source: Text, end: string, at: number): number {
  const found = source.text.indexOf(end, at)
  if (found < 0) throw new XmlFault('truncated', `A '${end}' is missing.`, at)
  return found + end.length
}

/** Reads what stands up to the next start or end tag, and that tag. */
function content(scanner: Scanner, stack: Name[]): void {
  const { source, builder } = scanner
  const from = scanner.at
  const open = source.text.indexOf('<', from)
  if (open < 0)
    throw new XmlFault(
      'truncated',
      `The bytes end inside of element ${shown(stack.at(-1)!.raw)}.`,
      from,
    )
  if (open > from) {
    const text = textBetween(scanner, from, open)
    if (text !== '') builder.text(text)
  }
  scanner.at = open
  const next = source.codes[open + 1]
  if (next === slash) endTag(scanner, stack)
  else if (next === 33 || next === 63) aside(scanner, builder)
  else element(scanner, stack)
}

/** Comments, processing instructions and CDATA inside of an element. */
function aside(scanner: Scanner, builder: Builder): void {
  const { source, at } = scanner
  if (source.text.startsWith('<?', at)) scanner.at = behind(source, '?>', at)
  else if (source.text.startsWith('<!--', at)) scanner.at = behind(source, '-->', at)
  else if (source.text.startsWith('<![CDATA[', at)) {
    scanner.at = behind(source, ']]>', at)
    const text = valueOf(source, at + 9, scanner.at - 3)
    if (text !== '') builder.text(text)
  } else if (source.size - at < 9)
    throw new XmlFault('truncated', 'The bytes end inside of markup.', at)
  else refuseDeclaration(source, at)
}

function endTag(scanner: Scanner, stack: Name[]): void {
  const { source, at } = scanner
  const name = stack.at(-1)!
  const close = source.text.indexOf('>', at)
  if (close < 0) throw new XmlFault('truncated', 'The bytes end inside of an end tag.', at)
  const rest = at + 2 + name.raw.length
  if (
    !source.text.startsWith(name.raw, at + 2) ||
    (rest !== close && skipSpace(source, rest) !== close)
  ) {
    throw new XmlFault(
      'syntax',
      `Element ${shown(name.raw)} is closed by ${shown(source.text.slice(at, Math.min(close + 1, at + 40)))}.`,
      at,
    )
  }
  stack.pop()
  scanner.at = close + 1
  scanner.builder.close(name, scanner.at)
}

/** Text without the white space around it; entities replaced. */
function textBetween(scanner: Scanner, start: number, end: number): string {
  const { codes } = scanner.source
  let from = start
  let to = end
  while (from < to && codes[from]! <= 32) from++
  while (to > from && codes[to - 1]! <= 32) to--
  if (from === to) return ''
  return replaced(scanner, from, to)
}

function replaced(scanner: Scanner, from: number, to: number): string {
  const { source } = scanner
  if (scanner.amp !== -1 && scanner.amp < from) scanner.amp = source.text.indexOf('&', from)
  const text = valueOf(source, from, to)
  if (scanner.amp === -1 || scanner.amp >= to) return text
  const result = unescaped(text)
  if ('wrong' in result) throw new XmlFault('syntax', result.wrong, scanner.amp)
  return result.text
}

/** Reads the start tag at `scanner.at`; a leaf is read to its end. */
function element(scanner: Scanner, stack: Name[]): void {
  const { source, builder } = scanner
  const { codes, size, text } = source
  const from = scanner.at
  let at = from + 1
  let hash = 0
  for (; at < size; at++) {
    const code = codes[at]!
    if (code === gt || code === slash || code <= 32) break
    hash = (Math.imul(hash, 31) + code) | 0
  }
  if (at === from + 1 && at < size)
    throw new XmlFault('syntax', "A '<' stands alone; in XML it is written '&lt;'.", from)
  const name = nameAt(text, from + 1, at, hash)
  checkName(name, from)
  let attributes: Attributes = null
  scanner.at = at
  if (codes[at] !== gt) attributes = attributesOf(scanner, name)
  at = scanner.at
  if (codes[at] === slash) {
    if (codes[at + 1] !== gt)
      throw new XmlFault(
        at + 1 < size ? 'syntax' : 'truncated',
        `The tag of ${shown(name.raw)} does not end.`,
        at,
      )
    scanner.at = at + 2
    builder.leaf(name, attributes, '', from, at + 2)
    return
  }
  const open = text.indexOf('<', at + 1)
  const end = open + 2 + name.raw.length
  if (
    open >= 0 &&
    codes[open + 1] === slash &&
    codes[end] === gt &&
    text.startsWith(name.raw, open + 2)
  ) {
    scanner.at = end + 1
    builder.leaf(name, attributes, textBetween(scanner, at + 1, open), from, end + 1)
    return
  }
  if (stack.length >= limits.nestingDepthMax)
    throw new XmlFault(
      'too-deep',
      `Elements nest deeper than ${limits.nestingDepthMax} levels.`,
      from,
    )
  scanner.at = at + 1
  stack.push(name)
  builder.open(name, attributes, from)
}

const validName =
  /^[A-Za-z_\x80-\uffff][\w.\-\x80-\uffff]*(:[A-Za-z_\x80-\uffff][\w.\-\x80-\uffff]*)?$/
const checked = new WeakSet<Name>()

function checkName(name: Name, at: number): void {
  if (checked.has(name)) return
  if (name.local === '__proto__')
    throw new XmlFault('hostile', "An element is named '__proto__', which is refused.", at)
  if (name.raw.length > 256 || !validName.test(name.raw))
    throw new XmlFault('syntax', `${shown(name.raw)} is no name of an element.`, at)
  checked.add(name)
}

/** Reads attributes up to the `>` or `/` of the tag, where `scanner.at` then stands. Keys are '@name' without prefix. */
function attributesOf(scanner: Scanner, element: Name): Attributes {
  const { source } = scanner
  const { codes, size, text } = source
  let attributes: Record<string, string> | null = null
  let count = 0
  for (;;) {
    const at = skipSpace(source, scanner.at)
    scanner.at = at
    if (at >= size)
      throw new XmlFault(
        'truncated',
        `The bytes end inside of the tag of ${shown(element.raw)}.`,
        at,
      )
    if (codes[at] === gt || codes[at] === slash) return attributes
    const name = attributeName(scanner, element)
    const quote = codes[scanner.at]
    if (quote !== 34 && quote !== 39)
      throw new XmlFault('syntax', `Attribute ${shown(name)} has no quotes around its value.`, at)
    const end = text.indexOf(quote === 34 ? '"' : "'", scanner.at + 1)
    if (end < 0)
      throw new XmlFault('truncated', `The value of attribute ${shown(name)} does not end.`, at)
    if (++count > limits.columnsMax)
      throw new XmlFault('too-many', `A tag has more than ${limits.columnsMax} attributes.`, at)
    const value = replaced(scanner, scanner.at + 1, end)
    scanner.at = end + 1
    // Declarations of namespaces say how to read names, and prefixes are dropped.
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue
    attributes ??= {}
    const key = `@${name.slice(name.indexOf(':') + 1)}`
    if (!(key in attributes)) attributes[key] = value
    else if (name.includes(':') && !(`@${name}` in attributes)) attributes[`@${name}`] = value
    else
      throw new XmlFault(
        'syntax',
        `Attribute ${shown(name)} stands twice in the tag of ${shown(element.raw)}.`,
        at,
      )
  }
}

function attributeName(scanner: Scanner, element: Name): string {
  const { source } = scanner
  const from = scanner.at
  let at = from
  while (at < source.size && source.codes[at]! > 32 && !'=>/"\'<'.includes(source.text[at]!)) at++
  const equals = skipSpace(source, at)
  if (at === from || at - from > 256 || source.codes[equals] !== 61) {
    throw new XmlFault(
      equals < source.size ? 'syntax' : 'truncated',
      `The tag of ${shown(element.raw)} has something that is no attribute.`,
      from,
    )
  }
  scanner.at = skipSpace(source, equals + 1)
  return valueOf(source, from, at)
}
