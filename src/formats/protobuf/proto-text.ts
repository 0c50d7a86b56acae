/** A .proto text as tokens: names, numbers, texts in quotes, single signs. Comments and white space are left out. */
const token =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_][\w.]*|\.[A-Za-z_][\w.]*|[+-]?\d[\w.+]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s\w])/gy

export type ProtoField = {
  readonly name: string
  readonly number: number
  /** A scalar's name, or that of a message or enum as written; `map` of key and value. */
  readonly type: string
  readonly mapKey: string | null
  readonly repeated: boolean
  /** Absent means the first value: what proto3 does with fields that are not `optional`. */
  readonly implicit: boolean
}

export type ProtoMessage = {
  readonly kind: 'message'
  readonly name: string
  readonly fields: readonly ProtoField[]
  /** Names of the messages right inside, in their order: what message indexes count. */
  readonly inner: readonly string[]
}
export type ProtoEnum = {
  readonly kind: 'enum'
  readonly name: string
  readonly values: ReadonlyMap<number, string>
}

/** What a file defines: full names to messages and enums, and the messages at its top in their order. */
export type ProtoFile = {
  readonly types: ReadonlyMap<string, ProtoMessage | ProtoEnum>
  readonly top: readonly string[]
}

type Reader = {
  readonly tokens: readonly string[]
  at: number
  package: string
  proto3: boolean
  readonly types: Map<string, ProtoMessage | ProtoEnum>
  readonly top: string[]
}

const tokensMax = 400_000
const depthMax = 32

/** Reads a .proto text (proto2, proto3, editions); throws a sentence when it is none. Services and options are passed over. */
export function readProto(text: string): ProtoFile {
  const reader: Reader = {
    tokens: tokensOf(text),
    at: 0,
    package: '',
    proto3: false,
    types: new Map(),
    top: [],
  }
  while (reader.at < reader.tokens.length) statement(reader)
  return { types: reader.types, top: reader.top }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  let last = 0
  for (const found of text.matchAll(token)) {
    if (found[1] !== undefined) tokens.push(found[1])
    last = found.index + found[0].length
    if (tokens.length > tokensMax) throw new TypeError('The .proto text is too long.')
  }
  if (last < text.length)
    throw new TypeError(`The .proto text cannot be read at character ${last}.`)
  return tokens
}

function statement(reader: Reader): void {
  const word = next(reader)
  if (word === 'package') reader.package = next(reader)
  else if (word === 'syntax' || word === 'edition') {
    expect(reader, '=')
    reader.proto3 = /proto3|20\d\d/.test(next(reader))
  } else if (word === 'message') return message(reader, reader.package, reader.top, 0)
  else if (word === 'enum') return enumeration(reader, reader.package)
  else if (word === ';') return
  else if (!['import', 'option', 'service', 'extend'].includes(word))
    throw new TypeError(`The .proto text has '${word.slice(0, 24)}' where a definition begins.`)
  passOver(reader)
}

function message(reader: Reader, scope: string, among: string[], depth: number): void {
  const name = joined(scope, next(reader))
  if (depth > depthMax) throw new TypeError(`Message ${name} nests too deep.`)
  expect(reader, '{')
  const fields: ProtoField[] = []
  const inner: string[] = []
  among.push(name)
  // Its place among the others counts, so it is there before what is inside of it.
  reader.types.set(name, { kind: 'message', name, fields, inner })
  while (peek(reader) !== '}') member(reader, name, fields, inner, depth)
  reader.at++
}

function member(
  reader: Reader,
  scope: string,
  fields: ProtoField[],
  inner: string[],
  depth: number,
): void {
  const word = next(reader)
  if (word === ';') return
  if (word === 'message' && peek(reader, 1) === '{') return message(reader, scope, inner, depth + 1)
  if (word === 'enum' && peek(reader, 1) === '{') return enumeration(reader, scope)
  if (word === 'oneof' && peek(reader, 1) === '{') return oneOf(reader, scope, fields)
  if (['option', 'reserved', 'extensions'].includes(word) && peek(reader, 1) !== '=')
    return passOver(reader)
  if (word === 'extend') return passOver(reader)
  const label = ['repeated', 'optional', 'required'].includes(word) ? word : ''
  field(reader, label === '' ? word : next(reader), label, scope, fields, inner, depth)
}

function oneOf(reader: Reader, scope: string, fields: ProtoField[]): void {
  next(reader)
  expect(reader, '{')
  while (peek(reader) !== '}') {
    const word = next(reader)
    if (word === 'option') passOver(reader)
    else if (word !== ';') field(reader, word, 'optional', scope, fields, [], 0)
  }
  reader.at++
}

function field(
  reader: Reader,
  first: string,
  label: string,
  scope: string,
  fields: ProtoField[],
  inner: string[],
  depth: number,
): void {
  if (first === 'group') throw new TypeError('Groups of proto2 are not read.')
  let type = first
  let mapKey: string | null = null
  if (first === 'map' && peek(reader) === '<') {
    reader.at++
    mapKey = next(reader)
    expect(reader, ',')
    type = next(reader)
    expect(reader, '>')
  }
  const name = next(reader)
  expect(reader, '=')
  const number = Number(next(reader))
  if (
    !Number.isInteger(number) ||
    number < 1 ||
    !/^[A-Za-z_]\w*$/.test(name) ||
    name === '__proto__'
  )
    throw new TypeError(`Field ${name} of ${scope} has no name and number.`)
  const repeated = label === 'repeated' || mapKey !== null
  fields.push({
    name,
    number,
    type,
    mapKey,
    repeated,
    implicit: reader.proto3 && label === '' && !repeated,
  })
  if (inner.length > 10_000 || fields.length > 10_000 || depth > depthMax)
    throw new TypeError(`Message ${scope} has too many fields.`)
  passOver(reader)
}

function enumeration(reader: Reader, scope: string): void {
  const name = joined(scope, next(reader))
  expect(reader, '{')
  const values = new Map<number, string>()
  while (peek(reader) !== '}') {
    const word = next(reader)
    if (word === ';') continue
    if (peek(reader) === '=') {
      reader.at++
      const number = next(reader)
      const value = number === '-' ? -Number(next(reader)) : Number(number)
      if (!values.has(value)) values.set(value, word)
    }
    passOver(reader)
  }
  reader.at++
  reader.types.set(name, { kind: 'enum', name, values })
}

/** To the end of a statement: its semicolon, or its block. */
function passOver(reader: Reader): void {
  let depth = 0
  while (reader.at < reader.tokens.length) {
    const word = next(reader)
    if (word === '{') depth++
    if (word === '}' && --depth <= 0) return
    if (word === ';' && depth === 0) return
  }
}

function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`
}

function next(reader: Reader): string {
  const word = reader.tokens[reader.at++]
  if (word === undefined) throw new TypeError('The .proto text ends inside a definition.')
  return word
}

function peek(reader: Reader, ahead = 0): string {
  const word = reader.tokens[reader.at + ahead]
  if (word === undefined) throw new TypeError('The .proto text ends inside a definition.')
  return word
}

function expect(reader: Reader, sign: string): void {
  const word = next(reader)
  if (word !== sign)
    throw new TypeError(`The .proto text has '${word.slice(0, 24)}' where '${sign}' is expected.`)
}
